import { hasBrand } from "../engine/brand.js";
import { ArgumentError, InvalidRequestError } from "../engine/index.js";
import { defineAccessor } from "./accessors.js";
import { describe } from "./column-type.js";
import { at } from "./errors.js";
import { Expr } from "./expression.js";
import type { Mapper } from "./mapper.js";

/**
 * A property that is computed, declared once and used on both sides: of an object by a function, of a row by SQL.
 * The name and the idea are SQLAlchemy's `hybrid_property`. There one expression serves both, because Python lets
 * a class redefine `+` and `<`; JavaScript does not, and to compute the SQL in JavaScript would mean to guess how
 * the server compares texts and rounds decimals. So there are two halves; `checkHybrids` compares them.
 *
 * @example
 * ```ts
 * const columns = { id: integer().primaryKey(), title: varchar(200), pages: integer() };
 * class Novel extends Base.mapped("novels", columns, {
 *   hybrids: {
 *     isLong: { object: (novel) => novel.pages > 300, sql: (c) => c.pages.gt(300) },
 *   },
 * }) {}
 * console.log(new Novel({ title: "Emma", pages: 414 }).isLong); // true
 *
 * const long = select(Novel.c.title).where(Novel.c.isLong);
 * console.log(long.toSql(engine.dialect).text);
 * // SELECT `novels`.`title` FROM `novels` WHERE `novels`.`pages` > ?
 * ```
 */
export interface Hybrid<E = never, C = never, V = unknown> {
  /** What it is for an object. It reads what is in memory: no SQL. */
  readonly object: (object: E) => V;
  /** What it is for a row, made of the columns of the class, or of those of an alias. */
  readonly sql: (columns: C) => Expr<Widened<V>, boolean>;
}

/** The type of a hybrid's SQL: what gives "long" or "short" for an object is no more than a text to SQL. */
export type Widened<V> = V extends null
  ? never
  : V extends string
    ? string
    : V extends number
      ? number
      : V extends boolean
        ? boolean
        : V;

/** The hybrids of a class by property, where `H` has their values. `E` are its objects, `C` its columns. */
export type Hybrids<E, C, H> = { readonly [K in keyof H]: Hybrid<E, C, H[K]> };

/** The expressions that hybrids give a class; whether one can be null is told by its object half. */
export type HybridColumns<H, From> = {
  readonly [K in keyof H]: Expr<Exclude<H[K], null>, null extends H[K] ? true : false, From>;
};

/**
 * The hybrids of what a class declares, checked.
 * @param taken the properties that the class has besides.
 * @throws ArgumentError `hybrid` for one without its halves, `property-name` for a name that is taken.
 */
export function toHybrids(
  place: string,
  declared: object = {},
  taken: readonly string[] = [],
): ReadonlyMap<string, Hybrid> {
  for (const [property, hybrid] of Object.entries(declared)) {
    if (taken.includes(property) || property in Object.prototype) {
      throw new ArgumentError(`${place}.${property}: objects have a ${property} already.`, {
        code: "property-name",
        hint: "Give the hybrid another name.",
      });
    }
    const { object, sql } = (hybrid ?? {}) as Partial<Hybrid>;
    if (typeof object === "function" && typeof sql === "function") continue;
    throw new ArgumentError(`${place}: the hybrid ${property} needs two functions.`, {
      code: "hybrid",
      hint: `Write ${property}: { object: (book) => book.pages > 300, sql: (c) => c.pages.gt(300) }.`,
    });
  }
  return new Map(Object.entries(declared) as [string, Hybrid][]);
}

/** Gives the prototype of a class a getter for each hybrid. It is not among the properties that a loop finds. */
export function defineHybrids(prototype: object, mapper: Mapper): void {
  for (const [property, { object }] of mapper.hybrids) {
    if (mapper.parent?.hybrids.has(property)) continue;
    defineAccessor(prototype, property, false, {
      get: (instance) => object(instance.object as never),
      set: () => {
        throw hybridWrite(mapper, property);
      },
    });
  }
}

export function hybridWrite({ name }: Mapper, property: string): InvalidRequestError {
  return new InvalidRequestError(`${name}.${property} is computed, and cannot be set.`, {
    code: "hybrid-write",
    hint: "Set the columns that it is made of.",
  });
}

/**
 * The columns of a class as expressions, and its hybrids, by property: `Author.c`, or those of an alias. The SQL of
 * a hybrid is asked for when it is first used; it may speak of classes that are declared later.
 */
export function columnsOf(mapper: Mapper, alias?: string): object {
  const named = alias === undefined ? {} : { alias };
  const c: Record<string, Expr<unknown>> = Object.create(null);
  for (const [property, column] of mapper.properties) {
    c[property] = new Expr({ kind: "column", mapper, column, ...named });
  }
  for (const property of mapper.hybrids.keys()) {
    let made: Expr<unknown> | undefined;
    const get = () => (made ??= hybridExpr(mapper, property, c));
    Object.defineProperty(c, property, { get, enumerable: true });
  }
  return Object.freeze(c);
}

/** The SQL half of a hybrid, under the name that a column of it would have. */
export function hybridExpr(mapper: Mapper, property: string, c: object): Expr<unknown> {
  const place = `${mapper.name}.${property}`;
  const made = at(place, () => mapper.hybrids.get(property)?.sql(c as never));
  if (hasBrand(made, "expr")) {
    const { node: operand } = made as Expr<unknown>;
    return new Expr({ kind: "alias", operand, name: mapper.registry.naming.column(property) });
  }
  throw new ArgumentError(`${place}: its SQL is ${describe(made)}.`, {
    code: "hybrid",
    hint: "Let sql give an expression, such as (c) => c.pages.gt(300).",
  });
}
