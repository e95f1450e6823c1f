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
 */
export const union: Combine = combine("UNION");

/** All rows of all queries, one after the other: `SELECT … UNION ALL SELECT …`. */
export const unionAll: Combine = combine("UNION ALL");

/** The rows that every query has, each once. */
export const intersect: Combine = combine("INTERSECT");

/** The rows of the first query that no other one has, each once. */
export const except: Combine = combine("EXCEPT");
