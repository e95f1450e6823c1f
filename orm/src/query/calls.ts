import { isDate, isUint8Array } from "node:util/types";
import { hasBrand } from "../engine/brand.js";
import { ArgumentError } from "../engine/index.js";
import { type ColumnType, describe } from "../mapping/column-type.js";
import { at } from "../mapping/errors.js";
import { computedType, type Expr, type ExprNode, typeOfNode } from "../mapping/expression.js";
import * as types from "../mapping/types.js";

/** The call of a function or an operator. */
export function callNode(
  name: string,
  operands: readonly ExprNode[],
  type: ColumnType | undefined,
): ExprNode {
  return { kind: "call", name, operands, type };
}

/** An operand that says what is meant, such as a unit: the dialect writes its own word for it. */
export function wordNode(word: unknown): ExprNode {
  return { kind: "value", value: word, type: undefined };
}

/**
 * The node of an argument: an expression's own, or a value that is taken by `type`, or else by the type that
 * belongs to values of its kind.
 * @throws ArgumentError `undefined-value` and `null-argument`.
 */
export function argumentNode(name: string, given: unknown, type?: ColumnType): ExprNode {
  if (hasBrand(given, "expr")) return (given as Expr<unknown>).node;
  if (name === "count") {
    throw new ArgumentError(`count() was given ${describe(given)}.`, {
      code: "not-an-expression",
      hint: "Write func.count() for the rows, or func.count(Book.c.price).",
    });
  }
  if (given === undefined || given === null) {
    throw new ArgumentError(`${name}() was given ${given}.`, {
      code: given === null ? "null-argument" : "undefined-value",
      hint: "Give it a value or an expression; leave the argument out if none is meant.",
    });
  }
  const known = type ?? typeOfValue(given);
  return { kind: "value", value: at(`${name}()`, () => known.take(given)), type: known };
}

/** The type that a value has where no column says one. A string is text, also when it looks like a decimal. */
export function typeOfValue(value: unknown): ColumnType {
  if (typeof value === "string") return types.textType;
  if (typeof value === "number") return types.numberType;
  if (typeof value === "bigint") return types.bigintType();
  if (typeof value === "boolean") return types.booleanType;
  if (isDate(value)) return types.datetimeType();
  if (isUint8Array(value)) return types.binaryType();
  throw new ArgumentError(`${describe(value)} is not a value of SQL.`, {
    code: "no-type",
    hint: "Say of what type it is: literal(value, json()).",
  });
}

/** A call whose operands are of one kind: values are taken as the first expression is that has a type. */
export function alikeNode(name: string, given: readonly unknown[]): ExprNode {
  const types = given.map(
    (one) => hasBrand(one, "expr") && typeOfNode((one as Expr<unknown>).node),
  );
  const type = computedType(types.find((one) => one !== false && one !== undefined) || undefined);
  return callNode(
    name,
    given.map((one) => argumentNode(name, one, type)),
    type,
  );
}
