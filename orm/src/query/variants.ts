import type { ExprNode } from "../mapping/expression.js";
import {
  abstractClass,
  type Family,
  isDiscriminator,
  kindsOf,
  refuseMissing,
} from "../mapping/family.js";
import type { Mapper } from "../mapping/mapper.js";
import type { Column } from "../mapping/table.js";
import { columnOf, equal } from "./joins.js";

/** `employees.kind = ?`, for a variant; with variants of its own `employees.kind IN (?, ?)`. */
export function kindCondition(mapper: Mapper, name: string): ExprNode {
  const { column } = mapper.family as Family;
  const operand = columnOf(mapper, column, name === mapper.table.name ? undefined : name);
  const values = (kindsOf(mapper) ?? []).map((value): ExprNode => {
    return { kind: "value", value, type: column.type };
  });
  const [only, other] = values;
  return only !== undefined && other === undefined
    ? equal(operand, only)
    : { kind: "in", operand, values, negated: false };
}

/**
 * Says of a row that is to be inserted of which class it is, and looks whether it has what that needs.
 * @param nodes what each column of the row is to be.
 */
export function addKind(mapper: Mapper, nodes: Map<Column, ExprNode>): void {
  const { family, kind, parent } = mapper;
  if (family === undefined) return;
  if (kind === undefined) throw abstractClass(mapper);
  nodes.set(family.column, { kind: "value", value: kind, type: family.column.type });
  if (parent !== undefined) refuseMissing(mapper, (column) => nodes.has(column));
}

/** Why a query must give a value for a column, where rows are inserted from one; undefined when it need not. */
export function whyGiven(mapper: Mapper, column: Column): string | undefined {
  if (isDiscriminator(mapper, column)) return "says of which class each row is";
  const isMade = column.default?.kind === "client";
  return isMade ? "has a default that the program makes for each row" : undefined;
}
