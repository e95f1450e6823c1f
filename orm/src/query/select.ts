import { brand, hasBrand, hide } from "../engine/brand.js";
import { ArgumentError, type CompiledSql, type Dialect } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import {
  type Condition,
  conditionNode,
  type Expr,
  type ExprNode,
  type Order,
  order,
} from "../mapping/expression.js";
import { type AnyClass, isMapped, type Mapper, mapperOf } from "../mapping/mapper.js";
import type { CompiledQuery, Executable } from "../session/executable.js";
import { compileSelect } from "./compiler.js";

/** What a select can give: the objects of a mapped class, or the values of an expression. */
export type Selectable = (AnyClass & { readonly c: object }) | Expr<unknown, boolean>;

/** What one {@link Selectable} gives in each row. */
export type Selected<S> =
  S extends Expr<infer T, infer N>
    ? N extends false
      ? T
      : T | null
    : S extends abstract new (
          ...values: never[]
        ) => infer I
      ? I
      : never;

/** What a row of several gives: one of them alone, or a tuple. */
export type SelectedRow<S extends readonly Selectable[]> = S extends readonly [infer One]
  ? Selected<One>
  : { -readonly [K in keyof S]: Selected<S[K]> };

/** What a row of named ones gives. */
export type SelectedRecord<O extends Readonly<Record<string, Selectable>>> = {
  -readonly [K in keyof O]: Selected<O[K]>;
};

/** One thing that is selected. */
export type SelectItem =
  | { readonly kind: "entity"; readonly mapper: Mapper }
  | { readonly kind: "expression"; readonly node: ExprNode };

/** How the items of a row are handed out: the only one as it is, several as a tuple, or under these names. */
export type RowShape =
  | { readonly kind: "one" }
  | { readonly kind: "tuple" }
  | { readonly kind: "record"; readonly names: readonly string[] };

/** A SELECT as plain data that never changes; what the compiler walks. */
export interface SelectNode {
  readonly kind: "select";
  readonly items: readonly SelectItem[];
  readonly shape: RowShape;
  /** All of these must hold. */
  readonly where: readonly ExprNode[];
  readonly orderBy: readonly Order[];
  /** Rows at most. */
  readonly limit: number | undefined;
  /** Rows to leave out at the start. */
  readonly offset: number | undefined;
}

/**
 * A SELECT, made by {@link select}. It never changes: each method gives a new one, so that a common part can
 * be kept and used many times. The idea, and the names, are SQLAlchemy's `Select`.
 */
export class Select<R> implements Executable<R> {
  declare readonly rowType?: R;
  /** @internal */
  declare readonly node: SelectNode;

  constructor(node: SelectNode) {
    hide(this, "node", Object.freeze(node));
    brand(this, "executable");
  }

  /**
   * Only rows for which every condition holds; several calls add up.
   *
   *     select(Book).where(Book.c.price.lt("10"))      -- … WHERE `books`.`price` < ?
   *
   * @throws ArgumentError `not-a-condition` for anything else, undefined above all: it never means "all rows".
   */
  where(...conditions: readonly Condition[]): Select<R> {
    const nodes = conditions.map((condition) => conditionNode("where", condition));
    return changed(this, { where: [...this.node.where, ...nodes] });
  }

  /** Sorts: `orderBy(Book.c.title.desc(), Book.c.id)`; several calls add up. */
  orderBy(...orders: readonly (Order | Expr<unknown, boolean>)[]): Select<R> {
    return changed(this, { orderBy: [...this.node.orderBy, ...orders.map(orderOf)] });
  }

  /** At most this many rows. The number is written into the text, because drivers bind numbers as DOUBLE. */
  limit(rows: number): Select<R> {
    return changed(this, { limit: checkedCount("limit", rows) });
  }

  /** Leaves out this many rows at the start; without orderBy it is anyone's guess which. */
  offset(rows: number): Select<R> {
    return changed(this, { offset: checkedCount("offset", rows) });
  }

  /** Its text and parameters, without sending anything. */
  toSql(dialect: Dialect): CompiledSql {
    const { text, parameters } = compileSelect(this.node, dialect);
    return { text, parameters };
  }

  /** Text, parameters, and how rows become results: what a session asks for. */
  compile(dialect: Dialect): CompiledQuery<R> {
    return compileSelect(this.node, dialect) as CompiledQuery<R>;
  }
}

/**
 * Begins a SELECT. One class or expression gives values, several give tuples, a record gives records.
 *
 *     select(Author)                          -- Author
 *     select(Author.c.name)                   -- string
 *     select(Author.c.name, Author.c.bornOn)  -- [string, string | null]
 *     select({ who: Author.c.name })          -- { who: string }
 *
 * @throws ArgumentError `not-selectable` for what is neither a mapped class nor an expression.
 */
export function select<S extends readonly [Selectable, ...Selectable[]]>(
  ...selection: S
): Select<SelectedRow<S>>;
export function select<O extends Readonly<Record<string, Selectable>>>(
  selection: O,
): Select<SelectedRecord<O>>;
export function select(...selection: readonly unknown[]): Select<unknown> {
  const [first] = selection;
  const record = selection.length === 1 && isRecord(first) ? first : undefined;
  const items = Object.values(record ?? selection).map(toItem);
  if (items.length === 0) throw notSelectable("nothing");
  const shape: RowShape =
    record === undefined
      ? { kind: items.length === 1 ? "one" : "tuple" }
      : { kind: "record", names: Object.keys(record) };
  const node = { items, shape, where: [], orderBy: [], limit: undefined, offset: undefined };
  return new Select({ kind: "select", ...node });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !hasBrand(value, "expr");
}

/** The item of a class or an expression. */
export function toItem(selectable: unknown): SelectItem {
  if (hasBrand(selectable, "expr")) {
    return { kind: "expression", node: (selectable as Expr<unknown>).node };
  }
  if (typeof selectable === "function" && isMapped(selectable)) {
    return { kind: "entity", mapper: mapperOf(selectable) };
  }
  throw notSelectable(describe(selectable));
}

function notSelectable(what: string): ArgumentError {
  return new ArgumentError(`select() was given ${what}.`, {
    code: "not-selectable",
    hint: "Give it a mapped class or a column: select(Author), or select(Author.c.name).",
  });
}

/** The same select with a part of its node exchanged. */
function changed<R>({ node }: Select<R>, part: Partial<SelectNode>): Select<R> {
  return new Select<R>({ ...node, ...part });
}

/** What orderBy was given, with its direction; an expression alone is sorted smallest first. */
export function orderOf(given: unknown): Order {
  if (hasBrand(given, "expr")) return order((given as Expr<unknown>).node, "ASC");
  const { node, direction } = (given ?? {}) as Partial<Order>;
  if (node !== undefined && direction !== undefined) return given as Order;
  throw new ArgumentError(`orderBy() was given ${describe(given)}.`, {
    code: "not-an-order",
    hint: "Write orderBy(Book.c.title), or orderBy(Book.c.title.desc()).",
  });
}

function checkedCount(method: "limit" | "offset", rows: unknown): number {
  if (Number.isSafeInteger(rows) && (rows as number) >= 0) return rows as number;
  throw new ArgumentError(`${method}() was given ${describe(rows)}.`, {
    code: "not-a-count",
    hint: `Write ${method}(20): a whole number of rows, 0 or more.`,
  });
}
