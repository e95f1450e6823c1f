import { brand, hasBrand } from "../engine/brand.js";
import { ArgumentError } from "../engine/index.js";
import { checkedValue } from "../engine/values.js";
import { type ColumnType, describe } from "./column-type.js";
import { at } from "./errors.js";
import type { Mapper, Relationship } from "./mapper.js";
import type { Column } from "./table.js";

/** `=` and its like, between two expressions. */
export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=" | "LIKE" | "NOT LIKE";

/** A node of one kind. */
export type NodeOf<Kind extends string, Parts> = Readonly<{ kind: Kind } & Parts>;

/** A piece of SQL as plain data that never changes; what a compiler walks. */
export type ExprNode =
  | NodeOf<"column", { mapper: Mapper; column: Column }>
  /** To bind: taken by the type, and to go through its `bind`; without a type as it is. */
  | NodeOf<"value", { value: unknown; type: ColumnType | undefined }>
  | NodeOf<"compare", { operator: Comparison; left: ExprNode; right: ExprNode }>
  | NodeOf<"in", { operand: ExprNode; values: readonly ExprNode[]; negated: boolean }>
  | NodeOf<"between", { operand: ExprNode; low: ExprNode; high: ExprNode }>
  | NodeOf<"null", { operand: ExprNode; negated: boolean }>
  | NodeOf<"logical", { operator: "AND" | "OR"; operands: readonly ExprNode[] }>
  | NodeOf<"not", { operand: ExprNode }>
  | NodeOf<"alias", { operand: ExprNode; name: string }>;

/** What can stand on the other side of an expression of type `T`: a value, or another expression. */
export type Operand<T> = T | Expr<T, boolean>;

/**
 * An expression of SQL. `T` is the type of its value in JavaScript, `N` whether it can be null as well.
 * Methods make new expressions: `Book.c.price.lt("10")` is `books.price < ?`.
 */
export class Expr<T, N extends boolean = boolean> {
  declare readonly valueType?: T;
  declare readonly nullable?: N;
  readonly node: ExprNode;

  constructor(node: ExprNode) {
    this.node = node;
    brand(this, "expr");
    Object.freeze(this);
  }

  /** `= ?`. For null write {@link isNull}. */
  eq(other: Operand<T>): Condition {
    return compare(this.node, "=", other);
  }
  /** `<> ?`. For null write {@link isNotNull}. */
  ne(other: Operand<T>): Condition {
    return compare(this.node, "<>", other);
  }
  /** `< ?` */
  lt(other: Operand<T>): Condition {
    return compare(this.node, "<", other);
  }
  /** `<= ?` */
  lte(other: Operand<T>): Condition {
    return compare(this.node, "<=", other);
  }
  /** `> ?` */
  gt(other: Operand<T>): Condition {
    return compare(this.node, ">", other);
  }
  /** `>= ?` */
  gte(other: Operand<T>): Condition {
    return compare(this.node, ">=", other);
  }
  /** `IN (?, ?)`; never true for no values. */
  in(values: readonly Operand<T>[]): Condition {
    return isIn(this.node, values, false);
  }
  /** `NOT IN (?, ?)`; always true for no values. */
  notIn(values: readonly Operand<T>[]): Condition {
    return isIn(this.node, values, true);
  }
  /** `LIKE ?`: `%` stands for any letters, `_` for one. */
  like(pattern: string): Condition {
    return compare(this.node, "LIKE", pattern);
  }
  /** `NOT LIKE ?` */
  notLike(pattern: string): Condition {
    return compare(this.node, "NOT LIKE", pattern);
  }
  /** `BETWEEN ? AND ?`, both ends included. */
  between(low: Operand<T>, high: Operand<T>): Condition {
    const [operand, toNode] = [this.node, operandOf(this.node)];
    return new Expr({ kind: "between", operand, low: toNode(low), high: toNode(high) });
  }
  /** `IS NULL` */
  isNull(): Condition {
    return new Expr({ kind: "null", operand: this.node, negated: false });
  }
  /** `IS NOT NULL` */
  isNotNull(): Condition {
    return new Expr({ kind: "null", operand: this.node, negated: true });
  }
  /** For orderBy: smallest first. */
  asc(): Order {
    return order(this.node, "ASC");
  }
  /** For orderBy: `DESC`, greatest first. */
  desc(): Order {
    return order(this.node, "DESC");
  }
  /** For select: `AS name`. */
  as(name: string): Expr<T, N> {
    return new Expr({ kind: "alias", operand: this.node, name });
  }
}

/** What is true, false or unknown of a row. */
export type Condition = Expr<boolean, boolean>;

/** An expression to sort by, and which way. */
export interface Order {
  readonly node: ExprNode;
  readonly direction: "ASC" | "DESC";
}

/** `Author.r.books`: the way from a class to a related one. */
export interface Path<From, To> {
  readonly mapper: Mapper;
  readonly relationship: Relationship;
  readonly from?: (from: From) => void;
  readonly to?: (to: To) => To;
}

/** The conditions, all of which must hold: `(a AND b)`. */
export function and(...conditions: readonly Condition[]): Condition {
  return logical("AND", conditions);
}

/** The conditions, one of which must hold at least: `(a OR b)`. */
export function or(...conditions: readonly Condition[]): Condition {
  return logical("OR", conditions);
}

/** The opposite of a condition: `NOT (a)`. */
export function not(condition: Condition): Condition {
  return new Expr({ kind: "not", operand: conditionNode("not", condition) });
}

export function logical(operator: "AND" | "OR", conditions: readonly Condition[]): Condition {
  const name = operator.toLowerCase();
  const operands = conditions.map((condition) => conditionNode(name, condition));
  if (operands.length > 0) return new Expr({ kind: "logical", operator, operands });
  throw new ArgumentError(`${name}() was called with no condition.`, {
    code: "no-condition",
    hint: `Give it one at least; leave ${name}() out where there may be none.`,
  });
}

/** The node of what must be a condition; undefined, and JavaScript's own booleans, are refused. */
export function conditionNode(method: string, condition: unknown): ExprNode {
  if (hasBrand(condition, "expr")) return (condition as Condition).node;
  throw new ArgumentError(`${method}() was given ${describe(condition)} for a condition.`, {
    code: "not-a-condition",
    hint: `Write a comparison of a column, such as Book.c.title.eq("Notes").`,
  });
}

export function compare(left: ExprNode, operator: Comparison, other: unknown): Condition {
  return new Expr({ kind: "compare", operator, left, right: operandOf(left)(other) });
}

export function isIn(operand: ExprNode, values: readonly unknown[], negated: boolean): Condition {
  if (!Array.isArray(values)) {
    throw new ArgumentError(`${describeNode(operand)}: in() needs an array.`, {
      code: "not-an-array",
      hint: "Write in([1, 2]).",
    });
  }
  return new Expr({ kind: "in", operand, values: values.map(operandOf(operand)), negated });
}

export function order(node: ExprNode, direction: "ASC" | "DESC"): Order {
  return Object.freeze({ node, direction });
}

/** Makes the node of what stands beside `left`: an expression as it is, a value as the column's type takes it. */
export function operandOf(left: ExprNode): (other: unknown) => ExprNode {
  const [type, name] = [typeOfNode(left), describeNode(left)];
  return (other) => {
    if (hasBrand(other, "expr")) return (other as Expr<unknown>).node;
    if (other === undefined || other === null) throw comparedWith(name, other);
    const value = at(name, () => (type === undefined ? checkedValue(other) : type.take(other)));
    return { kind: "value", value, type };
  };
}

export function comparedWith(name: string, nothing: null | undefined): ArgumentError {
  return new ArgumentError(`${name} was compared with ${nothing}.`, {
    code: nothing === null ? "null-comparison" : "undefined-value",
    hint: "Write isNull() or isNotNull(); leave the condition out if none is meant.",
  });
}

/** The type of the column that an expression takes its values from, if it is one. */
export function typeOfNode(node: ExprNode): ColumnType | undefined {
  if (node.kind === "column") return node.column.type;
  return node.kind === "alias" ? typeOfNode(node.operand) : undefined;
}

/** What an error calls an expression: "Author.name". */
export function describeNode(node: ExprNode): string {
  if (node.kind === "column") return `${node.mapper.name}.${node.column.property}`;
  return node.kind === "alias" ? node.name : "The expression";
}
