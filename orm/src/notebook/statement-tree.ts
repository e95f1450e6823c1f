import { type Dialect, mysqlDialect } from "../engine/index.js";
import { describeNode, type Expr, type ExprNode } from "../mapping/expression.js";
import { pathName } from "../mapping/relationship-target.js";
import { compileQuery, writeQuery, writeSource } from "../query/compiler.js";
import { type Context, compileText, inScope } from "../query/context.js";
import { nodesOf } from "../query/fields.js";
import type { JoinNode, QueryExtension, QueryNode, SelectItem } from "../query/nodes.js";
import type { SelectBase } from "../query/select.js";
import { writeExpression, writeOrder } from "../query/write-expression.js";
import { codeText, cut, type Displayable, display, plainSql } from "./display.js";
import { isQuery, type Node, partsOf, sourcesIn } from "./statement-parts.js";
import { hue } from "./svg.js";
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

function treeOf(node: Node, dialect: Dialect): TreeNode {
  if (isQuery(node)) return queryTree(node, dialect);
  const children = partsOf(node).map((part) => treeOf(part, dialect));
  const sql = textOf([node], dialect, (context) => writeExpression(node, context));
  const color = node.kind === "value" ? hue.green : undefined;
  return { ...line(labelOf(node), sql, children), color };
}

/** A line with its SQL, both cut when they are long. */
function line(label: string, sql: string, children: readonly TreeNode[] = []): TreeNode {
  return { label: cut(label, 60), notes: [cut(plainSql(sql), 90)], children };
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
  const items = node.items.map((item) => itemTree(item, dialect));
  const joins = node.joins.map((join) => joinTree(join, dialect));
  const conditions = (["where", "groupBy", "having"] as const).map((name) => {
    const trees = node[name].map((one) => treeOf(one, dialect));
    return line(name, "", trees);
  });
  return [line("items", "", items), line("joins", "", joins), ...conditions, orderBy];
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
