import { hasBrand } from "../engine/brand.js";
import type { Engine, SqlResult, Statement } from "../engine/index.js";
import type { Executable, Result } from "../session/index.js";
import type { Key } from "../session/keys.js";
import { getObject, type MappedClass } from "../session/load.js";
import type { RelationshipPlan } from "../session/plan.js";
import { Session as RowSession } from "../session/session.js";
import type { SessionOptions as RowSessionOptions, SessionState } from "../session/state.js";
import { type Explanation, explain } from "./explain.js";
import { loadVisible } from "./filtered-get.js";
import { type FilterValues, sessionFilters } from "./filters.js";
import { type Page, type PageOptions, pageQuery } from "./page.js";
import { newQuery, type Query } from "./query.js";
import type { Select } from "./select.js";
import { executeWrite } from "./synchronize.js";
import type { WriteStatement } from "./write.js";

export interface SessionOptions extends RowSessionOptions {
  /** Values for the filters of classes that take some, `{ tenant: { id: 7 } }`; `{ alive: false }` turns one off. */
  readonly filters?: FilterValues;
}

/** The session of chapter 3, with what queries add: statements that write, `query`, and `explain`. */
export class Session extends RowSession {
  /** @internal */
  declare readonly state: SessionState;

  /** @param plan what a flush asks of relationships. */
  constructor(
    engine: Engine,
    { filters, ...options }: SessionOptions = {},
    plan?: RelationshipPlan,
  ) {
    super(engine, options, plan);
    this.state.filters = sessionFilters(filters);
  }

  /**
   * The object with this primary key, or null: from the identity map, without SQL, or by one SELECT, to which filters
   * of the class are added.
   */
  override get<E extends object>(entity: MappedClass<E>, key: Key): Promise<E | null> {
    return getObject(this.state, entity, key, loadVisible);
  }

  /**
   * Sends a statement. `insert`, `update`, `deleteFrom` and a raw one are sent at once; of a `select` comes a
   * {@link Result}, sent when it is read. Objects whose rows an `update` or a `deleteFrom` finds follow.
   * @example
   * ```ts
   * const raised = await session.execute(
   *   update(Book).set({ price: Book.c.price.add("1") }).where(Book.c.authorId.eq(1)),
   * );
   * console.log(raised.rowCount); // 2
   *
   * const pairs = await session.execute(
   *   select(Book.c.title, Author.c.name).join(Book.r.author).where(Book.c.id.eq(1)),
   * ).all();
   * console.log(pairs); // [ [ 'Emma', 'Jane Austen' ] ]
   * ```
   */
  override execute<R>(statement: Executable<R>): Result<R>;
  override execute<R>(statement: Statement<R>): Promise<SqlResult<R>>;
  override execute<R>(
    statement: Executable<R> | Statement<R>,
  ): Promise<SqlResult<never>> | Promise<SqlResult<R>> | Result<R> {
    return hasBrand(statement, "write")
      ? executeWrite(this.state, statement as unknown as WriteStatement)
      : super.execute(statement);
  }

  /**
   * The classic form of `select`: `session.query(Author).filterBy({ name: "Ada" }).first()`.
   * @example
   * ```ts
   * const jane = await session.query(Author).filterBy({ name: "Jane Austen" }).first();
   * console.log(jane?.bornOn); // 1775-12-16
   * ```
   */
  query<E extends object>(entity: MappedClass<E>): Query<E> {
    return newQuery(this, entity);
  }

  /**
   * Some rows of a select, and the ways on: keyset pagination, in which a page is found by the row before it, not by
   * counting. Rows that come or go elsewhere move nothing, and the last page costs what the first one does.
   *
   * Columns that tell rows apart are added to the order. A cursor is text for a URL, holds what the row is sorted by,
   * and fits this statement only, whatever values stand in its conditions. One statement, `size` + 1 rows:
   *
   *     SELECT … WHERE (price < ? OR (price = ? AND id < ?)) ORDER BY price DESC, id DESC LIMIT 21
   *
   * @example
   * ```ts
   * const books = select(Book.c.title).orderBy(Book.c.price.desc());
   * const page = await session.page(books, { size: 3 });
   * console.log(page.items); // [ 'Beowulf', 'Emma', 'Wuthering Heights' ]
   *
   * const more = await session.page(books, { size: 3, after: page.next });
   * console.log(more.items, more.hasNext); // [ 'Persuasion' ] false
   * ```
   *
   * @throws ArgumentError `cursor` for text that is no cursor, `cursor-statement` for one of another statement;
   *   `page-repeats` where a join repeats objects, `page-key` where nothing tells rows apart.
   */
  async page<R>(statement: Select<R>, options: PageOptions): Promise<Page<R>> {
    const { query, read } = pageQuery<R>(statement, options, this.state.engine.dialect);
    return read(await this.execute(query).all());
  }

  /**
   * How the database would run a statement; the statement itself is not run.
   * @example
   * ```ts
   * const { json } = await session.explain(select(Book).where(Book.c.id.eq(1)));
   * console.log(typeof json); // object
   * ```
   */
  explain(statement: Statement<unknown>): Promise<Explanation> {
    return explain(statement, this, this.state.filters);
  }
}
