import { ArgumentError, type Dialect } from "../engine/index.js";
import { writeParts } from "../engine/sql.js";
import { describeNode, type ExprNode, type Order } from "../mapping/expression.js";
import type { CompiledQuery, RowFilters } from "../session/executable.js";
import { type Context, compileText, inScope, joinMissing, sourceTwice } from "./context.js";
import { useCte } from "./cte.js";
import { firstSelect, nameOfNode, nodesOf, outputNames, selectedNodes } from "./fields.js";
import { filtersOf, narrowed, writeConditions } from "./filters.js";
import { hydration } from "./hydrator.js";
import { writeRelated, writeWithin } from "./joins.js";
import {
  type JoinNode,
  type LoadOption,
  type LockNode,
  type QueryExtension,
  type QueryNode,
  type SelectNode,
  type SetNode,
  type Source,
  withParts,
} from "./nodes.js";
import { writeAll, writeExpression, writeOperand, writeOrder } from "./write-expression.js";

/** Makes the SQL of a query, in one walk from its first word to its last, and what reads its rows. */
export function compileQuery(
  given: QueryNode,
  dialect: Dialect,
  all?: RowFilters,
): CompiledQuery<unknown> {
  const node = given.kind === "select" ? rewritten(given) : given;
  const filters = given.unfiltered === undefined ? all : all?.without(given.unfiltered);
  const { text, parameters } = compileText(dialect, (walk) => writeQuery(node, walk), filters);
  const select =
    node.kind === "select" ? node : withParts(firstSelect(node), { options: optionsOf(node) });
  const tuples = select.shape.kind === "tuple";
  const used = filters === undefined ? {} : { filters };
  const reading = hydration(select, dialect, isComplete(given, filters));
  return { text, parameters, tuples, selects: select, ...used, ...reading };
}

/** Whether a query gives every object of a class: nothing in it leaves any out. Of a UNION nobody knows. */
export function isComplete(node: QueryNode, filters: RowFilters | undefined): boolean {
  if (node.kind !== "select") return false;
  const { items, from, joins, where, groupBy, having, limit, offset, lock } = node;
  const [item, second] = items;
  if (item?.kind !== "entity" || second !== undefined) return false;
  if (item.mapper.parent !== undefined || filters?.hides(item.mapper)) return false;
  const conditions = joins.length + where.length + groupBy.length + having.length;
  return conditions === 0 && [from, limit, offset, lock].every((part) => part === undefined);
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
    : writeSet(node, narrowed(context, node.unfiltered), names);
}

/** The clauses, one after the other; each of them may bind parameters. */
export function writeSelect(node: SelectNode, outer: Context, names?: readonly string[]): string {
  const { joins, where, groupBy, having, orderBy, limit, offset, lock } = node;
  const context = inScope(narrowed(outer, node.unfiltered), node.from, sourcesOf(joins));
  const selected = selectedNodes(node);
  const items = selected.map((part, place) => writeSelected(part, context, names?.[place]));
  let text = `SELECT ${node.distinct ? "DISTINCT " : ""}${items.join(", ")}`;
  const from = writeFrom(joins, context);
  if (from !== "") text += ` ${from}`;
  const added = filtersOf(context.scope?.root, context);
  if (where.length > 0 || added.length > 0)
    text += ` WHERE ${writeConditions(where, added, context)}`;
  if (groupBy.length > 0) text += ` GROUP BY ${writeGroups(groupBy, selected, context)}`;
  if (having.length > 0) text += ` HAVING ${writeAll(having, " AND ", context)}`;
  if (orderBy.length > 0) text += ` ORDER BY ${writeOrders(orderBy, selected, context, names)}`;
  return text + context.special.limit(limit, offset) + writeLock(lock, context);
}

/** What is joined, tables between included, in the order in which it stands. */
function sourcesOf(joins: readonly JoinNode[]): Source[] {
  const sources: Source[] = [];
  for (const { through, source } of joins) {
    if (through !== undefined) sources.push(through.source);
    sources.push(source);
  }
  return sources;
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
function writeFrom(joins: readonly JoinNode[], context: Context): string {
  const { scope } = context;
  if (scope === undefined) return "";
  scope.root ??= null;
  if (scope.root === null) {
    if (joins[0] === undefined) return "";
    // What it would begin with has been joined.
    throw scope.met ? sourceTwice(scope.met) : joinMissing(joins[0].source, scope);
  }
  let text = `FROM ${writeSource(scope.root, context)}`;
  for (const join of joins) text += ` ${writeJoin(join, context)}`;
  return text;
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
  const target = () => {
    const written = writeSource(source, context);
    return `${written} ON ${writeConditions(on, filtersOf(source, context), context)}`;
  };
  if (through === undefined) return `${kind === "left" ? "LEFT JOIN" : "JOIN"} ${target()}`;
  const link = writeSource(through.source, context);
  const between = () =>
    ` ON ${writeConditions(through.on, filtersOf(through.source, context), context)}`;
  return kind === "left"
    ? `LEFT JOIN (${link} JOIN ${target()})${between()}`
    : `JOIN ${link}${between()} JOIN ${target()}`;
}

/** What GROUP BY names: a selected expression by its place, all else as it is. */
function writeGroups(
  groups: readonly ExprNode[],
  selected: readonly ExprNode[],
  context: Context,
): string {
  const write = (part: ExprNode) =>
    placeOf(part, selected)?.toString() ?? writeExpression(part, context);
  return groups.map(write).join(", ");
}

/**
 * What ORDER BY sorts by. An expression that was given a name where it is selected stands there by that name, or by
 * the one that a query around gives it.
 */
function writeOrders(
  orders: readonly Order[],
  selected: readonly ExprNode[],
  context: Context,
  names: readonly string[] = [],
): string {
  const write = (node: ExprNode) => {
    if (node.kind !== "alias") return writeOperand(node, context);
    const isIt = (one: ExprNode) =>
      one.kind === "alias" && one.name === node.name && isSame(one, node);
    const place = selected.findIndex(isIt);
    if (place < 0) return writeOperand(node, context);
    return context.dialect.quote(names[place] ?? node.name);
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
  const one = selected.kind === "alias" ? selected.operand : selected;
  const other = node.kind === "alias" ? node.operand : node;
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
