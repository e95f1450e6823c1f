import { ArgumentError } from "../engine/index.js";
import {
  describeNode,
  type ExprNode,
  type Order,
  order,
  typeOfNode,
} from "../mapping/expression.js";
import type { Column, Table } from "../mapping/table.js";
import { isSame } from "./compiler.js";
import { describeSource, tableSource } from "./context.js";
import { nodesOf } from "./fields.js";
import { columnOf, linkColumn } from "./joins.js";
import type { JoinNode, QueryExtension, SelectNode, Source } from "./nodes.js";

/**
 * The order of a statement, made so that no two rows are equal in it: behind what the program sorts by come the
 * columns that tell its rows apart, as far as they are not there already. They go the way of the last order, for
 * an index read backwards serves ORDER BY price DESC, id DESC, and not price DESC, id.
 * @param key what tells rows apart, where that cannot be known.
 */
export function pageOrder(node: SelectNode, key: readonly ExprNode[] | undefined): Order[] {
  const { orderBy } = node;
  for (const one of orderBy) refuseUnsortable(one.node);
  if (node.distinct) refuseHiddenOrder(node);
  const sorted = orderBy.map((one) => one.node);
  const direction = orderBy.at(-1)?.direction ?? "ASC";
  const missing = (key ?? rowKey(node, sorted)).filter((one) => !isAmong(sorted, one));
  return [...orderBy, ...missing.map((one) => order(one, direction))];
}

/** Whether an expression is one of several. */
function isAmong(nodes: readonly ExprNode[], node: ExprNode): boolean {
  return nodes.some((one) => isSame(one, node));
}

/** What tells the rows of a select apart: its groups, all that is selected once, or the keys of its sources. */
function rowKey(node: SelectNode, sorted: readonly ExprNode[]): readonly ExprNode[] {
  const { groupBy, distinct, items, joins } = node;
  if (groupBy.length > 0) return groupBy;
  if (distinct) {
    return items.flatMap((item) =>
      item.kind === "entity"
        ? item.mapper.table.primaryKey.map((column) => columnOf(item.mapper, column, item.alias))
        : [item.node],
    );
  }
  const several = joins.filter((join) => !isSingle(join)).map(keySource);
  if (several[0] && node.shape.kind === "one" && items[0]?.kind === "entity") {
    throw repeats(several[0]);
  }
  return [rootOf(node), ...several].flatMap((source) => keyOf(source, sorted));
}

/** Where a select begins, when it is not said: at what its first item is from. */
function rootOf({ from, items }: SelectNode): Source | undefined {
  if (from !== undefined) return from;
  for (const item of items) {
    if (item.kind === "entity") return tableSource(item.mapper, item.alias);
    const found = partsOf(item.node).find(({ kind }) => kind === "column" || kind === "field");
    if (found?.kind === "column") return tableSource(found.mapper, found.alias);
    if (found?.kind === "field") return found.source as Source;
  }
  return undefined;
}

/** The columns that identify a row of a source; none when a unique key of it is sorted by already. */
function keyOf(source: Source | undefined, sorted: readonly ExprNode[]): ExprNode[] {
  if (source?.kind !== "table" && source?.kind !== "link") throw keyUnknown(source);
  const table = source.kind === "table" ? source.mapper.table : source.table;
  const node = (column: Column) =>
    source.kind === "table"
      ? columnOf(source.mapper, column, aliasOf(source))
      : linkColumn(source, column);
  const isThere = keysOf(table).some((key) => key.every((one) => isAmong(sorted, node(one))));
  return isThere ? [] : table.primaryKey.map(node);
}

function aliasOf({ name, mapper }: Source & { readonly kind: "table" }): string | undefined {
  return name === mapper.table.name ? undefined : name;
}

/** The keys of a table: its primary key, and what is unique and never null. */
function keysOf({ primaryKey, uniques, columns }: Table): (readonly Column[])[] {
  const named = uniques.map((key) => columns.filter(({ name }) => key.columns.includes(name)));
  return [primaryKey, ...named.filter((key) => key.every(({ nullable }) => !nullable))];
}

/** Whether a join finds one row at most: its condition says what a whole key of it is. */
function isSingle({ source, on, through }: JoinNode): boolean {
  if (source.kind !== "table" || through !== undefined) return false;
  const isOwn = (node: ExprNode) =>
    node.kind === "column" && (node.alias ?? node.mapper.table.name) === source.name;
  const said = on.flatMap((node) => {
    if (node.kind !== "compare" || node.operator !== "=") return [];
    const { left, right } = node;
    const other = (one: ExprNode) => !partsOf(one).some(isOwn);
    return isOwn(left) && other(right) ? [left] : isOwn(right) && other(left) ? [right] : [];
  });
  const columns = said.map((node) => (node.kind === "column" ? node.column : undefined));
  return keysOf(source.mapper.table).some((key) => key.every((one) => columns.includes(one)));
}

/** The source of a join that multiplies rows; of a many-to-many that is the table between. */
function keySource({ source, through }: JoinNode): Source {
  return through?.source ?? source;
}

/** An expression and all expressions in it. */
export function partsOf(node: ExprNode): ExprNode[] {
  const inner = node.kind === "extension" ? (node.extension as QueryExtension) : node;
  const { operand, operands = [], left, right, low, high, values = [] } = inner as Parts;
  const parts = [operand, left, right, low, high, ...operands, ...values];
  return [node, ...parts.flatMap((part) => (part === undefined ? [] : partsOf(part)))];
}

type Parts = { readonly [K in "operand" | "left" | "right" | "low" | "high"]?: ExprNode } & {
  readonly [K in "operands" | "values"]?: readonly ExprNode[];
};

function refuseUnsortable(node: ExprNode): void {
  const type = typeOfNode(node);
  if (type !== undefined && type.name !== "json") return;
  throw new ArgumentError(`${describeNode(node)} cannot be paged by: its values have no order.`, {
    code: "page-order",
    hint: "Sort by a column or an expression; SQL of your own needs a type: expression(sql`…`, integer()).",
  });
}

/** With DISTINCT, rows are sorted by what is selected: anything else would make them differ again. */
function refuseHiddenOrder({ orderBy, items }: SelectNode): void {
  const selected = items.flatMap(nodesOf);
  const hidden = orderBy.find(({ node }) => !isAmong(selected, node));
  if (hidden === undefined) return;
  throw new ArgumentError(`${describeNode(hidden.node)} is not selected, but sorted by.`, {
    code: "page-distinct",
    hint: "With distinct(), sort by columns of what is selected.",
  });
}

function repeats(source: Source): ArgumentError {
  const name = describeSource(source);
  return new ArgumentError(`The join with ${name} repeats objects, and pages would as well.`, {
    code: "page-repeats",
    hint: "Add distinct(), or ask with where(Author.r.books.any(…)); to have both in a row, select both.",
  });
}

function keyUnknown(source: Source | undefined): ArgumentError {
  const name = source === undefined ? "the select" : describeSource(source) || "SQL of your own";
  return new ArgumentError(`Nothing is known that tells the rows of ${name} apart.`, {
    code: "page-key",
    hint: "Say it: session.page(query, { size: 20, key: [totals.c.id] }).",
  });
}
