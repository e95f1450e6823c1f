import { brand, hasBrand } from "../engine/brand.js";
import { ArgumentError, type CompiledSql, type Dialect, type Fragment } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import { inspectKey } from "../mapping/display.js";
import {
  type Condition,
  conditionNode,
  Expr,
  type Order,
  typeOfNode,
} from "../mapping/expression.js";
import { instanceIn } from "../mapping/instance.js";
import type { TableOf } from "../mapping/mapped-types.js";
import { isMapped, mapperOf } from "../mapping/mapper.js";
import type { AnyPath, Path } from "../mapping/path.js";
import { booleanType } from "../mapping/types-number.js";
import type { CompiledQuery, Executable, RowFilters } from "../session/executable.js";
import { compileQuery } from "./compiler.js";
import { inspectStatement } from "./explain.js";
import { unfiltered } from "./filters.js";
import {
  checkedCount,
  checkedName,
  checkedOptions,
  groupOf,
  lockNode,
  nodeOf,
  onlyColumn,
  orderOf,
  queryNode,
} from "./given.js";
import { joined } from "./joins.js";
import type { WithOptions } from "./loaded.js";
import {
  type LoadOption,
  newSelect,
  type QueryNode,
  type QueryParts,
  type SelectItem,
  type SelectNode,
  withParts,
} from "./nodes.js";
import { type Alias, fieldsAlias, type Joinable, toSource } from "./sources.js";
import type {
  Fields,
  LeftJoined,
  Named,
  Selectable,
  SelectedRecord,
  SelectedRow,
  SourceType,
} from "./types.js";

/** A condition, of expressions or of raw SQL. */
export type On = Condition | Fragment<unknown>;

/** What can be sorted and grouped by. */
export type Sortable = Expr<unknown, boolean> | Fragment<unknown>;

/** How FOR UPDATE and FOR SHARE take their locks. */
export interface LockOptions {
  /** Leaves out rows that another transaction has locked: for a queue of tasks. */
  readonly skipLocked?: boolean;
  /** Fails at once when another transaction has locked a row. */
  readonly noWait?: boolean;
  /** Only rows of these, where others are joined. */
  readonly of?: Joinable | readonly Joinable[];
}

/** The types that a query carries; methods whose results follow from both have them from here. */
export interface Typed<R = unknown, S = unknown> {
  readonly rowType?: R;
  readonly selection?: S;
}

/** The same select, in which rows of the source `J` may be missing. */
export type LeftSelect<Q extends Typed, J> =
  Q extends Typed<infer R, infer S> ? Select<LeftJoined<R, S, J>, S> : never;

/** The same select, whose objects have what the options `O` load. */
export type LoadedSelect<Q extends Typed, O> =
  Q extends Typed<infer R, infer S> ? Select<WithOptions<R, O>, S> : never;

export type FieldsOf<Q extends Typed, N extends string> =
  Q extends Typed<infer R, infer S> ? Fields<R, S, N> : never;

/** Where a query keeps its node. JSON leaves symbols out, and to hide a property would take ten times as long. */
const nodeKey = Symbol.for("ormlet.node");

/** What a {@link Select} and a union have both. `S` is what was selected, for the types alone. */
export abstract class SelectBase<R, S = unknown, N extends QueryNode = QueryNode>
  implements Executable<R>
{
  declare readonly rowType?: R;
  declare readonly selection?: S;

  static {
    Object.defineProperty(SelectBase.prototype, inspectKey, { value: inspectStatement });
    brand(SelectBase.prototype, "executable");
  }

  constructor(node: N) {
    (this as unknown as Record<symbol, N>)[nodeKey] = Object.freeze(node);
  }

  /** @internal */
  get node(): N {
    return (this as unknown as Record<symbol, N>)[nodeKey] as N;
  }

  /**
   * Sorts: `orderBy(Book.c.title.desc(), Book.c.id)`; several calls add up.
   * @example
   * ```ts
   * const sorted = select(Book.c.title).orderBy(Book.c.authorId.desc(), Book.c.title);
   * console.log(await session.scalars(sorted).all());
   * // [ 'Beowulf', 'Wuthering Heights', 'Emma', 'Persuasion' ]
   * ```
   */
  orderBy(...orders: readonly (Order | Sortable)[]): this {
    return changed(this, { orderBy: [...this.node.orderBy, ...orders.map(orderOf)] });
  }

  /**
   * At most this many rows. The number is written into the text, because drivers bind numbers as DOUBLE.
   * @example
   * ```ts
   * const second = select(Book.c.title).orderBy(Book.c.id).limit(2).offset(1);
   * console.log(second.toSql(engine.dialect).text);
   * // SELECT `books`.`title` FROM `books` ORDER BY `books`.`id` LIMIT 2 OFFSET 1
   * console.log(await session.scalars(second).all()); // [ 'Persuasion', 'Wuthering Heights' ]
   * ```
   */
  limit(rows: number): this {
    return changed(this, { limit: checkedCount("limit", rows) });
  }

  /**
   * Leaves out this many rows at the start; without orderBy it is anyone's guess which.
   * @example
   * ```ts
   * const rest = select(Book.c.title).orderBy(Book.c.id).limit(10).offset(3);
   * console.log(await session.scalars(rest).all()); // [ 'Beowulf' ]
   * ```
   */
  offset(rows: number): this {
    return changed(this, { offset: checkedCount("offset", rows) });
  }

  /**
   * Reads rows that filters of their classes leave out as well; with names, only these filters are left out. It holds
   * for all of the statement, with its subqueries, and for what its options load.
   * @example
   * ```ts
   * const columns = { id: integer().primaryKey(), title: varchar(200), price: decimal(10, 2) };
   * class Offer extends Base.mapped("books", columns, {
   *   filters: { cheap: (c) => c.price.lt("8.00") },
   * }) {}
   * const titles = select(Offer.c.title).orderBy(Offer.c.id);
   * console.log(await session.scalars(titles).all()); // [ 'Persuasion' ]
   * console.log((await session.scalars(titles.withoutFilter("cheap")).all()).length); // 4
   * ```
   */
  withoutFilter(...names: readonly string[]): this {
    return changed(this, { unfiltered: unfiltered(this.node.unfiltered, names) });
  }

  /**
   * A part that is there only sometimes. What is undefined, null or false leaves the query as it is; anything
   * else, 0 and "" too, is handed to the function.
   *
   *     select(Book).if(title, (query, title) => query.where(Book.c.title.eq(title)))
   * @example
   * ```ts
   * const titled = (title?: string) =>
   *   select(Book.c.title)
   *     .if(title, (query, title) => query.where(Book.c.title.eq(title)))
   *     .orderBy(Book.c.id);
   * console.log(await session.scalars(titled("Emma")).all()); // [ 'Emma' ]
   * console.log((await session.scalars(titled()).all()).length); // 4
   * ```
   */
  if<V>(
    value: V,
    change: (query: this, value: Exclude<V, undefined | null | false>) => this,
  ): this {
    const isThere = value !== undefined && value !== null && value !== false;
    return isThere ? change(this, value as Exclude<V, undefined | null | false>) : this;
  }

  /**
   * The query as a source: `FROM (SELECT …) AS name`. A record's properties are its columns, or a class's.
   * @example
   * ```ts
   * const counted = select({ author: Book.c.authorId, books: func.count() })
   *   .groupBy(Book.c.authorId)
   *   .subquery("counted");
   * const busy = select(Author.c.name, counted.c.books)
   *   .join(counted, counted.c.author.eq(Author.c.id))
   *   .where(counted.c.books.gt(1));
   * console.log(await session.execute(busy).all()); // [ [ 'Jane Austen', 2 ] ]
   * ```
   */
  subquery<Q extends Typed, A extends string>(this: Q, name: A): Alias<false, A, FieldsOf<Q, A>>;
  subquery(name: string): unknown {
    const query = this.node;
    return fieldsAlias({ kind: "derived", name: checkedName("subquery", name), query }, query);
  }

  /**
   * The query as a value: `(SELECT COUNT(*) …)`; null when it finds no row. It must select one column.
   * @example
   * ```ts
   * const dearest = select(func.max(Book.c.price)).scalar();
   * const found = select(Book.c.title).where(Book.c.price.eq(dearest));
   * console.log(await session.scalars(found).all()); // [ 'Beowulf' ]
   * ```
   */
  scalar<Q extends Typed>(this: Q): Expr<Exclude<Q["rowType"], null | undefined>, true>;
  scalar(): unknown {
    const extension = { kind: "subquery", query: this.node };
    const type = typeOfNode(onlyColumn(this.node));
    return new Expr({ kind: "extension", extension, type });
  }

  /**
   * Its text and parameters, without sending anything.
   * @example
   * ```ts
   * const found = select(Tag.c.name).where(Tag.c.id.in([1, 2]));
   * console.log(found.toSql(engine.dialect));
   * // {
   * //   text: 'SELECT `tags`.`name` FROM `tags` WHERE `tags`.`id` IN (?, ?)',
   * //   parameters: [ 1, 2 ]
   * // }
   * ```
   */
  toSql(dialect: Dialect): CompiledSql {
    const { text, parameters } = compileQuery(this.node, dialect);
    return { text, parameters };
  }

  /** Text, parameters, and how rows become results: what a session asks for. */
  compile(dialect: Dialect, filters?: RowFilters): CompiledQuery<R> {
    return compileQuery(this.node, dialect, filters) as CompiledQuery<R>;
  }
}

/**
 * A SELECT, made by {@link select}. It never changes: each method gives a new one, so that a common part can
 * be kept and used many times. The idea, and the names, are SQLAlchemy's `Select`.
 */
export class Select<R, S = unknown> extends SelectBase<R, S, SelectNode> {
  /**
   * What to select from, where that is not what the first item is from: `select(func.count()).from(Book)`.
   * @example
   * ```ts
   * console.log(await session.scalars(select(func.count()).from(Loan)).one()); // 3
   * ```
   */
  from(source: Joinable): this {
    return changed(this, { from: toSource("from", source) });
  }

  /**
   * Joins along a relationship, or with a condition; an alias says which occurrence of the class is joined.
   *
   *     select(Author).join(Author.r.books)      -- JOIN books ON books.author_id = authors.id
   *     select(Book).join(Author, Author.c.id.eq(Book.c.authorId))
   *
   * @throws ArgumentError `join-condition` when there is neither.
   * @example
   * ```ts
   * const lent = select(Member.c.name, Book.c.title)
   *   .join(Member.r.loans)
   *   .join(Loan.r.book)
   *   .where(Loan.c.returnedOn.isNull())
   *   .orderBy(Member.c.name);
   * console.log(await session.execute(lent).all());
   * // [ [ 'Ada', 'Wuthering Heights' ], [ 'Grace', 'Emma' ] ]
   * ```
   */
  join(target: AnyPath | Joinable, ...on: readonly (On | Alias<object, string, object>)[]): this {
    return changed(this, joined(this.node, "inner", target, on));
  }

  /**
   * As {@link join}, and rows that find no partner stay, with null in its place.
   * @example
   * ```ts
   * const cards = select(Member.c.name, Card.c.code).leftJoin(Member.r.card).orderBy(Member.c.id);
   * console.log(await session.execute(cards).all()); // [ [ 'Ada', 'C-001' ], [ 'Grace', null ] ]
   * ```
   */
  leftJoin<Q extends Typed, N extends string>(
    this: Q,
    path: AnyPath,
    target: Alias<object, N, object>,
    ...on: readonly On[]
  ): LeftSelect<Q, Named<N>>;
  leftJoin<Q extends Typed, To>(
    this: Q,
    path: Path<never, To>,
    ...on: readonly On[]
  ): LeftSelect<Q, TableOf<To>>;
  leftJoin<Q extends Typed, J extends Joinable>(
    this: Q,
    target: J,
    ...on: readonly On[]
  ): LeftSelect<Q, SourceType<J>>;
  leftJoin(target: unknown, ...on: readonly unknown[]): unknown {
    return new Select({ ...this.node, ...joined(this.node, "left", target, on) });
  }

  /**
   * Only rows for which every condition holds; several calls add up.
   *
   *     select(Book).where(Book.c.price.lt("10"))      -- … WHERE `books`.`price` < ?
   *
   * @throws ArgumentError `not-a-condition` for anything else, undefined above all: it never means "all rows".
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.price.gt("7.00"), Book.c.price.lt("9.00"));
   * console.log(await session.scalars(found).all()); // [ 'Wuthering Heights' ]
   * ```
   */
  where(...conditions: readonly On[]): this {
    const nodes = conditions.map((condition) => conditionNode("where", condition));
    return changed(this, { where: [...this.node.where, ...nodes] });
  }

  /**
   * One row for all rows in which these are equal.
   * @example
   * ```ts
   * const perAuthor = select({ name: Author.c.name, books: func.count(Book.c.id) })
   *   .leftJoin(Author.r.books)
   *   .groupBy(Author.c.id)
   *   .orderBy(Author.c.id);
   * console.log(await session.execute(perAuthor).all());
   * // [
   * //   { name: 'Jane Austen', books: 2 },
   * //   { name: 'Emily Brontë', books: 1 },
   * //   { name: 'Anonymous', books: 1 }
   * // ]
   * ```
   */
  groupBy(...groups: readonly Sortable[]): this {
    return changed(this, { groupBy: [...this.node.groupBy, ...groups.map(groupOf)] });
  }

  /**
   * Only groups for which every condition holds: `having(func.count(Book.c.id).gt(3))`.
   * @example
   * ```ts
   * const busy = select(Book.c.authorId)
   *   .groupBy(Book.c.authorId)
   *   .having(func.count().gt(1));
   * console.log(await session.scalars(busy).all()); // [ 1 ]
   * ```
   */
  having(...conditions: readonly On[]): this {
    const nodes = conditions.map((condition) => conditionNode("having", condition));
    return changed(this, { having: [...this.node.having, ...nodes] });
  }

  /**
   * Each row only once: `SELECT DISTINCT`.
   * @example
   * ```ts
   * const borrowed = select(Loan.c.bookId).distinct().orderBy(Loan.c.bookId);
   * console.log(await session.scalars(borrowed).all()); // [ 1, 3 ]
   * ```
   */
  distinct(): this {
    return changed(this, { distinct: true });
  }

  /**
   * Locks the rows for this transaction, so that no other one changes them. They are read as they are now, and
   * objects that the session holds get these values; what the program changed in them and did not flush stays.
   * @example
   * ```ts
   * const next = select(Loan)
   *   .where(Loan.c.returnedOn.isNull())
   *   .orderBy(Loan.c.id)
   *   .limit(1)
   *   .forUpdate({ skipLocked: true });
   * const mine = await session.scalars(next).one();
   *
   * const other = new SessionLocal();
   * console.log(mine.id, (await other.scalars(next).one()).id); // 2 3
   * await other.close();
   * ```
   */
  forUpdate(options: LockOptions = {}): this {
    return changed(this, { lock: lockNode("update", options) });
  }

  /**
   * Locks the rows so that others can read them, and lock them in the same way, but not change them. Objects that
   * the session holds follow, as with {@link forUpdate}.
   * @example
   * ```ts
   * const shared = select(Book.c.title).where(Book.c.id.eq(1)).forShare();
   * console.log(shared.toSql(engine.dialect).text);
   * // SELECT `books`.`title` FROM `books` WHERE `books`.`id` = ? FOR SHARE
   * ```
   */
  forShare(options: LockOptions = {}): this {
    return changed(this, { lock: lockNode("share", options) });
  }

  /**
   * What is to be loaded with the objects: `options(selectinload(Author.r.books))`.
   * @example
   * ```ts
   * const withBooks = select(Author).options(selectinload(Author.r.books)).where(Author.c.id.eq(2));
   * const emily = await session.scalars(withBooks).one();
   * console.log(emily.books.length); // 1
   * ```
   */
  options<Q extends Typed, O extends readonly LoadOption[]>(
    this: Q,
    ...options: O
  ): LoadedSelect<Q, O[number]>;
  options(...options: readonly LoadOption[]): unknown {
    return new Select({
      ...this.node,
      options: [...this.node.options, ...checkedOptions(options)],
    });
  }
}

/**
 * Begins a SELECT. One class or expression gives values, several give tuples, a record gives records.
 *
 *     select(Author)                          -- Author
 *     select(Author.c.name)                   -- string
 *     select(Author.c.name, Author.c.bornOn)  -- [string, string | null]
 *     select({ who: Author.c.name })          -- { who: string }
 *
 * @throws ArgumentError `not-selectable` for what is neither a mapped class nor an expression.
 * @example
 * ```ts
 * console.log(await session.scalars(select(Tag).where(Tag.c.id.eq(3))).all());
 * // [ Tag { id: 3, name: 'epic' } ]
 * console.log(await session.scalars(select(Tag.c.name).orderBy(Tag.c.name)).all());
 * // [ 'classic', 'epic', 'love' ]
 * console.log(await session.execute(select(Tag.c.id, Tag.c.name).where(Tag.c.id.lt(3))).all());
 * // [ [ 1, 'classic' ], [ 2, 'love' ] ]
 * console.log(await session.execute(select({ tag: Tag.c.name }).where(Tag.c.id.eq(1))).one());
 * // { tag: 'classic' }
 * ```
 */
export function select<S extends readonly [Selectable, ...Selectable[]]>(
  ...selection: S
): Select<SelectedRow<S>, S>;
export function select<O extends Readonly<Record<string, Selectable>>>(
  selection: O,
): Select<SelectedRecord<O>, O>;
export function select(...selection: readonly unknown[]): Select<unknown> {
  const [first] = selection;
  const record = selection.length === 1 && isRecord(first) ? first : undefined;
  const items = Object.values(record ?? selection).map(toItem);
  if (items.length === 0) throw notSelectable("nothing");
  const names = record && Object.keys(record);
  return new Select(newSelect(items, names ? { shape: { kind: "record", names } } : {}));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (instanceIn(value) !== undefined) return false;
  return (
    isObject &&
    !["expr", "alias", "fragment", "path", "executable"].some((kind) => hasBrand(value, kind))
  );
}

/** The item of a class, an alias, an expression or raw SQL. */
export function toItem(selectable: unknown): SelectItem {
  const node = nodeOf(selectable);
  if (node !== undefined) return { kind: "expression", node };
  if (hasBrand(selectable, "alias")) {
    const { source } = selectable as Alias<unknown, string, object>;
    if (source.kind === "table") {
      return { kind: "entity", mapper: source.mapper, alias: source.name };
    }
  }
  if (typeof selectable === "function" && isMapped(selectable)) {
    return { kind: "entity", mapper: mapperOf(selectable) };
  }
  throw notSelectable(describe(selectable));
}

function notSelectable(what: string): ArgumentError {
  return new ArgumentError(`select() was given ${what}.`, {
    code: "not-selectable",
    hint: "Give it a mapped class or a column: select(Author), or select(Author.c.name).",
  });
}

/**
 * Whether a query finds a row: `EXISTS (SELECT …)`. It can use the columns of the query around it.
 *
 *     select(Author).where(exists(select(Book.c.id).where(Book.c.authorId.eq(Author.c.id))))
 * @example
 * ```ts
 * const overdue = exists(
 *   select(Loan.c.id).where(Loan.c.memberId.eq(Member.c.id), Loan.c.returnedOn.isNull()),
 * );
 * console.log(await session.scalars(select(Member.c.name).where(overdue).orderBy(Member.c.id)).all());
 * // [ 'Ada', 'Grace' ]
 * ```
 */
export function exists(query: SelectBase<unknown>): Expr<boolean, false> {
  const extension = { kind: "exists", query: queryNode("exists()", query) };
  return new Expr({ kind: "extension", extension, type: booleanType });
}

/** The same query with a part of its node exchanged. */
function changed<Q extends SelectBase<unknown>>(
  query: Q,
  part: Partial<SelectNode | QueryParts>,
): Q {
  const Class = query.constructor as new (node: unknown) => Q;
  const { node } = query;
  return new Class(node.kind === "select" ? withParts(node, part) : { ...node, ...part });
}
