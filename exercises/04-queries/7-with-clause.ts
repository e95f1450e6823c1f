/*
 * Exercise 4.7: WITH, once for all (20 points, about 25 minutes)
 *
 * Read:  notebooks/04c-reports.ipynb
 * Grade: npm run grade -- 4.7
 */
import { ArgumentError } from "ormlet/internal/engine/index";
import { checkOptions } from "ormlet/internal/mapping/naming";
import { writeQuery } from "ormlet/internal/query/compiler";
import type { Context } from "ormlet/internal/query/context";
import { combined, outputNames } from "ormlet/internal/query/fields";
import { checkedName, queryNode } from "ormlet/internal/query/given";
import type { CteNode } from "ormlet/internal/query/nodes";
import type { SelectBase } from "ormlet/internal/query/select";
import { type Alias, fieldsAlias } from "ormlet/internal/query/sources";
import type { Fields } from "ormlet/internal/query/types";

/**
 * A common table expression: a query with a name, to be used as a class is, in FROM and in joins. WITH is
 * written before the whole statement, once, wherever it is used.
 *
 *     const prolific = cte("prolific", select({ id: Book.c.authorId }).groupBy(Book.c.authorId).having(…));
 *     select(Author).join(prolific, prolific.c.id.eq(Author.c.id))
 *
 * @param recursive makes rows of rows that are there already, until there are no new ones: it is given the
 *   expression itself, and stands behind UNION ALL. With `distinct`, behind UNION: rows that are there are left out.
 */
export function cte<R, S, N extends string>(
  name: N,
  base: SelectBase<R, S>,
  recursive?: (self: Alias<false, N, Fields<R, S, N>>) => SelectBase<unknown>,
  options: { readonly distinct?: boolean } = {},
): Alias<false, N, Fields<R, S, N>> {
  throw new Error("not written yet: exercise 4.7");
}

/** Notes that a statement uses the expression, behind all that it uses itself. */
export function useCte(cte: CteNode, context: Context): void {
  throw new Error("not written yet: exercise 4.7");
}

export function cteTwice({ name }: CteNode): ArgumentError {
  return new ArgumentError(`Two common table expressions are called ${name}.`, {
    code: "cte-twice",
    hint: "Give one of them another name.",
  });
}

/** WITH, and all expressions that were met. */
export function writeCtes(context: Context): string {
  throw new Error("not written yet: exercise 4.7");
}
