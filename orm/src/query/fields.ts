import { ArgumentError } from "../engine/index.js";
import type { ColumnType } from "../mapping/column-type.js";
import { type ExprNode, typeOfNode } from "../mapping/expression.js";
import {
  newSet,
  type QueryNode,
  type SelectItem,
  type SelectNode,
  type SetNode,
  type SetOperator,
} from "./nodes.js";

/** A column of a query that stands in FROM: by which property it is found, and its name in SQL. */
export interface Field {
  readonly property: string;
  readonly name: string;
  readonly type: ColumnType | undefined;
}

/** The query whose items say what the rows are. */
export function firstSelect(query: QueryNode): SelectNode {
  return query.kind === "select" ? query : firstSelect(query.queries[0] as QueryNode);
}

/** What stands in the row for an item: one expression, or all columns of a class in table order. */
export function nodesOf(item: SelectItem): ExprNode[] {
  if (item.kind === "expression") return [item.node];
  const { mapper, alias } = item;
  const named = alias === undefined ? {} : { alias };
  return mapper.table.columns.map((column) => ({ kind: "column", mapper, column, ...named }));
}

/** All that stands in a row of a select, the hidden items last. A loop, as flatMap takes ten times as long. */
export function selectedNodes({ items, hidden }: SelectNode): ExprNode[] {
  const nodes: ExprNode[] = [];
  for (const item of items) nodes.push(...nodesOf(item));
  for (const item of hidden) nodes.push(...nodesOf(item));
  return nodes;
}

/** The name that a selected expression has without our doing, or by `.as(…)`. */
export function nameOfNode(node: ExprNode): string | undefined {
  if (node.kind === "column") return node.column.name;
  return node.kind === "alias" || node.kind === "field" ? node.name : undefined;
}

/**
 * The columns of a query, as the query around sees them. Those of a record are named after its properties.
 * @throws ArgumentError `duplicate-field`
 */
export function fieldsOf(query: QueryNode): Field[] {
  const { items, shape } = firstSelect(query);
  const names = shape.kind === "record" ? shape.names : [];
  const fields = items.flatMap((item, index) => {
    const given = item.kind === "expression" ? names[index] : undefined;
    return nodesOf(item).map((node, place) => {
      const name = given ?? nameOfNode(node) ?? `column_${index + place + 1}`;
      const property = given ?? (node.kind === "column" ? node.column.property : name);
      return { property, name, type: typeOfNode(node) };
    });
  });
  const twice = fields.find(
    ({ name }, index) => fields.findIndex((one) => one.name === name) < index,
  );
  if (twice === undefined) return fields;
  throw new ArgumentError(`Two columns of the subquery are called ${twice.name}.`, {
    code: "duplicate-field",
    hint: `Name them: select({ ${twice.property}: …, other: … }).subquery("…").`,
  });
}

/**
 * Several queries as one, whose columns belong together by their places: records, by their names.
 * @throws ArgumentError `compound-columns` when they have not the same.
 */
export function combined(
  operator: SetOperator,
  first: QueryNode,
  ...others: readonly QueryNode[]
): SetNode {
  const like = firstSelect(first);
  return newSet(operator, [first, ...others.map((query) => inOrder(query, like))]);
}

/** A query with its items in the order of another one's names. */
function inOrder(query: QueryNode, like: SelectNode): QueryNode {
  if (query.kind === "set") {
    return { ...query, queries: query.queries.map((one) => inOrder(one, like)) };
  }
  const { items, shape } = query;
  const isRecord = shape.kind === "record" && like.shape.kind === "record";
  const sorted = isRecord
    ? like.shape.names.flatMap((name) => items[shape.names.indexOf(name)] ?? [])
    : items;
  const width = sorted.flatMap(nodesOf).length;
  if (sorted.length !== items.length || width !== like.items.flatMap(nodesOf).length) {
    throw unlike(query, like);
  }
  return isRecord ? { ...query, items: sorted, shape: like.shape } : query;
}

function unlike(...queries: readonly SelectNode[]): ArgumentError {
  const [given, wanted] = queries.map(({ items, shape }) =>
    shape.kind === "record" ? shape.names.join(", ") : `columns: ${items.flatMap(nodesOf).length}`,
  );
  return new ArgumentError(`A query gives ${given}, where the first one gives ${wanted}.`, {
    code: "compound-columns",
    hint: "Select the same in all of them, under the same names.",
  });
}

/** The names of a query's columns; what is selected for its options comes behind, by its own names. */
export function outputNames(query: QueryNode): string[] {
  return fieldsOf(query).map(({ name }) => name);
}
