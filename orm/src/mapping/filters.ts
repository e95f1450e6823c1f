import { hasBrand } from "../engine/brand.js";
import { ArgumentError } from "../engine/index.js";
import { describe } from "./column-type.js";
import { at } from "./errors.js";
import { type Condition, conditionNode, type ExprNode } from "./expression.js";
import { columnsOf } from "./hybrid.js";
import type { AnyCol, ColumnValue } from "./mapped-types.js";
import type { Mapper } from "./mapper.js";
import { didYouMean } from "./naming.js";

/**
 * A condition that a session adds wherever a statement reads rows of the class: rows that are deleted but kept, rows
 * of other tenants. It holds as well where the class is the table between of a manyToMany. It is made of the columns;
 * with `parameters`, of values that the session was given besides:
 * `new Session(engine, { filters: { tenant: { id: 7 } } })`. The idea is EF Core's global query filters, and
 * SQLAlchemy's `with_loader_criteria`.
 *
 * @example
 * ```ts
 * const columns = { id: integer().primaryKey(), title: varchar(200), price: decimal(10, 2) };
 * class Offer extends Base.mapped("books", columns, {
 *   filters: {
 *     cheap: {
 *       parameters: { most: decimal(10, 2) },
 *       where: (c, { most }) => c.price.lte(most),
 *     },
 *   },
 * }) {}
 * const shop = new Session(engine, { filters: { cheap: { most: "8.00" } } });
 * const titles = select(Offer.c.title).orderBy(Offer.c.id);
 * console.log(await shop.scalars(titles).all()); // [ 'Persuasion', 'Wuthering Heights' ]
 * console.log((await shop.scalars(titles.withoutFilter("cheap")).all()).length); // 4
 * await shop.close();
 * ```
 */
export type Filter<C = never, P = never> = ((columns: C) => Condition) | FilterWith<C, P>;

/** A {@link Filter} that takes values from the session. */
export interface FilterWith<C, P> {
  /** What it takes, by name: columns that say of which type, `{ id: integer() }`. */
  readonly parameters: P;
  /** The condition, of the columns and the values; these are bound. */
  readonly where: (columns: C, values: ParameterValues<P>) => Condition;
}

/** The values that a filter is given. */
export type ParameterValues<P> = {
  readonly [K in keyof P]: P[K] extends AnyCol ? ColumnValue<P[K]> : never;
};

/** The filters of a class by name, where `F` has their parameters. `C` are the columns. */
export type Filters<C, F> = { readonly [K in keyof F]: Filter<C, F[K]> };

/** A {@link Filter} as a mapper keeps it. */
export interface DeclaredFilter {
  readonly name: string;
  readonly parameters: Readonly<Record<string, AnyCol>>;
  readonly where: (columns: never, values: never) => unknown;
}

/** The names of all filters that a program declared, by which a session knows one that is misspelt. */
export const filterNames = new Set<string>();

/**
 * The filters of what a class declares, checked.
 * @throws ArgumentError `filter` for one that has no condition, or whose parameters are no columns.
 */
export function toFilters(
  place: string,
  declared: object = {},
): ReadonlyMap<string, DeclaredFilter> {
  const filters = new Map<string, DeclaredFilter>();
  for (const [name, filter] of Object.entries(declared)) {
    const { parameters = {}, where = filter } = (filter ?? {}) as Partial<DeclaredFilter>;
    const areColumns = Object.values(parameters).every((one) => hasBrand(one, "column"));
    if (typeof where !== "function" || !areColumns) throw wrongFilter(place, name);
    filters.set(name, { name, parameters, where });
    filterNames.add(name);
  }
  return filters;
}

function wrongFilter(place: string, name: string): ArgumentError {
  return new ArgumentError(`${place}: the filter ${name} is none.`, {
    code: "filter",
    hint: `Write ${name}: (c) => c.deletedAt.isNull(), or { parameters: { id: integer() }, where: (c, p) => c.tenantId.eq(p.id) }.`,
  });
}

/**
 * The condition of a filter.
 * @param given what the session gives for its parameters.
 * @throws ArgumentError `filter-parameters` for a value that is missing, or of another type.
 */
export function filterCondition(mapper: Mapper, filter: DeclaredFilter, given: unknown): ExprNode {
  const place = `${mapper.name}, filter ${filter.name}`;
  const values = parameterValues(place, filter, given);
  return at(place, () =>
    conditionNode(filter.name, filter.where(columnsOf(mapper) as never, values as never)),
  );
}

function parameterValues(
  place: string,
  { name, parameters }: DeclaredFilter,
  given: unknown,
): Record<string, unknown> {
  const wanted = Object.keys(parameters);
  const known = Object(given === true ? undefined : given) as Record<string, unknown>;
  const refuse = (parameter: string, what: string, near = "") => {
    const list = wanted.map((one) => `${one}: …`).join(", ");
    return new ArgumentError(`${place}: its parameter ${parameter} ${what}.`, {
      code: "filter-parameters",
      hint: `${near}Write new Session(engine, { filters: { ${name}: { ${list} } } }), or ${name}: false.`,
    });
  };
  const values: Record<string, unknown> = {};
  for (const parameter of wanted) {
    const { nullable, type } = (parameters[parameter] as AnyCol).definition;
    const value = Object.hasOwn(known, parameter) ? known[parameter] : undefined;
    if (value === undefined) {
      const isNear = (one: string) => one !== parameter && didYouMean(one, [parameter]) !== "";
      const other = Object.keys(known).find(isNear);
      throw refuse(
        parameter,
        "has no value",
        other ? `Did you mean ${parameter}, not ${other}? ` : "",
      );
    }
    if (value === null && !nullable) throw refuse(parameter, "cannot be null");
    try {
      values[parameter] = value === null ? null : type.take(value);
    } catch {
      throw refuse(parameter, `cannot be ${describe(value)}`);
    }
  }
  return values;
}
