import { ArgumentError, type Dialect, type SqlValue } from "../engine/index.js";
import { list } from "../engine/sql.js";
import type { ColumnType } from "../mapping/column-type.js";
import type { ExprNode, Order } from "../mapping/expression.js";
import type { Mapper } from "../mapping/mapper.js";
import type { CompiledQuery } from "../session/executable.js";
import { hydrateRows, nodesOf } from "./hydrator.js";
import { type QueryDialect, queryDialect } from "./query-dialect.js";
import type { SelectNode } from "./select.js";

/** What the walk carries along: the parameters so far, and the tables whose columns it met. */
export interface Context {
  readonly dialect: Dialect;
  readonly special: QueryDialect;
  readonly parameters: SqlValue[];
  readonly mappers: Set<Mapper>;
}

/** Makes the SQL of a SELECT, in one walk from its first word to its last, and what reads its rows. */
export function compileSelect(node: SelectNode, dialect: Dialect): CompiledQuery<unknown> {
  const special = queryDialect(dialect);
  const context: Context = { dialect, special, parameters: [], mappers: new Set() };
  const text = writeSelect(node, context);
  return {
    text,
    parameters: context.parameters,
    tuples: node.shape.kind === "tuple",
    hydrate: (rows, loader) => hydrateRows(node, rows, loader),
  };
}

/** The clauses, one after the other; each of them may bind parameters. */
export function writeSelect(node: SelectNode, context: Context): string {
  const selected = node.items.flatMap(nodesOf).map((part) => writeSelected(part, context));
  const where = writeAll(node.where, " AND ", context);
  const orders = node.orderBy.map((order) => writeOrder(order, context)).join(", ");
  const { name } = onlyTable(context).table;
  const clauses = [`SELECT ${selected.join(", ")} FROM ${context.dialect.quote(name)}`];
  if (where !== "") clauses.push(`WHERE ${where}`);
  if (orders !== "") clauses.push(`ORDER BY ${orders}`);
  return clauses.join(" ") + context.special.limit(node.limit, node.offset);
}

/** The table of all that the walk has met so far. */
function onlyTable({ mappers }: Context): Mapper {
  const [only, other] = mappers;
  if (only !== undefined && other === undefined) return only;
  const names = Array.from(mappers, ({ name }) => name).join(" and ");
  throw new ArgumentError(`A select of ${names} would give every pair of their rows.`, {
    code: "join-missing",
    hint: "Select from one class; joins are not built yet. Raw SQL has them: session.execute(sql`…`).",
  });
}

/** An expression among those that are selected: the only place where it is given its name. */
function writeSelected(node: ExprNode, context: Context): string {
  if (node.kind !== "alias") return writeExpression(node, context);
  return `${writeExpression(node.operand, context)} AS ${context.dialect.quote(node.name)}`;
}

function writeOrder({ node, direction }: Order, context: Context): string {
  return writeExpression(node, context) + (direction === "DESC" ? " DESC" : "");
}

/** Expressions with something between them. */
function writeAll(nodes: readonly ExprNode[], between: string, context: Context): string {
  return nodes.map((node) => writeExpression(node, context)).join(between);
}

/** The SQL of one expression; its values become parameters. */
export function writeExpression(node: ExprNode, context: Context): string {
  const write = (part: ExprNode) => writeOperand(part, context);
  switch (node.kind) {
    case "column":
      context.mappers.add(node.mapper);
      return [node.mapper.table.name, node.column.name].map(context.dialect.quote).join(".");
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
  }
}

/** An expression within another one: in parentheses where it would be read differently without. */
function writeOperand(node: ExprNode, context: Context): string {
  const text = writeExpression(node, context);
  const inner = node.kind === "alias" ? node.operand.kind : node.kind;
  return inner === "column" || inner === "value" || inner === "logical" ? text : `(${text})`;
}

function writeList(values: readonly ExprNode[], context: Context): string {
  if (values.length === 0) return list([]).toSql(context.dialect).text;
  return `(${values.map((value) => writeOperand(value, context)).join(", ")})`;
}

function writeValue(value: unknown, type: ColumnType | undefined, context: Context): string {
  const { dialect, special, parameters } = context;
  const placeholder = dialect.placeholder(
    parameters.push(type === undefined ? (value as SqlValue) : type.bind(value)),
  );
  return type === undefined ? placeholder : special.value(placeholder, type);
}
