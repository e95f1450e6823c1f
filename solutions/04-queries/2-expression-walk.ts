/*
 * Exercise 4.2: The walk over an expression. One solution.
 *
 * One function for each kind of node, and each knows only its own words: the nodes below it are somebody else's
 * work. The brackets are the caller's: only what stands around an expression knows that it could be read differently.
 * A value never gets into the text, because the one place that meets a value binds it.
 * Alternative: a class for each kind of node, with a method toSql. The text stands beside the data then, but another
 * database means a change in every class, while here it is one more set of words in context.special.
 */
import type { SqlValue } from "ormlet/internal/engine/index";
import { list, writeParts } from "ormlet/internal/engine/sql";
import type { ColumnType } from "ormlet/internal/mapping/column-type";
import type { ExprNode, Order } from "ormlet/internal/mapping/expression";
import { writeSubquery } from "ormlet/internal/query/compiler";
import { type Context, writeColumn } from "ormlet/internal/query/context";
import type { QueryExtension } from "ormlet/internal/query/nodes";
import type { CallNode } from "ormlet/internal/query/query-dialect";
import { toDigits } from "ormlet/internal/session/literals";

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
export function isAtom(node: ExprNode, { special }: Context): boolean {
  if (node.kind === "call") return !(node.name in special.operators);
  if (node.kind === "extension")
    return node.extension.kind !== "in-select" && node.extension.kind !== "within";
  return ["column", "field", "value", "logical"].includes(node.kind);
}

/** Expressions with something between them. */
export function writeAll(nodes: readonly ExprNode[], between: string, context: Context): string {
  return nodes.map((node) => writeExpression(node, context)).join(between);
}

export function writeList(values: readonly ExprNode[], context: Context): string {
  if (values.length === 0) return list([]).toSql(context.dialect).text;
  const parts = listDigits(values) ?? values.map((value) => writeOperand(value, context));
  return `(${parts.join(", ")})`;
}

/** The values of a long list of whole numbers, as they stand in SQL; undefined for any other list. */
export function listDigits(values: readonly ExprNode[]): string[] | undefined {
  return toDigits(values.map((one) => one.kind === "value" && one.type?.bind(one.value)));
}

/** Binds a value, and gives the SQL of it at this place. */
export function writeValue(value: unknown, type: ColumnType | undefined, context: Context): string {
  if (type === undefined) return bindValue(value as SqlValue, context);
  return context.special.value(bindValue(type.bind(value), context), type);
}

export function bindValue(value: SqlValue, { dialect, parameters }: Context): string {
  return dialect.placeholder(parameters.push(value));
}

/** A function or an operator, as the dialect writes it. */
export function writeCall(node: CallNode, context: Context): string {
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
export const functionNames = new Map<string, string>();

export function functionName(name: string): string {
  const known = functionNames.get(name);
  if (known !== undefined) return known;
  const made = name.replace(/[A-Z]/g, "_$&").toUpperCase();
  functionNames.set(name, made);
  return made;
}

/** A value among the operands of a call, where no column beside it tells the server what it is. */
export function writeTyped(node: ExprNode, context: Context): string | undefined {
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
export function writeExtension(extension: QueryExtension, context: Context): string {
  if (extension.kind === "window") return writeWindow(extension, context);
  if (extension.kind !== "sql") return writeSubquery(extension, context);
  return `(${writeParts(extension.fragment.parts, context.dialect, context.parameters)})`;
}

/** `SUM(price) OVER (PARTITION BY … ORDER BY … ROWS …)` */
export function writeWindow(
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
