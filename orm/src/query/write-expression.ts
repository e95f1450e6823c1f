import type { SqlValue } from "../engine/index.js";
import { list, writeParts } from "../engine/sql.js";
import type { ColumnType } from "../mapping/column-type.js";
import type { ExprNode, Order } from "../mapping/expression.js";
import { toDigits } from "../session/literals.js";
import { writeSubquery } from "./compiler.js";
import { type Context, writeColumn } from "./context.js";
import type { QueryExtension } from "./nodes.js";
import type { CallNode } from "./query-dialect.js";

/** The SQL of one expression; its values become parameters. */
export function writeExpression(node: ExprNode, context: Context): string {
  const write = (part: ExprNode) => writeOperand(part, context);
  switch (node.kind) {
    case "column":
    case "field":
      return writeColumn(node, context);
    case "value":
      return writeValue(node.value, node.type, context);
    case "compare":
      return `${write(node.left)} ${node.operator} ${write(node.right)}`;
    case "in":
      return `${write(node.operand)} ${node.negated ? "NOT IN" : "IN"} ${writeList(node.values, context)}`;
    case "between":
      return `${write(node.operand)} BETWEEN ${write(node.low)} AND ${write(node.high)}`;
    case "null":
      return `${write(node.operand)} IS ${node.negated ? "NOT NULL" : "NULL"}`;
    case "logical":
      return `(${writeAll(node.operands, ` ${node.operator} `, context)})`;
    case "not":
      return `NOT (${writeExpression(node.operand, context)})`;
    case "alias":
      // Elsewhere the name is not known yet, so the expression stands there again.
      return writeExpression(node.operand, context);
    case "call":
      return writeCall(node, context);
    case "extension":
      return writeExtension(node.extension as QueryExtension, context);
  }
}

/** An expression within another one: in parentheses where it would be read differently without. */
export function writeOperand(node: ExprNode, context: Context): string {
  if (node.kind === "alias") return writeOperand(node.operand, context);
  const text = writeExpression(node, context);
  return isAtom(node, context) ? text : `(${text})`;
}

/** Whether an expression is one word, a function call, or in parentheses already. */
function isAtom(node: ExprNode, { special }: Context): boolean {
  if (node.kind === "call") return !(node.name in special.operators);
  if (node.kind === "extension")
    return node.extension.kind !== "in-select" && node.extension.kind !== "within";
  return ["column", "field", "value", "logical"].includes(node.kind);
}

/** Expressions with something between them. */
export function writeAll(nodes: readonly ExprNode[], between: string, context: Context): string {
  return nodes.map((node) => writeExpression(node, context)).join(between);
}

function writeList(values: readonly ExprNode[], context: Context): string {
  if (values.length === 0) return list([]).toSql(context.dialect).text;
  const parts = listDigits(values) ?? values.map((value) => writeOperand(value, context));
  return `(${parts.join(", ")})`;
}

/** The values of a long list of whole numbers, as they stand in SQL; undefined for any other list. */
function listDigits(values: readonly ExprNode[]): string[] | undefined {
  return toDigits(values.map((one) => one.kind === "value" && one.type?.bind(one.value)));
}

/** Binds a value, and gives the SQL of it at this place. */
function writeValue(value: unknown, type: ColumnType | undefined, context: Context): string {
  if (type === undefined) return bindValue(value as SqlValue, context);
  return context.special.value(bindValue(type.bind(value), context), type);
}

function bindValue(value: SqlValue, { dialect, parameters }: Context): string {
  return dialect.placeholder(parameters.push(value));
}

/** A function or an operator, as the dialect writes it. */
function writeCall(node: CallNode, context: Context): string {
  const { operands, name } = node;
  const typed = (part: ExprNode, write: typeof writeExpression) =>
    writeTyped(part, context) ?? write(part, context);
  const at = (place: number) => operands[place] as ExprNode;
  const list = (from = 0) =>
    operands
      .slice(from)
      .map((part) => typed(part, writeExpression))
      .join(", ");
  const writer = context.special.calls[name];
  if (writer === undefined) return `${functionName(name)}(${list()})`;
  return writer({
    node,
    list,
    operand: (place) => typed(at(place), writeOperand),
    argument: (place) => typed(at(place), writeExpression),
    word: (place) => (operands[place] as { readonly value?: unknown } | undefined)?.value,
    bind: (value) => bindValue(value, context),
  });
}

/** The names of SQL's functions, by ours: `charLength` is CHAR_LENGTH. */
const functionNames = new Map<string, string>();

function functionName(name: string): string {
  const known = functionNames.get(name);
  if (known !== undefined) return known;
  const made = name.replace(/[A-Z]/g, "_$&").toUpperCase();
  functionNames.set(name, made);
  return made;
}

/** A value among the operands of a call, where no column beside it tells the server what it is. */
function writeTyped(node: ExprNode, context: Context): string | undefined {
  if (node.kind !== "value" || node.type === undefined) return undefined;
  const bound = node.type.bind(node.value);
  return context.special.typed(bindValue(bound, context), node.type, bound);
}

/** An expression to sort by; `write` says how it stands there, where it does not stand there itself. */
export function writeOrder(
  { node, direction, nulls }: Order,
  context: Context,
  write = writeOperand,
): string {
  return context.special.order(() => write(node, context), direction, nulls);
}

/** What {@link QueryExtension} names. */
function writeExtension(extension: QueryExtension, context: Context): string {
  if (extension.kind === "window") return writeWindow(extension, context);
  if (extension.kind !== "sql") return writeSubquery(extension, context);
  return `(${writeParts(extension.fragment.parts, context.dialect, context.parameters)})`;
}

/** `SUM(price) OVER (PARTITION BY … ORDER BY … ROWS …)` */
function writeWindow(
  { operand, partitionBy, orderBy, frame }: QueryExtension & { kind: "window" },
  context: Context,
): string {
  const call = writeExpression(operand, context);
  const parts: string[] = [];
  if (partitionBy.length > 0) parts.push(`PARTITION BY ${writeAll(partitionBy, ", ", context)}`);
  if (orderBy.length > 0) {
    parts.push(`ORDER BY ${orderBy.map((order) => writeOrder(order, context)).join(", ")}`);
  }
  if (frame !== undefined) parts.push(frame);
  return `${call} OVER (${parts.join(" ")})`;
}
