import { brand, hasBrand, hide } from "../engine/brand.js";
import { ArgumentError, type Fragment } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import { byProperty } from "../mapping/entity.js";
import { Expr } from "../mapping/expression.js";
import { columnsOf } from "../mapping/hybrid.js";
import { type AnyClass, isMapped, mapperOf } from "../mapping/mapper.js";
import { Path } from "../mapping/path.js";
import { tableSource } from "./context.js";
import { fieldsOf } from "./fields.js";
import { checkedName } from "./given.js";
import type { QueryNode, Source } from "./nodes.js";
import type { Columns, Named } from "./types.js";

/**
 * Something with columns and a name of its own: a second occurrence of a class, made by {@link alias}, a subquery
 * or a common table expression. `E` are the objects that it can be selected as, false if there are none.
 */
export class Alias<E, N extends string, C extends object, R extends object = object> {
  declare readonly entity?: E;
  declare readonly aliasName?: N;
  /** @internal */
  declare readonly source: Source;
  /** The columns: `editor.c.name`. */
  readonly c: C;
  /** The relationships: `editor.r.books`. */
  readonly r: R;

  constructor(source: Source, c: C, r: R) {
    this.c = c;
    this.r = r;
    hide(this, "source", source);
    brand(this, "alias");
    Object.freeze(this);
  }
}

/** A mapped class, as queries take it. */
export type QueryClass = AnyClass & { readonly c: object };

/** What can stand in FROM and after JOIN. */
export type Joinable = QueryClass | Alias<unknown, string, object> | Fragment<unknown>;

/**
 * Another occurrence of a class in the same select, under a name: for a table that is joined with itself.
 *
 *     const boss = alias(Employee, "boss");
 *     select(Employee, boss).leftJoin(Employee.r.boss, boss)
 * @example
 * ```ts
 * const cheaper = alias(Book, "cheaper");
 * const pairs = select(Book.c.title, cheaper.c.title)
 *   .join(cheaper, cheaper.c.price.lt(Book.c.price))
 *   .where(Book.c.id.eq(1))
 *   .orderBy(cheaper.c.id);
 * console.log(await session.execute(pairs).all());
 * // [ [ 'Emma', 'Persuasion' ], [ 'Emma', 'Wuthering Heights' ] ]
 * ```
 */
export function alias<C extends QueryClass & { readonly r: object }, N extends string>(
  entity: C,
  name: N,
): Alias<InstanceType<C>, N, Columns<C["c"], Named<N>>, C["r"]>;
export function alias<C extends object, N extends string>(
  cte: Alias<false, string, C>,
  name: N,
): Alias<false, N, Columns<C, Named<N>>>;
export function alias(given: unknown, name: string): unknown {
  checkedName("alias", name);
  if (hasBrand(given, "alias")) {
    const { source } = given as Alias<false, string, object>;
    if (source.kind === "cte") return fieldsAlias({ ...source, name }, source.cte.query);
  }
  const mapper = mapperOf(given);
  const c = columnsOf(mapper, name);
  const r = byProperty(mapper.relationships, (one) => new Path(mapper, one, name));
  return new Alias(tableSource(mapper, name), c, r);
}

/** The columns of a query, under the name that it has as a source. */
export function fieldsAlias<N extends string, C extends object>(
  source: Source & { readonly name: N },
  query: QueryNode,
): Alias<false, N, C> {
  const fields = new Map(fieldsOf(query).map((field) => [field.property, field]));
  const c = byProperty(fields, ({ name, type }) => new Expr({ kind: "field", source, name, type }));
  return new Alias(source, c as C, {});
}

/** The source of what stands in FROM or after JOIN. */
export function toSource(method: string, given: unknown): Source {
  if (hasBrand(given, "alias")) return (given as Alias<unknown, string, object>).source;
  if (hasBrand(given, "fragment")) {
    return { kind: "raw", name: "", fragment: given as Fragment<unknown> };
  }
  if (typeof given === "function" && isMapped(given)) return tableSource(mapperOf(given));
  throw new ArgumentError(`${method}() was given ${describe(given)}.`, {
    code: "not-a-source",
    hint:
      given === undefined
        ? `Look at the names: what a class has not is undefined, as Author.r.bookz in ${method}(Author.r.bookz).`
        : `Give it a class, an alias or a subquery; a relationship as ${method}(Author.r.books).`,
  });
}
