import { hasBrand } from "../engine/brand.js";
import { ArgumentError, type Fragment } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import { type Expr, type ExprNode, type Order, order, rawNode } from "../mapping/expression.js";
import { checkOptions } from "../mapping/naming.js";
import { firstSelect, nodesOf } from "./fields.js";
import type { LoadOption, LockNode, QueryNode } from "./nodes.js";
import type { LockOptions } from "./select.js";
import { toSource } from "./sources.js";

/** The node of an expression or of raw SQL; undefined for anything else. */
export function nodeOf(given: unknown): ExprNode | undefined {
  if (hasBrand(given, "expr")) return (given as Expr<unknown>).node;
  return hasBrand(given, "fragment") ? rawNode(given as Fragment<unknown>) : undefined;
}

/** What orderBy was given, with its direction; an expression alone is sorted smallest first. */
export function orderOf(given: unknown): Order {
  const node = nodeOf(given);
  if (node !== undefined) return order(node, "ASC");
  if ((given as Partial<Order> | null | undefined)?.direction !== undefined) return given as Order;
  throw new ArgumentError(`orderBy() was given ${describe(given)}.`, {
    code: "not-an-order",
    hint: "Write orderBy(Book.c.title), or orderBy(Book.c.title.desc()).",
  });
}

/** What groupBy was given. */
export function groupOf(given: unknown): ExprNode {
  const node = nodeOf(given);
  if (node !== undefined) return node;
  throw new ArgumentError(`groupBy() was given ${describe(given)}.`, {
    code: "not-an-expression",
    hint: "Write groupBy(Author.c.id).",
  });
}

/**
 * The node of a query that was given to `where`, such as "exists()".
 * @throws ArgumentError `not-a-query`
 */
export function queryNode(where: string, given: unknown): QueryNode {
  if (hasBrand(given, "executable")) return (given as { readonly node: QueryNode }).node;
  throw new ArgumentError(`${where} was given ${describe(given)}.`, {
    code: "not-a-query",
    hint: "Give it a query: select(Book), with all that belongs to it.",
  });
}

/** The name of a source, which its columns are found by. */
export function checkedName<N extends string>(method: string, name: N): N {
  if (typeof name === "string" && name !== "") return name;
  throw new ArgumentError(`${method}() was given ${describe(name)} for a name.`, {
    code: "not-a-name",
    hint: 'Write alias(Book, "other"), query.subquery("totals"), or cte("tree", query).',
  });
}

/** What a select loads besides. */
export function checkedOptions<O extends readonly LoadOption[]>(options: O): O {
  const wrong = options.findIndex((option) => option?.path?.relationship === undefined);
  if (wrong === -1) return options;
  throw new ArgumentError(`options() was given ${describe(options[wrong])}.`, {
    code: "not-an-option",
    hint: "Write options(selectinload(Author.r.books)), joinedload(…) or raiseload(…).",
  });
}

export function checkedCount(method: "limit" | "offset", rows: unknown): number {
  if (Number.isSafeInteger(rows) && (rows as number) >= 0) return rows as number;
  throw new ArgumentError(`${method}() was given ${describe(rows)}.`, {
    code: "not-a-count",
    hint: `Write ${method}(20): a whole number of rows, 0 or more.`,
  });
}

/** A lock, with its options checked. */
export function lockNode(mode: LockNode["mode"], options: LockOptions): LockNode {
  checkOptions(`for ${mode}`, options, ["skipLocked", "noWait", "of"]);
  const { skipLocked, noWait, of = [] } = options;
  if (skipLocked && noWait) {
    throw new ArgumentError("A lock cannot both skip locked rows and fail at them.", {
      code: "lock-options",
      hint: "Write skipLocked or noWait.",
    });
  }
  const names = [of].flat().map((source) => toSource("of", source).name);
  return { mode, others: skipLocked ? "skip" : noWait ? "fail" : "wait", of: names };
}

/**
 * The only column of a query that stands for a value.
 * @throws ArgumentError `not-scalar`
 */
export function onlyColumn(query: QueryNode): ExprNode {
  const [only, other] = firstSelect(query).items.flatMap(nodesOf);
  if (only !== undefined && other === undefined) return only;
  throw new ArgumentError("A query with several columns is not one value.", {
    code: "not-scalar",
    hint: "Select one column: select(func.max(Book.c.price)).scalar().",
  });
}
