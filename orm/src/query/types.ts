import type { Fragment } from "../engine/index.js";
import type { Expr } from "../mapping/expression.js";
import type { TableOf } from "../mapping/mapped-types.js";
import type { Alias, QueryClass } from "./sources.js";

/** What a select can give: objects of a class or of an alias, values of an expression or of raw SQL. */
export type Selectable =
  | QueryClass
  | Alias<object, string, object>
  | Expr<unknown, boolean>
  | Fragment<unknown>;

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
      : S extends Alias<infer I, string, object>
        ? I
        : S extends Fragment<infer T>
          ? T
          : never;

/** What a row of several gives: one of them alone, or a tuple. */
export type SelectedRow<S extends readonly Selectable[]> = S extends readonly [infer One]
  ? Selected<One>
  : { -readonly [K in keyof S]: Selected<S[K]> };

/** What a row of named ones gives. */
export type SelectedRecord<O extends Readonly<Record<string, Selectable>>> = {
  -readonly [K in keyof O]: Selected<O[K]>;
};

/** In the type of a column: that it is from the source of this name, not from the class itself. */
export interface Named<N extends string> {
  readonly aliasName?: N;
}

/** The same columns, from another source. */
export type Columns<C, From> = {
  readonly [K in keyof C]: C[K] extends Expr<infer T, infer N> ? Expr<T, N, From> : never;
};

/** The columns of a query, whose rows are `R` and whose selection was `S`, as the query around sees them. */
export type Fields<R, S, N extends string> = S extends readonly [{ readonly c: infer C }]
  ? Columns<C, Named<N>>
  : S extends readonly unknown[]
    ? object
    : {
        readonly [K in keyof R]: Expr<
          Exclude<R[K], null>,
          null extends R[K] ? true : false,
          Named<N>
        >;
      };

/** How the types know a source: a class by its table, others by their name. */
export type SourceType<J> = J extends abstract new (
  ...values: never[]
) => infer I
  ? TableOf<I>
  : J extends Alias<unknown, infer N, object>
    ? Named<N>
    : never;

/** The rows `R` of the selection `S`, where the source `J` may be missing. */
export type LeftJoined<R, S, J> = S extends readonly [infer One]
  ? R | NullWhen<One, J>
  : { [K in keyof R]: K extends keyof S ? R[K] | NullWhen<S[K], J> : R[K] };

/** null, if what is selected is from the source `J`. */
export type NullWhen<S, J> =
  S extends Expr<unknown, boolean, infer From>
    ? unknown extends From
      ? never
      : J extends From
        ? null
        : never
    : J extends SourceType<S>
      ? null
      : never;
