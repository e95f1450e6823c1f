import { ArgumentError, type Dialect } from "../engine/index.js";
import { writeParts } from "../engine/sql.js";
import { describeNode, type ExprNode, type Order } from "../mapping/expression.js";
import type { CompiledQuery } from "../session/executable.js";
import { type Context, compileText, inScope, joinMissing } from "./context.js";
import { useCte } from "./cte.js";
import { firstSelect, nameOfNode, nodesOf, outputNames } from "./fields.js";
import { hydration } from "./hydrator.js";
import { writeRelated, writeWithin } from "./joins.js";
import type {
  JoinNode,
  LoadOption,
  LockNode,
  QueryExtension,
  QueryNode,
  SelectNode,
  SetNode,
  Source,
} from "./nodes.js";
import { writeAll, writeExpression, writeOperand, writeOrder } from "./write-expression.js";

/** Makes the SQL of a query, in one walk from its first word to its last, and what reads its rows. */
export function compileQuery(given: QueryNode, dialect: Dialect): CompiledQuery<unknown> {
  const node = given.kind === "select" ? rewritten(given) : given;
  const { text, parameters } = compileText(dialect, (context) => writeQuery(node, context));
  const select = { ...firstSelect(node), options: optionsOf(node) };
  return { text, parameters, tuples: select.shape.kind === "tuple", ...hydration(select, dialect) };
}

/** The options of a query. Those of each part of a UNION are for all of its objects; for each path, the first part's. */
function optionsOf(node: QueryNode): readonly LoadOption[] {
  if (node.kind === "select") return node.options;
  const parts = node.queries.map(optionsOf);
  return parts.reduce((known, options) => {
    const isNew = ({ path }: LoadOption) =>
      known.every((one) => one.path.relationship !== path.relationship);
    return known.concat(options.filter(isNew));
  });
}

/** A select with what its options add to it. */
export function rewritten(given: SelectNode): SelectNode {
  return given.options.reduce((node, option) => option.rewrite?.(node) ?? node, given);
}

/**
 * A query on its own, or within another one.
 * @param names what its columns are to be called, where others refer to them.
 */
export function writeQuery(node: QueryNode, context: Context, names?: readonly string[]): string {
  return node.kind === "select"
    ? writeSelect(node, context, names)
    : writeSet(node, context, names);
}

/** The clauses, one after the other; each of them may bind parameters. */
export function writeSelect(node: SelectNode, outer: Context, names?: readonly string[]): string {
  const { joins, where, groupBy, having, orderBy, limit, offset, lock } = node;
  const joined = joins.flatMap(({ through, source }) =>
    through ? [through.source, source] : [source],
  );
  const context = inScope(outer, node.from, joined);
  const selected = [...node.items, ...node.hidden].flatMap(nodesOf);
  const items = selected.map((part, place) => writeSelected(part, context, names?.[place]));
  const clauses = [`SELECT ${node.distinct ? "DISTINCT " : ""}${items.join(", ")}`];
  clauses.push(...writeFrom(joins, context));
  const add = (word: string, parts: readonly unknown[], text: () => string) => {
    if (parts.length > 0) clauses.push(`${word} ${text()}`);
  };
  add("WHERE", where, () => writeAll(where, " AND ", context));
  add("GROUP BY", groupBy, () =>
    groupBy
      .map((part) => placeOf(part, selected)?.toString() ?? writeExpression(part, context))
      .join(", "),
  );
  add("HAVING", having, () => writeAll(having, " AND ", context));
  add("ORDER BY", orderBy, () => writeOrders(orderBy, selected, context));
  const end = context.special.limit(limit, offset) + writeLock(lock, context);
  return clauses.join(" ") + end;
}

/** An expression among those that are selected: the only place where it is given its name. */
function writeSelected(node: ExprNode, context: Context, name?: string): string {
  const { dialect, parameters } = context;
  const raw = node.kind === "extension" && (node.extension as QueryExtension);
  const text =
    raw && raw.kind === "sql"
      ? writeParts(raw.fragment.parts, dialect, parameters)
      : writeExpression(node, context);
  const wanted = name ?? (node.kind === "alias" ? node.name : undefined);
  const isNamed = wanted === undefined || (node.kind !== "alias" && nameOfNode(node) === wanted);
  return isNamed ? text : `${text} AS ${dialect.quote(wanted)}`;
}

/** FROM and the joins. What a select selects from is known when its items are written. */
function writeFrom(joins: readonly JoinNode[], context: Context): string[] {
  const { scope } = context;
  if (scope === undefined) return [];
  scope.root ??= null;
  if (scope.root === null) {
    if (joins[0] === undefined) return [];
    throw joinMissing(joins[0].source, scope);
  }
  return [
    `FROM ${writeSource(scope.root, context)}`,
    ...joins.map((join) => writeJoin(join, context)),
  ];
}

/** The source with its name, as it stands in FROM. */
export function writeSource(source: Source, context: Context): string {
  const { quote } = context.dialect;
  const named = (name: string) =>
    quote(name) + (name === source.name ? "" : ` AS ${quote(source.name)}`);
  switch (source.kind) {
    case "table":
      return named(source.mapper.table.name);
    case "link":
      return named(source.table.name);
    case "cte":
      useCte(source.cte, context);
      return named(source.cte.name);
    case "raw":
      return writeParts(source.fragment.parts, context.dialect, context.parameters);
    case "derived": {
      // It sees the queries around, but not the other sources beside it.
      const text = writeQuery(
        source.query,
        { ...context, scope: context.scope?.outer },
        outputNames(source.query),
      );
      return `(${text}) AS ${quote(source.name)}`;
    }
  }
}

/** `JOIN … ON …`. The table between and the class behind it are one to a LEFT JOIN: both are there, or none. */
function writeJoin({ kind, source, on, through }: JoinNode, context: Context): string {
  const conditions = (nodes: readonly ExprNode[]) => ` ON ${writeAll(nodes, " AND ", context)}`;
  const target = () => writeSource(source, context);
  if (through === undefined)
    return `${kind === "left" ? "LEFT JOIN" : "JOIN"} ${target()}${conditions(on)}`;
  const link = writeSource(through.source, context);
  return kind === "left"
    ? `LEFT JOIN (${link} JOIN ${target()}${conditions(on)})${conditions(through.on)}`
    : `JOIN ${link}${conditions(through.on)} JOIN ${target()}${conditions(on)}`;
}

/** What ORDER BY sorts by. An expression that was given a name where it is selected stands there by that name. */
function writeOrders(
  orders: readonly Order[],
  selected: readonly ExprNode[],
  context: Context,
): string {
  const write = (node: ExprNode) => {
    const isNamed =
      node.kind === "alias" &&
      selected.some((one) => one.kind === "alias" && one.name === node.name && isSame(one, node));
    return isNamed ? context.dialect.quote(node.name) : writeOperand(node, context);
  };
  return orders.map((order) => writeOrder(order, context, write)).join(", ");
}

/**
 * The number of the selected column that is this very expression. MySQL does not know an expression with
 * parameters again when it stands in GROUP BY a second time, because the parameters could be others.
 */
function placeOf(node: ExprNode, selected: readonly ExprNode[]): number | undefined {
  const bare = node.kind === "alias" ? node.operand : node;
  if (bare.kind === "column" || bare.kind === "field") return undefined;
  const place = selected.findIndex((one) => isSame(one, node));
  return place < 0 ? undefined : place + 1;
}

/** Whether two expressions are one: made by the same call, or the same column. */
export function isSame(selected: ExprNode, node: ExprNode): boolean {
  const [one, other] = [selected, node].map((each) =>
    each.kind === "alias" ? each.operand : each,
  ) as [ExprNode, ExprNode];
  if (one === other) return true;
  const columns = one.kind === "column" && other.kind === "column";
  return columns && one.column === other.column && one.alias === other.alias;
}

/** `FOR UPDATE OF books SKIP LOCKED` */
function writeLock(lock: LockNode | undefined, { dialect }: Context): string {
  if (lock === undefined) return "";
  const of = lock.of.length === 0 ? "" : ` OF ${lock.of.map(dialect.quote).join(", ")}`;
  const others = { skip: " SKIP LOCKED", fail: " NOWAIT", wait: "" };
  return ` FOR ${lock.mode.toUpperCase()}${of}${others[lock.others]}`;
}

/** Several queries with UNION or its like between them. */
export function writeSet(node: SetNode, context: Context, names?: readonly string[]): string {
  const parts = node.queries.map((query, index) => {
    const text = writeQuery(query, context, index === 0 ? names : undefined);
    const isPlain = query.kind === "select" && !query.orderBy.length && !query.lock;
    return isPlain && query.limit === undefined && query.offset === undefined ? text : `(${text})`;
  });
  const selected = firstSelect(node).items.flatMap(nodesOf);
  const write = (order: ExprNode) => {
    const place = selected.findIndex((one) => isSame(one, order));
    const column = selected[place];
    if (column === undefined) throw notInSet(order);
    const name = names?.[place] ?? nameOfNode(column);
    return name === undefined ? String(place + 1) : context.dialect.quote(name);
  };
  const orders = node.orderBy.map((order) => writeOrder(order, context, write)).join(", ");
  const text = parts.join(` ${node.operator} `) + (orders && ` ORDER BY ${orders}`);
  return text + context.special.limit(node.limit, node.offset);
}

function notInSet(node: ExprNode): ArgumentError {
  return new ArgumentError(`${describeNode(node)} is not among what the first query selects.`, {
    code: "compound-order",
    hint: 'Sort by an expression of its select: const n = func.count().as("n"); … .orderBy(n).',
  });
}

/** The nodes of an expression that hold a query, or are made one. */
export function writeSubquery(
  extension: Exclude<QueryExtension, { kind: "window" | "sql" }>,
  context: Context,
): string {
  switch (extension.kind) {
    case "subquery":
      return `(${writeQuery(extension.query, context)})`;
    case "exists":
      return `EXISTS (${writeQuery(extension.query, context)})`;
    case "in-select":
      return writeIn(extension, context);
    case "related":
      return writeRelated(extension, context);
    case "within":
      return writeWithin(extension, context);
  }
}

/** `id IN (SELECT …)` */
function writeIn(
  { operand, query, negated }: QueryExtension & { readonly kind: "in-select" },
  context: Context,
): string {
  const word = `${writeOperand(operand, context)} ${negated ? "NOT IN" : "IN"}`;
  const text = writeQuery(query, context);
  const isLimited = query.limit !== undefined || query.offset !== undefined;
  return `${word} (${isLimited ? context.special.limitedIn(text) : text})`;
}
