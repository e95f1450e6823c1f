import { brand, hide } from "../engine/brand.js";
import { type Condition, conditionNode, type Expr, type Order } from "../mapping/expression.js";
import type { Instance } from "../mapping/instance.js";
import type { Path } from "../mapping/path.js";
import { checkedCount, orderOf } from "../query/given.js";
import type { LoadedBy } from "../query/loaded.js";
import type { LoadOption } from "../query/nodes.js";
import type { Fetch } from "../session/executable.js";
import { withJoins } from "./joined.js";
import { loadRelated } from "./load.js";
import { loadOf, type RelationLoad, type RelationOption } from "./related-select.js";

/** What a select's objects of type `To` are, after the options `O`. */
export type NestedBy<To, O extends readonly LoadOption[]> = O extends readonly []
  ? unknown
  : LoadedBy<To, O[number]>;

/**
 * What {@link selectinload} gives; it never changes. Its methods say which related objects are loaded, where
 * not all are wanted. A collection that holds some is no whole one: a flush writes what is added and removed,
 * and `await author.lazy.books` or `session.load` still load the rest.
 */
export class SelectinLoad<From, K extends string, N> implements LoadOption<From, K, N> {
  declare readonly loadsFrom?: (from: From) => void;
  declare readonly loads?: K;
  declare readonly loadsAs?: N;
  /** @internal */
  declare readonly plan: RelationLoad;

  constructor(plan: RelationLoad) {
    hide(this, "plan", plan);
    brand(this, "load-option");
  }

  get path(): RelationLoad["path"] {
    return this.plan.path;
  }

  get nested(): readonly LoadOption[] {
    return this.plan.nested;
  }

  /**
   * Only related objects for which every condition holds: `.where(Book.c.price.lt("10"))`.
   * @example
   * ```ts
   * const cheap = selectinload(Author.r.books).where(Book.c.price.lt("9.00"));
   * const jane = await session.scalars(select(Author).where(Author.c.id.eq(1)).options(cheap)).one();
   * console.log(jane.books.map(({ title }) => title)); // [ 'Persuasion' ]
   * ```
   */
  where(...conditions: readonly Condition[]): SelectinLoad<From, K, N> {
    const nodes = conditions.map((condition) => conditionNode("where", condition));
    return new SelectinLoad({ ...this.plan, where: [...this.plan.where, ...nodes] });
  }

  /**
   * Sorts the related objects, in place of the order that the relationship was declared with.
   * @example
   * ```ts
   * const byPrice = selectinload(Author.r.books).orderBy(Book.c.price.desc());
   * const jane = await session.scalars(select(Author).where(Author.c.id.eq(1)).options(byPrice)).one();
   * console.log(jane.books.map(({ price }) => price)); // [ '9.50', '7.00' ]
   * ```
   */
  orderBy(...orders: readonly (Order | Expr<unknown, boolean>)[]): SelectinLoad<From, K, N> {
    return new SelectinLoad({
      ...this.plan,
      orderBy: [...this.plan.orderBy, ...orders.map(orderOf)],
    });
  }

  /**
   * At most this many related objects for each one: `ROW_NUMBER() OVER (PARTITION BY …)`.
   * @example
   * ```ts
   * const dearest = selectinload(Author.r.books).orderBy(Book.c.price.desc()).limit(1);
   * const authors = await session.scalars(select(Author).options(dearest).orderBy(Author.c.id)).all();
   * console.log(authors.map(({ books }) => books[0]?.title)); // [ 'Emma', 'Wuthering Heights', 'Beowulf' ]
   * ```
   */
  limit(rows: number): SelectinLoad<From, K, N> {
    return new SelectinLoad({ ...this.plan, limit: checkedCount("limit", rows) });
  }

  /** @internal */
  load(objects: readonly Instance[], fetch: Fetch, all?: boolean): Promise<void> {
    return loadRelated(this.plan, objects, fetch, all);
  }
}

/**
 * Loads a relationship of all objects that a select gives by one more statement for each five thousand of them, `SELECT … WHERE
 * author_id IN (?, ?, …)`; a many-to-many is joined to the table between. What is in memory is not loaded again. A select that
 * gives every object of its class, more than a hundred, needs no list of keys: a collection is then read as a whole, where
 * `author_id IS NOT NULL`. The name and the idea are SQLAlchemy's; its `subqueryload` asks without a list, too.
 *
 *     select(Author).options(selectinload(Author.r.books, selectinload(Book.r.tags)))
 *
 * @param nested options for the related objects.
 * @example
 * ```ts
 * const authors = await session.scalars(
 *   select(Author)
 *     .options(selectinload(Author.r.books, selectinload(Book.r.tags)))
 *     .orderBy(Author.c.id),
 * ).all();
 * for (const { name, books } of authors) {
 *   console.log(name, books.map((book) => [book.title, book.tags.length]));
 * }
 * // Jane Austen [ [ 'Emma', 2 ], [ 'Persuasion', 1 ] ]
 * // Emily Brontë [ [ 'Wuthering Heights', 1 ] ]
 * // Anonymous [ [ 'Beowulf', 1 ] ]
 * ```
 */
export function selectinload<From, To, K extends string, O extends readonly LoadOption[]>(
  path: Path<From, To, K>,
  ...nested: O
): SelectinLoad<From, K, NestedBy<To, O>> {
  return new SelectinLoad(loadOf(path, nested));
}

/**
 * Loads a relationship in the same statement, by a LEFT JOIN: best for what there is one of. Rows that a
 * collection repeats are handed out once, and a limit counts objects. The name and the idea are SQLAlchemy's.
 *
 *     select(Book).options(joinedload(Book.r.author))
 * @example
 * ```ts
 * const loans = await session.scalars(
 *   select(Loan).options(joinedload(Loan.r.book, joinedload(Book.r.author))).orderBy(Loan.c.id),
 * ).all();
 * console.log(loans.map(({ book }) => book?.author?.name));
 * // [ 'Jane Austen', 'Jane Austen', 'Emily Brontë' ]
 * ```
 */
export function joinedload<From, To, K extends string, O extends readonly LoadOption[]>(
  path: Path<From, To, K>,
  ...nested: O
): LoadOption<From, K, NestedBy<To, O>> {
  const joins = loadOf(path, nested);
  const option: RelationOption & LoadOption<From, K, NestedBy<To, O>> = {
    path,
    nested,
    joins,
    rewrite(given) {
      const { node, collect } = withJoins(given, joins);
      const isThis = (one: RelationOption) => one.joins === joins;
      const options = node.options.map((one) => (isThis(one) ? { ...one, collect } : one));
      return { ...node, options };
    },
    load: (objects, fetch) => loadRelated(joins, objects, fetch),
  };
  return option;
}
