import type { Collection } from "./collection.js";
import type { Col } from "./column.js";
import type { Expr } from "./expression.js";
import type { HybridColumns } from "./hybrid.js";
import type { Path } from "./path.js";
import type { Rel } from "./relationship.js";

/** Any column, as `mapped` takes it. */
export type AnyCol = Pick<Col<unknown, boolean, boolean>, "_t" | "_n" | "_o" | "definition">;

/** Any relationship, as `mapped` takes it. */
export type AnyRel = Pick<Rel<unknown, boolean>, "kind" | "many" | "target" | "options">;

/** What `mapped` is given: a column or a relationship for each property. */
export type Declarations = Readonly<Record<string, AnyCol | AnyRel>>;

/** The properties of `D` that are columns. */
export type ColumnKeys<D> = { [K in keyof D]: D[K] extends AnyCol ? K : never }[keyof D] & string;

/** The properties of `D` that are relationships. */
export type RelationshipKeys<D> = Exclude<keyof D, ColumnKeys<D>> & string;

/** The type of a property of an object: null belongs to it by a flag, not by a union, which holds without strict. */
export type Value<C> = C extends AnyCol
  ? ColumnValue<C>
  : C extends Rel<infer E, infer Many>
    ? Many extends true
      ? Collection<E>
      : E | null
    : never;

export type ColumnValue<C extends AnyCol> = C["_n"] extends true ? C["_t"] | null : C["_t"];

/** The type of a value that a constructor takes. Every array will do for a collection. */
export type InitValue<C> = C extends Rel<infer E, true> ? readonly E[] : Value<C>;

/** The columns that a constructor must be given. */
export type RequiredKeys<D> = {
  [K in keyof D]: D[K] extends AnyCol ? (D[K]["_o"] extends true ? never : K) : never;
}[keyof D];

/** What the constructor of a mapped class takes. */
export type Init<D> = { readonly [K in RequiredKeys<D>]: InitValue<D[K]> } & {
  readonly [K in Exclude<keyof D, RequiredKeys<D>>]?: InitValue<D[K]>;
};

/** Any object of a mapped class, whatever its properties. */
export interface AnyMappedObject {
  toObject(): object;
  toJSON(): object;
}

/**
 * An object of a mapped class. `T` is the name of its table, by which types know two classes apart that have
 * the same properties; the property that carries it is never there.
 */
export type MappedObject<D, T extends string = string> = { [K in keyof D]: Value<D[K]> } & {
  readonly [Symbol.toStringTag]?: T;
  /** What a relationship holds, loaded when it is not in memory: `await author.lazy.books`. */
  readonly lazy: { readonly [K in RelationshipKeys<D>]: Promise<Value<D[K]>> };
  /** A plain copy: the columns and what is loaded of the relationships. */
  toObject(): PlainObject<D>;
  /** What `JSON.stringify` writes: as {@link toObject}, with a bigint as a string and bytes in base64. */
  toJSON(): Readonly<Record<string, unknown>>;
};

export type PlainObject<D> = { [K in ColumnKeys<D>]: Value<D[K]> } & {
  [K in RelationshipKeys<D>]?: unknown;
};

/** The name of the table of an object's class. */
export type TableOf<E> = E extends { readonly [Symbol.toStringTag]?: infer T } ? T : never;

/** The columns as expressions, by property. */
export type MappedColumns<D, T extends string> = {
  readonly [K in ColumnKeys<D>]: D[K] extends AnyCol ? Expr<D[K]["_t"], D[K]["_n"], T> : never;
};

/** The class that `mapped` gives, to be extended. `H` are the values of its hybrids. */
export interface Mapped<D, T extends string = string, H = Record<never, never>> {
  new (
    ...init: object extends Init<D> ? [init?: Init<D>] : [init: Init<D>]
  ): MappedObject<D, T> & Readonly<H>;
  /** The columns as expressions: `Author.c.name`. Hybrids are among them. */
  readonly c: MappedColumns<D, T> & HybridColumns<H, T>;
  /** The relationships as paths: `Author.r.books`. */
  readonly r: {
    readonly [K in RelationshipKeys<D>]: D[K] extends Rel<infer E, boolean>
      ? Path<MappedObject<D, T>, E, K>
      : never;
  };
}
