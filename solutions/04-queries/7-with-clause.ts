/*
 * Exercise 4.7: WITH, once for all. One solution.
 *
 * The Map does two things at once: it says what was met, and its order is that in which WITH needs them. A key that
 * is set again keeps its place in a Map, so it is taken out first: behind all that the walk has put in meanwhile.
 * A recursive expression is a node that holds itself, which an object that never changes can't be. So its query is
 * set once, after it was made, and only then is it frozen.
 * Alternative: sort the expressions by what they use, as topologicalLayers does. It needs a list of who uses whom,
 * which is what the walk finds out anyway.
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
 * @example
 * ```ts
 * const days = cte("days", select({ n: literal(1) }), (self) =>
 *   select({ n: self.c.n.add(1) }).where(self.c.n.lt(4)),
 * );
 * console.log(await session.scalars(select(days.c.n).orderBy(days.c.n)).all()); // [ 1, 2, 3, 4 ]
 *
 * const lent = cte("lent", select({ book: Loan.c.bookId }).where(Loan.c.returnedOn.isNull()));
 * const away = select(Book.c.title).join(lent, lent.c.book.eq(Book.c.id)).orderBy(Book.c.id);
 * console.log(await session.scalars(away).all()); // [ 'Emma', 'Wuthering Heights' ]
 * ```
 */
export function cte<R, S, N extends string>(
  name: N,
  base: SelectBase<R, S>,
  recursive?: (self: Alias<false, N, Fields<R, S, N>>) => SelectBase<unknown>,
  options: { readonly distinct?: boolean } = {},
): Alias<false, N, Fields<R, S, N>> {
  checkedName("cte", name);
  checkOptions("cte()", options, ["distinct"]);
  const query = queryNode("cte()", base);
  const node: CteNode = { name, recursive: recursive !== undefined, query };
  const self = fieldsAlias<N, Fields<R, S, N>>({ kind: "cte", name, cte: node }, query);
  if (recursive !== undefined) {
    const operator = options.distinct ? "UNION" : "UNION ALL";
    const next = typeof recursive === "function" ? recursive(self) : undefined;
    node.query = combined(operator, query, queryNode("cte() as its recursive part", next));
  }
  Object.freeze(node);
  return self;
}

/** Notes that a statement uses the expression, behind all that it uses itself. */
export function useCte(cte: CteNode, context: Context): void {
  const { ctes } = context;
  const known = ctes.get(cte.name);
  if (known === cte) return;
  if (known !== undefined) throw cteTwice(cte);
  ctes.set(cte.name, cte);
  writeQuery(cte.query, { ...context, parameters: [], scope: undefined });
  ctes.delete(cte.name);
  ctes.set(cte.name, cte);
}

export function cteTwice({ name }: CteNode): ArgumentError {
  return new ArgumentError(`Two common table expressions are called ${name}.`, {
    code: "cte-twice",
    hint: "Give one of them another name.",
  });
}

/** WITH, and all expressions that were met. */
export function writeCtes(context: Context): string {
  const ctes = [...context.ctes.values()];
  const texts = ctes.map(({ name, query }) => {
    const text = writeQuery(query, context, outputNames(query));
    return `${context.dialect.quote(name)} AS (${text})`;
  });
  const recursive = ctes.some((cte) => cte.recursive) ? "RECURSIVE " : "";
  return `WITH ${recursive}${texts.join(", ")}`;
}
