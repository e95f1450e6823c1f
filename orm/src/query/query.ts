import { brand, hide } from "../engine/brand.js";
import { inspectKey } from "../mapping/display.js";
import { type Condition, Expr, type Order } from "../mapping/expression.js";
import { mapperOf } from "../mapping/mapper.js";
import type { AnyPath } from "../mapping/path.js";
import type { Key, Result, Session } from "../session/index.js";
import type { MappedClass } from "../session/load.js";
import { inspectStatement } from "./explain.js";
import { func } from "./functions.js";
import type { WithOptions } from "./loaded.js";
import type { LoadOption } from "./nodes.js";
import { exists, type On, type Select, type Sortable, select } from "./select.js";
import type { Joinable } from "./sources.js";
import { toAssignments } from "./write.js";

/** What a {@link Query} is made of. */
export interface QueryState<E> {
  readonly session: Session;
  readonly entity: MappedClass<E & object>;
  readonly statement: Select<E>;
}

/** Values of columns, by property. */
export type Filter<E> = { readonly [K in keyof E]?: E[K] };

/**
 * A select that knows its session: `session.query(Author).filterBy({ name: "Ada" }).first()`. It never changes:
 * each method gives a new one. The form is that of SQLAlchemy's Query.
 * @example
 * ```ts
 * const dearest = session.query(Book).orderBy(Book.c.price.desc());
 * console.log((await dearest.first())?.title); // Beowulf
 * console.log((await dearest.limit(2).all()).map(({ title }) => title)); // [ 'Beowulf', 'Emma' ]
 * ```
 */
export class Query<E> implements AsyncIterable<E> {
  /** @internal */
  declare readonly state: QueryState<E>;

  static {
    Object.defineProperty(Query.prototype, inspectKey, { value: inspectStatement });
  }

  constructor(state: QueryState<E>) {
    hide(this, "state", state);
    brand(this, "query");
  }

  /** The same as a `select`; it has what is missing here. */
  get statement(): Select<E> {
    return this.state.statement;
  }

  /**
   * Only rows whose columns have these values: `filterBy({ name: "Ada", bornOn: null })`.
   * @example
   * ```ts
   * const unknown = session.query(Author).filterBy({ bornOn: null });
   * console.log((await unknown.one()).name); // Anonymous
   * ```
   */
  filterBy(values: Filter<E>): Query<E> {
    return this.filter(...equalities(this.state.entity, values));
  }
  /**
   * Only rows for which every condition holds.
   * @example
   * ```ts
   * const cheap = session.query(Book).filter(Book.c.price.lt("9.00")).orderBy(Book.c.id);
   * console.log((await cheap.all()).map(({ title }) => title)); // [ 'Persuasion', 'Wuthering Heights' ]
   * ```
   */
  filter(...conditions: readonly On[]): Query<E> {
    return queryOf(this, this.statement.where(...conditions));
  }
  /**
   * Joins as `select` does: `session.query(Author).join(Author.r.books).filter(…)`.
   * @example
   * ```ts
   * const lent = session.query(Book).join(Book.r.loans).filter(Loan.c.memberId.eq(2));
   * console.log((await lent.one()).title); // Emma
   * ```
   */
  join(target: AnyPath | Joinable, ...on: readonly On[]): Query<E> {
    return queryOf(this, this.statement.join(target, ...on));
  }
  /** Sorts; several calls add up. */
  orderBy(...orders: readonly (Order | Sortable)[]): Query<E> {
    return queryOf(this, this.statement.orderBy(...orders));
  }
  /** At most this many. */
  limit(rows: number): Query<E> {
    return queryOf(this, this.statement.limit(rows));
  }
  /** Leaves out this many at the start. */
  offset(rows: number): Query<E> {
    return queryOf(this, this.statement.offset(rows));
  }
  /**
   * What is to be loaded with the objects: `options(selectinload(Author.r.books))`.
   * @example
   * ```ts
   * const jane = await session.query(Author).options(selectinload(Author.r.books)).first();
   * console.log(jane?.books.length); // 2
   * ```
   */
  options<O extends readonly LoadOption[]>(...options: O): Query<WithOptions<E, O[number]>> {
    return queryOf(this, this.statement.options(...options) as Select<WithOptions<E, O[number]>>);
  }

  /** Rows that filters of their classes leave out as well, as with {@link Select.withoutFilter}. */
  withoutFilter(...names: readonly string[]): Query<E> {
    return queryOf(this, this.statement.withoutFilter(...names));
  }

  /** Every object. */
  all(): Promise<E[]> {
    return resultOf(this).all();
  }
  /** The first object, or null: with LIMIT 1. */
  first(): Promise<E | null> {
    return resultOf(this.limit(1)).first();
  }
  /** The only object; an error for none and for several. */
  one(): Promise<E> {
    return resultOf(this).one();
  }
  /** The only object, or null; an error for several. */
  oneOrNone(): Promise<E | null> {
    return resultOf(this).oneOrNone();
  }
  /**
   * How many rows there are: SELECT COUNT(*) FROM (SELECT …)
   * @example
   * ```ts
   * console.log(await session.query(Book).filter(Book.c.price.lt("9.00")).count()); // 2
   * ```
   */
  count(): Promise<number> {
    const rows = this.statement.subquery("_rows");
    return this.state.session.scalars(select(func.count()).from(rows)).one();
  }
  /**
   * Whether there is a row: SELECT EXISTS (SELECT …)
   * @example
   * ```ts
   * console.log(await session.query(Book).filterBy({ title: "Ulysses" }).exists()); // false
   * ```
   */
  exists(): Promise<boolean> {
    return this.state.session.scalars(select(exists(this.statement))).one();
  }
  /** The object with this primary key, or null, as `session.get`: whatever was filtered. */
  get(key: Key): Promise<E | null> {
    return this.state.session.get(this.state.entity, key);
  }
  /** Object after object, as they come. */
  [Symbol.asyncIterator](): AsyncIterator<E> {
    return resultOf(this)[Symbol.asyncIterator]();
  }
}

export function newQuery<E extends object>(session: Session, entity: MappedClass<E>): Query<E> {
  const statement = select(entity as never) as unknown as Select<E>;
  return new Query({ session, entity, statement });
}

function queryOf<E>({ state }: Query<unknown>, statement: Select<E>): Query<E> {
  return new Query({ ...(state as QueryState<E>), statement });
}

function resultOf<E>({ state }: Query<E>): Result<E> {
  return state.session.scalars(state.statement);
}

/** `name = ?`, and for null `name IS NULL`; the columns check the values. */
function equalities(entity: unknown, values: object): Condition[] {
  const mapper = mapperOf(entity);
  return toAssignments(mapper, "filterBy", values).map(({ column, node }) => {
    const expr = new Expr({ kind: "column", mapper, column });
    return node.kind === "value" && node.value === null ? expr.isNull() : expr.eq(new Expr(node));
  });
}
