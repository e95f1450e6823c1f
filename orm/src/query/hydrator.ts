import { describeNode, type ExprNode, typeOfNode } from "../mapping/expression.js";
import { unreadable } from "../mapping/reading.js";
import type { Loader } from "../session/executable.js";
import type { RowShape, SelectItem, SelectNode } from "./select.js";

/** Takes one selected thing out of a row. */
export type ReadItem = (row: unknown[]) => unknown;

/**
 * Makes the results of a SELECT: first every column that needs it is converted, in place, all rows at once;
 * then objects are found or made, and put together as the select says.
 */
export function hydrateRows(node: SelectNode, rows: unknown[][], loader: Loader): unknown[] {
  convertColumns(node.items.flatMap(nodesOf), rows);
  return rows.map(rowReader(node.shape, itemReaders(node.items, loader)));
}

/** What stands in the row for an item: one expression, or all columns of a class in table order. */
export function nodesOf(item: SelectItem): ExprNode[] {
  if (item.kind === "expression") return [item.node];
  const { mapper } = item;
  return mapper.table.columns.map((column) => ({ kind: "column", mapper, column }));
}

/** Converts values in place, column by column, so that what to do is decided once and not for each row. */
export function convertColumns(nodes: readonly ExprNode[], rows: readonly unknown[][]): void {
  for (const [position, node] of nodes.entries()) {
    const read = readerOf(node);
    if (read === undefined) continue;
    try {
      for (const row of rows) {
        const raw = row[position];
        if (raw !== null) row[position] = read(raw);
      }
    } catch (cause) {
      throw unreadable(describeNode(node), cause);
    }
  }
}

/** How the driver's value of an expression is read; undefined when it is what the program gets. */
function readerOf(node: ExprNode): ((raw: unknown) => unknown) | undefined {
  if (node.kind === "alias") return readerOf(node.operand);
  if (node.kind === "column") return typeOfNode(node)?.read as (raw: unknown) => unknown;
  // What is left are conditions, and MySQL's true is 1.
  return node.kind === "value" ? undefined : (raw) => Number(raw) === 1;
}

/** For each item what takes it out of a row. A row that is one object alone becomes its array of values. */
function itemReaders(items: readonly SelectItem[], loader: Loader): ReadItem[] {
  let next = 0;
  return items.map((item) => {
    const start = next;
    if (item.kind === "expression") {
      next += 1;
      return (row) => row[start];
    }
    const { mapper } = item;
    next += mapper.table.columns.length;
    const end = next;
    if (items.length === 1) return (row) => loader.load(mapper, row);
    return (row) => loader.load(mapper, row.slice(start, end));
  });
}

/** Puts the items of one row together. */
function rowReader(shape: RowShape, readers: readonly ReadItem[]): ReadItem {
  const tuple = (row: unknown[]) => readers.map((read) => read(row));
  if (shape.kind === "tuple") return tuple;
  if (shape.kind === "one") return (row) => readers[0]?.(row);
  return (row) => Object.fromEntries(tuple(row).map((value, place) => [shape.names[place], value]));
}
