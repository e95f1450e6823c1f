import type { SqlValue } from "../engine/index.js";
import type { ColumnType } from "../mapping/column-type.js";
import { type Comparison, type ExprNode, type Order, typeOfNode } from "../mapping/expression.js";
import type { SelectNode } from "./nodes.js";

/** Where a row stands in one part of an order. */
export interface Point {
  /** What is sorted by, without a name. */
  readonly node: ExprNode;
  readonly direction: Order["direction"];
  readonly nullsFirst: boolean;
  /** Whether there can be nulls. */
  readonly nullable: boolean;
  /** The value of the row, as it is bound. */
  readonly value: SqlValue;
}

/**
 * The condition of all rows that stand behind a row: `(price < ? OR (price = ? AND id < ?))`; undefined where
 * nothing can. SQL has a shorter form, `(price, id) < (?, ?)`, which knows neither two directions nor nulls, and
 * for which MySQL reads no range of an index ("Range Optimization of Row Constructor Expressions" in its manual
 * speaks of IN alone). Of this form it makes ranges, and where all directions are equal, an index over the columns
 * gives just the rows of the page, already sorted, however far behind they are. The idea is Markus Winand's "seek
 * method" (use-the-index-luke.com/no-offset).
 */
export function beyond([point, ...rest]: readonly Point[]): ExprNode | undefined {
  if (point === undefined) return undefined;
  const inner = beyond(rest);
  const alternatives = [...after(point), ...(inner ? [all("AND", [same(point), inner])] : [])];
  return alternatives.length === 0 ? undefined : all("OR", alternatives);
}

/** The rows whose value comes behind that of a point; either one holds. */
function after(point: Point): ExprNode[] {
  const { node, value, direction, nullsFirst, nullable } = point;
  if (value === null) return nullsFirst ? [{ kind: "null", operand: node, negated: true }] : [];
  const nulls: ExprNode[] =
    nullable && !nullsFirst ? [{ kind: "null", operand: node, negated: false }] : [];
  const type = typeOfNode(node);
  if (type?.name === "enumeration") return [memberAfter(point, type), ...nulls];
  return [compared(point, direction === "ASC" ? ">" : "<"), ...nulls];
}

/** An ENUM is sorted by the places of its members, but compared by their letters. */
function memberAfter({ node, value, direction }: Point, type: ColumnType): ExprNode {
  const place = type.parameters.indexOf(value as string);
  const members =
    direction === "ASC" ? type.parameters.slice(place + 1) : type.parameters.slice(0, place);
  const values = members.map((member): ExprNode => boundNode(node, member));
  return { kind: "in", operand: node, values, negated: false };
}

/** The rows whose value is that of a point. */
function same(point: Point): ExprNode {
  return point.value === null
    ? { kind: "null", operand: point.node, negated: false }
    : compared(point, "=");
}

function compared({ node, value }: Point, operator: Comparison): ExprNode {
  return { kind: "compare", operator, left: node, right: boundNode(node, value) };
}

/** A parameter beside an expression: it is bound already. */
function boundNode(node: ExprNode, value: SqlValue): ExprNode {
  const type = { ...(typeOfNode(node) as ColumnType), bind: (bound: unknown) => bound as SqlValue };
  return { kind: "value", value, type };
}

function all(operator: "AND" | "OR", operands: readonly ExprNode[]): ExprNode {
  const [only, other] = operands;
  return only && !other ? only : { kind: "logical", operator, operands };
}

/** Whether an expression of a select can be null; of anything but a column that is not looked at. */
export function canBeNull(node: ExprNode, { joins }: SelectNode): boolean {
  if (node.kind !== "column" || node.column.nullable) return true;
  const name = node.alias ?? node.mapper.table.name;
  return joins.some(({ kind, source }) => kind === "left" && source.name === name);
}
