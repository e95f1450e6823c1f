import type { Collection } from "../mapping/collection.js";
import type { TableOf } from "../mapping/mapped-types.js";

/** Any object with relationships, as far as types see it. */
export interface HasRelationships {
  readonly lazy: object;
}

/**
 * An object on which the relationships `K` are loaded: it can be used wherever an `E` can. Its other
 * relationships have the type never, so that reading from one is an error when the program is compiled.
 * `N` says by property what the related objects are where more is known of them than their class.
 * @example
 * ```ts
 * function titles(author: Loaded<Author, "books">): string[] {
 *   return author.books.map(({ title }) => title);
 * }
 *
 * const found = select(Author).options(selectinload(Author.r.books)).where(Author.c.id.eq(2));
 * console.log(titles(await session.scalars(found).one())); // [ 'Wuthering Heights' ]
 * ```
 */
export type Loaded<E, K extends string, N = unknown> = {
  [P in keyof N & keyof E]: E[P] extends ReadonlyArray<unknown> ? Collection<N[P]> : N[P] | null;
} & E & { readonly [P in Exclude<RelationsOf<E>, K>]: never };

/** The relationships of a class. */
export type RelationsOf<E> = E extends { readonly lazy: infer L } ? keyof L & string : never;

/** What an option of a select says of its results: by which relationship of `From` it loads `To`. */
export interface Loads<From, K extends string = string, N = unknown> {
  readonly loadsFrom?: (from: From) => void;
  readonly loads?: K;
  readonly loadsAs?: N;
}

/** The rows of a select, after these options: objects, tuples or records with objects in them. */
export type WithOptions<R, O> = R extends HasRelationships | readonly unknown[] | object
  ? R extends HasRelationships
    ? LoadedBy<R, O>
    : { [P in keyof R]: LoadedBy<R[P], O> }
  : R;

/** An object of type `E`, after the options among `O` that begin at its class. */
export type LoadedBy<E, O> = E extends HasRelationships
  ? [OptionsOf<E, O>] extends [never]
    ? E
    : Merged<E, OptionsOf<E, O>>
  : E;

export type OptionsOf<E, O> =
  O extends Loads<infer From> ? (TableOf<E> extends TableOf<From> ? O : never) : never;

/** What was loaded by an earlier call stays loaded. */
export type Merged<E, O> =
  E extends Loaded<infer Base, infer K, infer N>
    ? string extends K
      ? Loaded<E, KeysOf<O>, NestedOf<O>>
      : Loaded<Base, K | KeysOf<O>, N & NestedOf<O>>
    : never;

export type KeysOf<O> = O extends Loads<never, infer K> ? K : never;

export type NestedOf<O> = [NestedKeys<O>] extends [never]
  ? unknown
  : { [P in NestedKeys<O>]: NestedAt<O, P> };

type NestedKeys<O> =
  O extends Loads<never, infer K, infer N> ? (unknown extends N ? never : K) : never;

type NestedAt<O, P> = O extends Loads<never, infer K, infer N> ? (P extends K ? N : never) : never;
