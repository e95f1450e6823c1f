/*
 * Exercise 4.2: The walk over an expression (20 points, about 25 minutes)
 *
 * Read:  notebooks/04-queries.ipynb
 * Grade: npm run grade -- 4.2
 */
import type { SqlValue } from "ormlet/internal/engine/index";
import { list, writeParts } from "ormlet/internal/engine/sql";
import type { ColumnType } from "ormlet/internal/mapping/column-type";
import type { ExprNode, Order } from "ormlet/internal/mapping/expression";
import { toDigits } from "ormlet/internal/session/literals";
import { writeSubquery } from "ormlet/internal/query/compiler";
import { type Context, writeColumn } from "ormlet/internal/query/context";
import type { QueryExtension } from "ormlet/internal/query/nodes";
import type { CallNode } from "ormlet/internal/query/query-dialect";

/** The SQL of one expression; its values become parameters. */
export function writeExpression(node: ExprNode, context: Context): string {
  throw new Error("not written yet: exercise 4.2");
}

/** An expression within another one: in parentheses where it would be read differently without. */
export function writeOperand(node: ExprNode, context: Context): string {
  throw new Error("not written yet: exercise 4.2");
}

/** Whether an expression is one word, a function call, or in parentheses already. */
export function isAtom(node: ExprNode, { special }: Context): boolean {
  throw new Error("not written yet: exercise 4.2");
}

/** Expressions with something between them. */
export function writeAll(nodes: readonly ExprNode[], between: string, context: Context): string {
  throw new Error("not written yet: exercise 4.2");
}

export function writeList(values: readonly ExprNode[], context: Context): string {
  throw new Error("not written yet: exercise 4.2");
}

/** The values of a long list of whole numbers, as they stand in SQL; undefined for any other list. */
export function listDigits(values: readonly ExprNode[]): string[] | undefined {
  return toDigits(values.map((one) => one.kind === "value" && one.type?.bind(one.value)));
}

/** Binds a value, and gives the SQL of it at this place. */
export function writeValue(value: unknown, type: ColumnType | undefined, context: Context): string {
  throw new Error("not written yet: exercise 4.2");
}

export function bindValue(value: SqlValue, { dialect, parameters }: Context): string {
  throw new Error("not written yet: exercise 4.2");
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
const functionNames = new Map<string, string>();

function functionName(name: string): string {
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
