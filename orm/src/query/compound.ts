import { newSet, type SetNode, type SetOperator } from "./nodes.js";
import { SelectBase } from "./select.js";

/** What {@link union} and its like make: the rows of several queries, to be sorted and cut as a whole. */
export class CompoundSelect<R, S = unknown> extends SelectBase<R, S, SetNode> {}

/** Puts queries together; all of them give rows of the type of the first one's. */
export type Combine = <R, S, Q extends R>(
  first: SelectBase<R, S>,
  ...others: readonly SelectBase<Q>[]
) => CompoundSelect<R, S>;

function combine(operator: SetOperator): Combine {
  return (first, ...others) =>
    new CompoundSelect(newSet(operator, [first.node, ...others.map(({ node }) => node)]));
}

/**
 * The rows of all queries, each row once: `SELECT … UNION SELECT …`. Their columns must be alike; the first
 * query says how they are read. It is sorted by what the first query selects.
 */
export const union: Combine = combine("UNION");

/** All rows of all queries, one after the other: `SELECT … UNION ALL SELECT …`. */
export const unionAll: Combine = combine("UNION ALL");

/** The rows that every query has, each once. */
export const intersect: Combine = combine("INTERSECT");

/** The rows of the first query that no other one has, each once. */
export const except: Combine = combine("EXCEPT");
