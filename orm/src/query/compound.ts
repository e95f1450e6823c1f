import { ArgumentError } from "../engine/index.js";
import { combined } from "./fields.js";
import { queryNode } from "./given.js";
import type { SetNode, SetOperator } from "./nodes.js";
import { SelectBase } from "./select.js";

/** What {@link union} and its like make: the rows of several queries, to be sorted and cut as a whole. */
export class CompoundSelect<R, S = unknown> extends SelectBase<R, S, SetNode> {}

/** Puts queries together; all of them give rows of the type of the first one's. */
export type Combine = <R, S, Q extends R>(
  first: SelectBase<R, S>,
  ...others: readonly SelectBase<Q>[]
) => CompoundSelect<R, S>;

function combine(operator: SetOperator): Combine {
  return (...queries) => {
    const [first, ...others] = queries.map((query) => queryNode(operator, query));
    if (first && others.length > 0) {
      return new CompoundSelect(combined(operator, first, ...others));
    }
    throw new ArgumentError(`${operator} needs two queries at least.`, {
      code: "too-few-queries",
      hint: "Write union(select(…), select(…)).",
    });
  };
}

/**
 * The rows of all queries, each row once: `SELECT … UNION SELECT …`. Their columns must be alike, those of
 * records by their names; the first query says how they are read. It is sorted by what the first query selects.
 * @example
 * ```ts
 * const names = union(select(Author.c.name), select(Member.c.name)).orderBy(Author.c.name);
 * console.log(names.toSql(engine.dialect).text);
 * // SELECT `authors`.`name` FROM `authors` UNION SELECT `members`.`name` FROM `members` ORDER BY `name`
 * console.log(await session.scalars(names).all());
 * // [ 'Ada', 'Anonymous', 'Emily Brontë', 'Grace', 'Jane Austen' ]
 * ```
 */
export const union: Combine = combine("UNION");

/**
 * All rows of all queries, one after the other: `SELECT … UNION ALL SELECT …`.
 * @example
 * ```ts
 * const ids = unionAll(select(Tag.c.id), select(Member.c.id));
 * console.log((await session.scalars(ids).all()).length); // 5
 * ```
 */
export const unionAll: Combine = combine("UNION ALL");

/**
 * The rows that every query has, each once.
 * @example
 * ```ts
 * const both = intersect(select(Loan.c.bookId), select(Book.c.id).where(Book.c.authorId.eq(1)));
 * console.log(await session.scalars(both).all()); // [ 1 ]
 * ```
 */
export const intersect: Combine = combine("INTERSECT");

/**
 * The rows of the first query that no other one has, each once.
 * @example
 * ```ts
 * const neverLent = except(select(Book.c.id), select(Loan.c.bookId)).orderBy(Book.c.id);
 * console.log(await session.scalars(neverLent).all()); // [ 2, 4 ]
 * ```
 */
export const except: Combine = combine("EXCEPT");
