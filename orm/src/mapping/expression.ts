import { brand, hasBrand } from "../engine/brand.js";
import { ArgumentError, type Fragment, type Statement } from "../engine/index.js";
import { checkedValue } from "../engine/values.js";
import { type ColumnType, describe } from "./column-type.js";
import { at } from "./errors.js";
import type { Mapper } from "./mapper.js";
import type { Column } from "./table.js";
import { anyDecimalType, booleanType, numberType } from "./types-number.js";
import { textType } from "./types-text.js";

/** `=` and its like, between two expressions. */
export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=" | "LIKE" | "NOT LIKE";

/** A node of one kind. */
export type NodeOf<Kind extends string, Parts> = Readonly<{ kind: Kind } & Parts>;

/** A piece of SQL as plain data that never changes; what a compiler walks. */
export type ExprNode =
  /** With an alias, of that occurrence of the table: `alias(Author, "editor")`. */
  | NodeOf<"column", { mapper: Mapper; column: Column; alias?: string }>
  /** A column of a subquery or of a common table expression, by the name of both. */
  | NodeOf<"field", { source: unknown; name: string; type: ColumnType | undefined }>
  /** To bind: taken by the type, and to go through its `bind`; without a type as it is. */
  | NodeOf<"value", { value: unknown; type: ColumnType | undefined }>
  | NodeOf<"compare", { operator: Comparison; left: ExprNode; right: ExprNode }>
  | NodeOf<"in", { operand: ExprNode; values: readonly ExprNode[]; negated: boolean }>
  | NodeOf<"between", { operand: ExprNode; low: ExprNode; high: ExprNode }>
  | NodeOf<"null", { operand: ExprNode; negated: boolean }>
  | NodeOf<"logical", { operator: "AND" | "OR"; operands: readonly ExprNode[] }>
  | NodeOf<"not", { operand: ExprNode }>
  | NodeOf<"alias", { operand: ExprNode; name: string }>
  /** A function, an operator, CASE, CAST: what a dialect writes for this name. `type` is that of its value. */
  | NodeOf<"call", { name: string; operands: readonly ExprNode[]; type: ColumnType | undefined }>
  /** What only a later chapter knows how to write: subqueries, EXISTS, windows, conditions along a relationship. */
  | NodeOf<"extension", { extension: Extension; type: ColumnType | undefined }>;

/** A node of a later chapter. Its compiler looks at `kind`. */
export interface Extension {
  readonly kind: string;
}

/** What can stand on the other side of an expression of type `T`: a value, or another expression. */
export type Operand<T, N extends boolean = boolean> = T | Expr<T, N>;

/**
 * An expression of SQL. `T` is the type of its value in JavaScript, `N` whether it can be null as well, `From`
 * the table of a column, by which a select knows that a LEFT JOIN can make it null.
 * Methods make new expressions: `Book.c.price.lt("10")` is `books.price < ?`.
 * @example
 * ```ts
 * const cheap = Book.c.price.lt("9.00");
 * console.log(select(Book.c.title).where(cheap).toSql(engine.dialect));
 * // {
 * //   text: 'SELECT `books`.`title` FROM `books` WHERE `books`.`price` < ?',
 * //   parameters: [ '9.00' ]
 * // }
 * ```
 */
export class Expr<T, N extends boolean = boolean, From = unknown> {
  declare readonly valueType?: T;
  declare readonly nullable?: N;
  declare readonly source?: From;
  readonly node: ExprNode;

  static {
    brand(Expr.prototype, "expr");
  }

  constructor(node: ExprNode) {
    this.node = node;
    Object.freeze(this);
  }

  /**
   * `= ?`. For null write {@link isNull}.
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.title.eq("Emma")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Emma' ]
   * ```
   */
  eq(other: Operand<T>): Condition {
    return compare(this.node, "=", other);
  }
  /**
   * `<> ?`. For null write {@link isNotNull}.
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.title.ne("Emma")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Persuasion', 'Wuthering Heights', 'Beowulf' ]
   * ```
   */
  ne(other: Operand<T>): Condition {
    return compare(this.node, "<>", other);
  }
  /**
   * `< ?`
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.price.lt("9.00")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Persuasion', 'Wuthering Heights' ]
   * ```
   */
  lt(other: Operand<T>): Condition {
    return compare(this.node, "<", other);
  }
  /**
   * `<= ?`
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.price.lte("8.00")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Persuasion', 'Wuthering Heights' ]
   * ```
   */
  lte(other: Operand<T>): Condition {
    return compare(this.node, "<=", other);
  }
  /**
   * `> ?`
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.price.gt("9.00")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Emma', 'Beowulf' ]
   * ```
   */
  gt(other: Operand<T>): Condition {
    return compare(this.node, ">", other);
  }
  /**
   * `>= ?`
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.price.gte("9.50")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Emma', 'Beowulf' ]
   * ```
   */
  gte(other: Operand<T>): Condition {
    return compare(this.node, ">=", other);
  }
  /**
   * `<=> ?`: as `=`, but null is equal to null, and the answer is never null.
   * @example
   * ```ts
   * const same = select(Author.c.name).where(Author.c.bornOn.isNotDistinctFrom(null));
   * console.log(await session.scalars(same).all()); // [ 'Anonymous' ]
   * ```
   */
  isNotDistinctFrom(other: Operand<T> | null): Expr<boolean, false> {
    return notDistinct(this.node, other);
  }
  /**
   * `IN (?, ?)`; never true for no values. Of a select, `IN (SELECT …)`.
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.id.in([1, 4])).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Emma', 'Beowulf' ]
   * ```
   * @example
   * ```ts
   * const loved = select(Loan.c.bookId).where(Loan.c.returnedOn.isNull());
   * const away = select(Book.c.title).where(Book.c.id.in(loved)).orderBy(Book.c.id);
   * console.log(await session.scalars(away).all()); // [ 'Emma', 'Wuthering Heights' ]
   * ```
   */
  in(values: readonly Operand<T>[] | Statement<T | null>): Condition {
    return isIn(this.node, values, false);
  }
  /**
   * `NOT IN (?, ?)`; always true for no values. It is never true when the select gives a null.
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.id.notIn([1, 4])).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Persuasion', 'Wuthering Heights' ]
   * ```
   */
  notIn(values: readonly Operand<T>[] | Statement<T | null>): Condition {
    return isIn(this.node, values, true);
  }
  /**
   * `LIKE ?`: `%` stands for any letters, `_` for one, and after a backslash each for itself.
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.title.like("%er%")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Persuasion', 'Wuthering Heights' ]
   * ```
   */
  like(this: Expr<string>, pattern: string): Condition {
    return compare(this.node, "LIKE", pattern, textType);
  }
  /**
   * `NOT LIKE ?`
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.title.notLike("%er%")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Emma', 'Beowulf' ]
   * ```
   */
  notLike(this: Expr<string>, pattern: string): Condition {
    return compare(this.node, "NOT LIKE", pattern, textType);
  }
  /**
   * `LIKE '%text%'`; a `%` or `_` in the text is no more than itself.
   * @example
   * ```ts
   * session.add(new Book({ title: "100% Wool", authorId: 3 }));
   * const found = select(Book.c.title).where(Book.c.title.contains("0%"));
   * console.log(await session.scalars(found).all()); // [ '100% Wool' ]
   * ```
   */
  contains(this: Expr<string>, text: string): Condition {
    return this.like(`%${literalPattern(text)}%`);
  }
  /**
   * `LIKE 'text%'`
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.title.startsWith("Per")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Persuasion' ]
   * ```
   */
  startsWith(this: Expr<string>, text: string): Condition {
    return this.like(`${literalPattern(text)}%`);
  }
  /**
   * `LIKE '%text'`
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.title.endsWith("ion")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Persuasion' ]
   * ```
   */
  endsWith(this: Expr<string>, text: string): Condition {
    return this.like(`%${literalPattern(text)}`);
  }
  /**
   * `BETWEEN ? AND ?`, both ends included.
   * @example
   * ```ts
   * const found = select(Book.c.title).where(Book.c.price.between("7.00", "8.00")).orderBy(Book.c.id);
   * console.log(await session.scalars(found).all()); // [ 'Persuasion', 'Wuthering Heights' ]
   * ```
   */
  between(low: Operand<T>, high: Operand<T>): Condition {
    const [operand, toNode] = [this.node, operandOf(this.node)];
    return new Expr({ kind: "between", operand, low: toNode(low), high: toNode(high) });
  }
  /**
   * `IS NULL`
   * @example
   * ```ts
   * const unknown = select(Author.c.name).where(Author.c.bornOn.isNull());
   * console.log(await session.scalars(unknown).all()); // [ 'Anonymous' ]
   * ```
   */
  isNull(): Condition {
    return new Expr({ kind: "null", operand: this.node, negated: false });
  }
  /**
   * `IS NOT NULL`
   * @example
   * ```ts
   * const known = select(Author.c.name).where(Author.c.bornOn.isNotNull()).orderBy(Author.c.id);
   * console.log(await session.scalars(known).all()); // [ 'Jane Austen', 'Emily Brontë' ]
   * ```
   */
  isNotNull(): Condition {
    return new Expr({ kind: "null", operand: this.node, negated: true });
  }
  // Overloads, because TypeScript would compare two classes with N | M in a result for ever.
  /**
   * `+ ?`, for numbers and decimals, whose result is exact.
   * @example
   * ```ts
   * console.log(await session.scalar(select(Book.c.price.add("0.50")).where(Book.c.id.eq(1)))); // 10.00
   * ```
   */
  add(other: Operand<T, false>): Expr<T, N>;
  add(other: Operand<T>): Expr<T, true>;
  add(other: unknown): Expr<T, never> {
    return arithmetic<T, never>("add", this.node, other);
  }
  /**
   * `- ?`
   * @example
   * ```ts
   * console.log(await session.scalar(select(Book.c.price.sub("0.50")).where(Book.c.id.eq(1)))); // 9.00
   * ```
   */
  sub(other: Operand<T, false>): Expr<T, N>;
  sub(other: Operand<T>): Expr<T, true>;
  sub(other: unknown): Expr<T, never> {
    return arithmetic<T, never>("sub", this.node, other);
  }
  /**
   * `* ?`
   * @example
   * ```ts
   * const doubled = select(Book.c.title, Book.c.price.mul("2")).where(Book.c.id.eq(1));
   * console.log(await session.execute(doubled).one()); // [ 'Emma', '19.00' ]
   * ```
   */
  mul(other: Operand<T, false>): Expr<T, N>;
  mul(other: Operand<T>): Expr<T, true>;
  mul(other: unknown): Expr<T, never> {
    return arithmetic<T, never>("mul", this.node, other);
  }
  /**
   * `/ ?`; null by zero. A bigint is cut to a whole one, as in JavaScript; a decimal gets four digits more.
   * @example
   * ```ts
   * console.log(await session.scalar(select(Book.c.price.div("2")).where(Book.c.id.eq(1)))); // 4.750000
   * ```
   */
  div(other: Operand<T>): Expr<T, true> {
    return arithmetic("div", this.node, other);
  }
  /**
   * `% ?`, with the sign of the first as in JavaScript; null by zero.
   * @example
   * ```ts
   * console.log(await session.scalar(select(Book.c.price.mod("2")).where(Book.c.id.eq(1)))); // 1.50
   * ```
   */
  mod(other: Operand<T>): Expr<T, true> {
    return arithmetic("mod", this.node, other);
  }
  /**
   * For orderBy: smallest first.
   * @example
   * ```ts
   * const cheapest = select(Book.c.title).orderBy(Book.c.price.asc()).limit(1);
   * console.log(await session.scalars(cheapest).all()); // [ 'Persuasion' ]
   * ```
   */
  asc(): Order {
    return order(this.node, "ASC");
  }
  /**
   * For orderBy: `DESC`, greatest first.
   * @example
   * ```ts
   * const dearest = select(Book.c.title).orderBy(Book.c.price.desc()).limit(2);
   * console.log(await session.scalars(dearest).all()); // [ 'Beowulf', 'Emma' ]
   *
   * const known = select(Author.c.name).orderBy(Author.c.bornOn.asc().nullsLast());
   * console.log(await session.scalars(known).all()); // [ 'Jane Austen', 'Emily Brontë', 'Anonymous' ]
   * ```
   */
  desc(): Order {
    return order(this.node, "DESC");
  }
  /**
   * For select: `AS name`.
   * @example
   * ```ts
   * const named = select(Book.c.price.mul("2").as("twice")).where(Book.c.id.eq(2));
   * console.log(named.toSql(engine.dialect).text);
   * // SELECT `books`.`price` * CAST(? AS DECIMAL(1, 0)) AS `twice` FROM `books` WHERE `books`.`id` = ?
   * ```
   */
  as(name: string): Expr<T, N, From> {
    return new Expr({ kind: "alias", operand: this.node, name });
  }
}

/** What is true, false or unknown of a row. */
export type Condition = Expr<boolean, boolean>;

/** An expression to sort by, and which way. MySQL holds null for the smallest. */
export interface Order {
  readonly node: ExprNode;
  readonly direction: "ASC" | "DESC";
  readonly nulls?: "FIRST" | "LAST";
  /** Nulls stand before all values. */
  nullsFirst(): Order;
  /** Nulls stand behind all values. */
  nullsLast(): Order;
}

/**
 * The conditions, all of which must hold: `(a AND b)`.
 * @example
 * ```ts
 * const one = and(Book.c.title.startsWith("E"), Book.c.price.gt("9.00"));
 * console.log(await session.scalars(select(Book.c.title).where(one)).all()); // [ 'Emma' ]
 * ```
 */
export function and(...conditions: readonly (Condition | Fragment<unknown>)[]): Condition {
  return logical("AND", conditions);
}

/**
 * The conditions, one of which must hold at least: `(a OR b)`.
 * @example
 * ```ts
 * const either = or(Book.c.title.eq("Emma"), Book.c.price.gt("10.00"));
 * console.log(await session.scalars(select(Book.c.title).where(either).orderBy(Book.c.id)).all());
 * // [ 'Emma', 'Beowulf' ]
 * ```
 */
export function or(...conditions: readonly (Condition | Fragment<unknown>)[]): Condition {
  return logical("OR", conditions);
}

/**
 * The opposite of a condition: `NOT (a)`.
 * @example
 * ```ts
 * const others = not(Book.c.title.in(["Emma", "Beowulf"]));
 * console.log(await session.scalars(select(Book.c.title).where(others).orderBy(Book.c.id)).all());
 * // [ 'Persuasion', 'Wuthering Heights' ]
 * ```
 */
export function not(condition: Condition | Fragment<unknown>): Condition {
  return new Expr({ kind: "not", operand: conditionNode("not", condition) });
}

export function logical(operator: "AND" | "OR", conditions: readonly unknown[]): Condition {
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
  const node = hasBrand(condition, "expr") ? (condition as Condition).node : undefined;
  const type = node && typeOfNode(node);
  // A number with a converter can be a boolean in the program.
  const known = ["boolean", "json", ...(type?.editable ? ["integer", "bigint"] : [])];
  if (node && (type === undefined || known.includes(type.name))) return node;
  if (hasBrand(condition, "fragment")) return rawNode(condition as Fragment, booleanType);
  const given = node ? describeNode(node) : describe(condition);
  throw new ArgumentError(`${method}() was given ${given} for a condition.`, {
    code: "not-a-condition",
    hint: `Write a comparison of a column, such as Book.c.title.eq("Notes").`,
  });
}

/** SQL as it was written, as an expression. */
export function rawNode(fragment: Fragment<unknown>, type?: ColumnType): ExprNode {
  const raw = { kind: "sql", fragment };
  return { kind: "extension", extension: raw, type };
}

export function compare(
  left: ExprNode,
  operator: Comparison,
  other: unknown,
  type = typeOfNode(left),
): Condition {
  return new Expr({ kind: "compare", operator, left, right: operandOf(left, type)(other) });
}

export function notDistinct(left: ExprNode, other: unknown): Expr<boolean, false> {
  const nothing: ExprNode = { kind: "value", value: null, type: undefined };
  const operands = [left, other === null ? nothing : operandOf(left)(other)];
  return new Expr({ kind: "call", name: "notDistinct", operands, type: booleanType });
}

export function isIn(operand: ExprNode, values: unknown, negated: boolean): Condition {
  if (hasBrand(values, "executable")) {
    const { node: query } = values as { readonly node?: unknown };
    const extension = { kind: "in-select", operand, query, negated };
    return new Expr({ kind: "extension", extension, type: booleanType });
  }
  if (!Array.isArray(values)) {
    throw new ArgumentError(`${describeNode(operand)}: in() needs an array.`, {
      code: "not-an-array",
      hint: "Write in([1, 2]), or in(select(Book.c.authorId)).",
    });
  }
  return new Expr({ kind: "in", operand, values: values.map(operandOf(operand)), negated });
}

/** The text as a pattern that only the text itself is like. */
export function literalPattern(text: string): string {
  return textType.take(text).replace(/[\\%_]/g, "\\$&");
}

/** A calculation with two operands. A value is taken as any number of the kind, not as the column takes it. */
export function arithmetic<T, N extends boolean>(
  name: "add" | "sub" | "mul" | "div" | "mod",
  left: ExprNode,
  other: unknown,
): Expr<T, N> {
  const type = numericType(name, left);
  const operands = [left, operandOf(left, type)(other)];
  return new Expr({ kind: "call", name, operands, type });
}

/** The type of what `name` computes of an expression, which must be of numbers. */
export function numericType(name: string, operand: ExprNode): ColumnType | undefined {
  const type = computedType(typeOfNode(operand));
  if (type === undefined || /^(?:double|decimal|bigint)$/.test(type.name)) return type;
  throw new ArgumentError(`${describeNode(operand)} is no number for ${name}().`, {
    code: "not-a-number",
    hint: "Calculate with numbers, decimals and bigints; cast(…, double()) makes one.",
  });
}

/** The type of what is computed of values of this type: it has room for every number of the kind. */
export function computedType(type: ColumnType | undefined): ColumnType | undefined {
  // A type with a converter of the user's own stays, because only that makes its values.
  if (type === undefined || type.editable !== undefined) return type;
  if (type.name === "decimal") return anyDecimalType;
  if (type.name === "varchar") return textType;
  const isNumber = type.name === "bigint" && typeof type.read?.("0" as never) === "number";
  return isNumber || type.name === "integer" || type.name === "double" ? numberType : type;
}

export function order(node: ExprNode, direction: Order["direction"], nulls?: Order["nulls"]) {
  const made: Order = Object.create(orderMethods);
  const parts = nulls === undefined ? { node, direction } : { node, direction, nulls };
  return Object.freeze(Object.assign(made, parts));
}

/** What an {@link Order} can do: methods, which all share, and which are no parts of it. */
const orderMethods = Object.defineProperties(
  {},
  {
    nullsFirst: {
      value(this: Order): Order {
        return order(this.node, this.direction, "FIRST");
      },
    },
    nullsLast: {
      value(this: Order): Order {
        return order(this.node, this.direction, "LAST");
      },
    },
  },
);

/** Makes the node of what stands beside `left`: an expression as it is, a value as the type takes it. */
export function operandOf(left: ExprNode, type = typeOfNode(left)): (other: unknown) => ExprNode {
  const name = describeNode(left);
  return (other) => {
    if (hasBrand(other, "expr")) return (other as Expr<unknown>).node;
    if (other === undefined || other === null || hasBrand(other, "executable")) {
      throw comparedWith(name, other);
    }
    const value = at(name, () => (type === undefined ? checkedValue(other) : type.take(other)));
    return { kind: "value", value, type };
  };
}

export function comparedWith(name: string, other: unknown): ArgumentError {
  const isQuery = hasBrand(other, "executable");
  return new ArgumentError(`${name} was compared with ${isQuery ? "a query" : other}.`, {
    code: isQuery ? "not-scalar" : other === null ? "null-comparison" : "undefined-value",
    hint: isQuery
      ? "Its value is select(…).scalar(); for several values write in(select(…))."
      : "Write isNull() or isNotNull(); leave the condition out if none is meant.",
  });
}

/** The type of an expression's values; undefined for SQL of the user's own, of which nothing is known. */
export function typeOfNode(node: ExprNode): ColumnType | undefined {
  if (node.kind === "column") return node.column.type;
  if (node.kind === "alias") return typeOfNode(node.operand);
  return "type" in node ? node.type : booleanType;
}

/** What an error calls an expression: "Author.name". */
export function describeNode(node: ExprNode): string {
  if (node.kind === "column") return `${node.mapper.name}.${node.column.property}`;
  return node.kind === "alias" || node.kind === "field" ? node.name : "The expression";
}
