import type { ExprNode } from "../mapping/expression.js";
import { tableSource } from "../query/context.js";
import { nodesOf } from "../query/fields.js";
import type { QueryExtension, QueryNode, Source } from "../query/nodes.js";

/** What has nodes below it. */
export type Node = ExprNode | QueryNode;

export function isQuery(node: Node): node is QueryNode {
  return node.kind === "select" || node.kind === "set";
}

/** The nodes right below an expression. */
export function partsOf(node: ExprNode): Node[] {
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
export function sourcesIn(node: Node): Source[] {
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
