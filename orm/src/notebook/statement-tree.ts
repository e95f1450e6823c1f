import { type Dialect, mysqlDialect } from "../engine/index.js";
import { describeNode, type Expr, type ExprNode } from "../mapping/expression.js";
import { pathName } from "../mapping/relationship-target.js";
import { compileQuery, writeQuery, writeSource } from "../query/compiler.js";
import { type Context, compileText, inScope, tableSource } from "../query/context.js";
import { nodesOf } from "../query/fields.js";
import type { JoinNode, QueryExtension, QueryNode, SelectItem, Source } from "../query/nodes.js";
import type { SelectBase } from "../query/select.js";
import { writeExpression, writeOrder } from "../query/write-expression.js";
import { codeText, cut, type Displayable, display } from "./display.js";
import { drawTree, type TreeColumn, type TreeNode, treeText } from "./tree.js";

const columns: readonly TreeColumn[] = [{ title: "SQL" }];

/**
 * The nodes of a query or of an expression as a tree, and beside each the SQL that it becomes:
 * `statementTree(Book.c.price.lt("10"))`. Values are green: they become parameters, and in the text there stands
 * only a placeholder.
 */
export function statementTree(
  statement: SelectBase<unknown> | Expr<unknown>,
  dialect: Dialect = mysqlDialect,
): Displayable {
  const { node } = statement;
  // A query that cannot be written is refused here, as everywhere else.
  if (isQuery(node)) compileQuery(node, dialect);
  const tree = treeOf(node, dialect);
  return display(drawTree(tree, columns, "The nodes of a statement"), treeText(tree, columns));
}

/** What has nodes below it. */
type Node = ExprNode | QueryNode;

function isQuery(node: Node): node is QueryNode {
  return node.kind === "select" || node.kind === "set";
}

function treeOf(node: Node, dialect: Dialect): TreeNode {
  if (isQuery(node)) return queryTree(node, dialect);
  const children = partsOf(node).map((part) => treeOf(part, dialect));
  const sql = textOf([node], dialect, (context) => writeExpression(node, context));
  const color = node.kind === "value" ? "green" : undefined;
  return { ...line(labelOf(node), sql, children), color };
}

/** A line with its SQL, without quotes around names; cut when it is long. */
function line(label: string, sql: string, children: readonly TreeNode[] = []): TreeNode {
  return { label: cut(label, 60), notes: [cut(sql.replaceAll("`", ""), 90)], children };
}

/** The SQL of a part, written where all of its columns have their sources. */
function textOf(
  nodes: readonly Node[],
  dialect: Dialect,
  write: (context: Context) => string,
): string {
  const sources = new Map(nodes.flatMap(sourcesIn).map((source) => [source.name, source]));
  return compileText(dialect, (context) =>
    write(inScope(context, undefined, [...sources.values()])),
  ).text;
}

/** What an expression of one kind is called, with what it holds besides other nodes. */
function labelOf(node: ExprNode): string {
  switch (node.kind) {
    case "column":
    case "field":
      return `${node.kind} ${describeNode(node)}`;
    case "value":
      return `value ${codeText(node.value)}`;
    case "compare":
    case "logical":
      return `${node.kind} ${node.operator}`;
    case "in":
    case "null":
      return node.negated ? `not ${node.kind}` : node.kind;
    case "alias":
    case "call":
      return `${node.kind} ${node.name}`;
    case "extension":
      return extensionLabel(node.extension as QueryExtension);
    default:
      return node.kind;
  }
}

function extensionLabel(extension: QueryExtension): string {
  if (extension.kind !== "related") return extension.kind;
  return `related ${pathName(extension.path.mapper, extension.path.relationship)}`;
}

/** The nodes right below an expression. */
function partsOf(node: ExprNode): Node[] {
  switch (node.kind) {
    case "compare":
      return [node.left, node.right];
    case "in":
      return [node.operand, ...node.values];
    case "between":
      return [node.operand, node.low, node.high];
    case "logical":
    case "call":
      return [...node.operands];
    case "null":
    case "not":
    case "alias":
      return [node.operand];
    case "extension":
      return extensionParts(node.extension as QueryExtension);
    default:
      return [];
  }
}

function extensionParts(extension: QueryExtension): Node[] {
  switch (extension.kind) {
    case "subquery":
    case "exists":
      return [extension.query];
    case "in-select":
      return [extension.operand, extension.query];
    case "related":
      return [...extension.conditions];
    case "within":
      return [extension.operand];
    case "window":
      return [
        extension.operand,
        ...extension.partitionBy,
        ...extension.orderBy.map(({ node }) => node),
      ];
    case "sql":
      return [];
  }
}

/** The sources that the columns below a node are of. */
function sourcesIn(node: Node): Source[] {
  if (isQuery(node)) return queryParts(node).flatMap(sourcesIn);
  if (node.kind === "column") return [tableSource(node.mapper, node.alias)];
  if (node.kind === "field") return [node.source as Source];
  const below = partsOf(node).flatMap(sourcesIn);
  if (node.kind !== "extension" || node.extension.kind !== "related") return below;
  const { path } = node.extension as QueryExtension & { readonly kind: "related" };
  return [tableSource(path.mapper, path.alias), ...below];
}

function queryParts(node: QueryNode): Node[] {
  const orders = node.orderBy.map((order) => order.node);
  if (node.kind === "set") return [...node.queries, ...orders];
  const { items, where, groupBy, having } = node;
  const ons = node.joins.flatMap(({ on, through }) => [...on, ...(through?.on ?? [])]);
  return [...items.flatMap(nodesOf), ...ons, ...where, ...groupBy, ...having, ...orders];
}

function queryTree(node: QueryNode, dialect: Dialect): TreeNode {
  const sql = textOf([node], dialect, (context) => writeQuery(node, context));
  const clauses = clausesOf(node, dialect).filter(({ children }) => children.length > 0);
  const ends = (["limit", "offset"] as const).flatMap((name) =>
    node[name] === undefined ? [] : [line(`${name} ${node[name]}`, "")],
  );
  return line(node.kind === "set" ? node.operator : "select", sql, [...clauses, ...ends]);
}

function clausesOf(node: QueryNode, dialect: Dialect): TreeNode[] {
  const orders = node.orderBy.map((order) => {
    const sql = textOf([order.node], dialect, (context) => writeOrder(order, context));
    return line(order.direction, sql, [treeOf(order.node, dialect)]);
  });
  const orderBy = line("orderBy", "", orders);
  if (node.kind === "set") {
    return [...node.queries.map((query) => queryTree(query, dialect)), orderBy];
  }
  const group = (name: string, nodes: readonly ExprNode[]) =>
    line(
      name,
      "",
      nodes.map((one) => treeOf(one, dialect)),
    );
  const items = node.items.map((item) => itemTree(item, dialect));
  const joins = node.joins.map((join) => joinTree(join, dialect));
  return [
    line("items", "", items),
    line("joins", "", joins),
    group("where", node.where),
    group("groupBy", node.groupBy),
    group("having", node.having),
    orderBy,
  ];
}

function itemTree(item: SelectItem, dialect: Dialect): TreeNode {
  if (item.kind === "expression") return treeOf(item.node, dialect);
  const nodes = nodesOf(item);
  const sql = textOf(nodes, dialect, (context) =>
    nodes.map((node) => writeExpression(node, context)).join(", "),
  );
  const name = item.alias === undefined ? "" : ` as ${item.alias}`;
  return line(`entity ${item.mapper.name}${name}`, sql);
}

/** A join with its conditions; that of a manyToMany with the table between first. */
function joinTree({ kind, source, on, through }: JoinNode, dialect: Dialect): TreeNode {
  const between = through === undefined ? [] : [joinTree({ kind, ...through }, dialect)];
  const sql = textOf([], dialect, (context) => writeSource(source, context));
  const conditions = on.map((node) => treeOf(node, dialect));
  return line(`${kind} join`, sql, [...between, ...conditions]);
}
