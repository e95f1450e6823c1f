import { hasBrand } from "../engine/brand.js";
import { ArgumentError } from "../engine/index.js";
import { defineAccessors, defineLazy, readRelationship } from "./accessors.js";
import { misuse } from "./column.js";
import { defineVariant, makersOf, newClass } from "./entity.js";
import { type Filters, toFilters } from "./filters.js";
import { defineHybrids, type Hybrids, toHybrids } from "./hybrid.js";
import type {
  AnyCol,
  ColumnKeys,
  Declarations,
  Mapped,
  MappedColumns,
  MappedObject,
} from "./mapped-types.js";
import {
  type AnyClass,
  type Mapper,
  mapperOf,
  type Registry,
  type Relationship,
  type RelationshipBehaviour,
} from "./mapper.js";
import { Metadata } from "./metadata.js";
import { checkOptions, type Naming, toNaming } from "./naming.js";
import { addMapper, type OpenMapper } from "./registry.js";
import { type Rel, toRelationship } from "./relationship.js";
import { foreignKeyOf } from "./relationship-keys.js";
import { inverseOf, pathName, targetOf } from "./relationship-target.js";
import { type TableOptions, toTable } from "./table.js";
import { implyLinkTable, throughOf } from "./through.js";
import type { Discriminator, MappedBy } from "./variant-types.js";
import { newFamily, rootKind, unfrozen } from "./variants.js";

export interface BaseOptions {
  /** Rules for the names of columns and constraints, in place of some of the usual ones. */
  readonly naming?: Partial<Naming>;
}

/** What is said of a table as a whole, and what its objects have besides, as the last argument of `mapped`. */
export interface MappedOptions<D, T extends string, H, F, K extends string = never>
  extends TableOptions<ColumnKeys<D>> {
  /** Properties that are computed, of an object and in SQL: see {@link Hybrid}. */
  readonly hybrids?: Hybrids<MappedObject<D, T>, MappedColumns<D, T>, H>;
  /** Conditions that sessions add wherever rows of the class are read: see {@link Filter}. */
  readonly filters?: Filters<MappedColumns<D, T>, F>;
  /** The column that says of which class a row is, for a table with rows of several: see {@link Discriminator}. */
  readonly discriminator?: Discriminator<K & ColumnKeys<D>>;
}

/** The options of `mapped`, as it looks at them. */
export type GivenOptions<D> = AnyOptions<ColumnKeys<D>>;

export interface AnyOptions<P extends string = string> extends TableOptions<P> {
  readonly hybrids?: object;
  readonly filters?: object;
  readonly discriminator?: Discriminator;
}

/** What {@link declarativeBase} gives: the classes of one program, and their tables. */
export interface DeclarativeBase {
  /** The tables: `createAll`, `dropAll`, `ddl`. */
  readonly metadata: Metadata;
  /**
   * A class to extend: see {@link mapped}.
   * @example
   * ```ts
   * class Poster extends Base.mapped(
   *   "posters",
   *   {
   *     id: integer().primaryKey(),
   *     wall: varchar(10),
   *     place: integer(),
   *     price: decimal(8, 2).default("0.00"),
   *   },
   *   {
   *     uniques: [["wall", "place"]],
   *     indexes: [["price"]],
   *     checks: [{ name: "no_debt", expression: sql`price >= 0` }],
   *   },
   * ) {}
   * console.log(Base.metadata.ddl(engine.dialect)[0]);
   * // CREATE TABLE `posters` (
   * //   `id` INT NOT NULL AUTO_INCREMENT,
   * //   `wall` VARCHAR(10) NOT NULL,
   * //   `place` INT NOT NULL,
   * //   `price` DECIMAL(8, 2) NOT NULL DEFAULT '0.00',
   * //   PRIMARY KEY (`id`),
   * //   CONSTRAINT `uq_posters_wall_place` UNIQUE (`wall`, `place`),
   * //   INDEX `ix_posters_price` (`price`),
   * //   CONSTRAINT `ck_posters_no_debt` CHECK (price >= 0)
   * // ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin
   * ```
   */
  mapped<
    D extends Declarations,
    T extends string,
    H = Record<never, never>,
    F = Record<never, never>,
    K extends string = never,
  >(table: T, declarations: D, options?: MappedOptions<D, T, H, F, K>): MappedBy<D, T, H, K>;
  /**
   * Makes classes known by name, and looks at each of their relationships now: see {@link configure}.
   * @example
   * ```ts
   * class Shelf extends Base.mapped("shelves", {
   *   id: integer().primaryKey(),
   *   rooms: oneToMany<object>("Boxes"),
   * }) {}
   * try {
   *   Base.configure(Shelf);
   * } catch (error) {
   *   console.log((error as OrmletError).code); // unknown-target
   * }
   * ```
   */
  configure(...classes: readonly AnyClass[]): void;
}

/**
 * Where classes are mapped: `const Base = declarativeBase()`. Classes that are related to each other must be
 * of the same one. The name and the idea are SQLAlchemy's.
 * @param behaviour what relationships do besides; that of the chapter of relationships is handed in by its own
 *   `declarativeBase`.
 */
export function declarativeBase(
  options: BaseOptions = {},
  behaviour: RelationshipBehaviour = memoryOnly,
): DeclarativeBase {
  checkOptions("declarativeBase", options, ["naming"]);
  const metadata = new Metadata();
  const naming = toNaming(options.naming);
  const maps = { mappers: new Map(), classes: new Map() };
  const registry: Registry = { metadata, naming, behaviour, ...maps };
  return Object.freeze<DeclarativeBase>({
    metadata,
    mapped: (table, declarations, options) =>
      mapped(registry, table, declarations, options) as never,
    configure,
  });
}

/** The behaviour of relationships while there is no session: each is changed by itself, and nothing is loaded. */
export const memoryOnly: RelationshipBehaviour = {
  changed: () => {},
  lazy: async (instance, relationship) => readRelationship(instance, relationship),
};

/**
 * A class for the rows of a table, to be extended:
 * `class Author extends Base.mapped("authors", { id: integer().primaryKey(), name: varchar(100) }) {}`.
 * Each property is a column, or a relationship to another class; the constructor takes their values.
 * @throws ArgumentError for a table that is declared wrongly; it names table and property.
 */
export function mapped<D extends Declarations, T extends string>(
  registry: Registry,
  name: T,
  declarations: D,
  options: GivenOptions<D> = {},
): Mapped<D, T> {
  if (
    typeof name !== "string" ||
    name === "" ||
    typeof declarations !== "object" ||
    declarations === null
  ) {
    const hint = 'Write Base.mapped("authors", { id: integer().primaryKey() }).';
    throw misuse("mapped() needs the name of a table, then its columns", hint);
  }
  const place = `mapped(${JSON.stringify(name)})`;
  const [columns, related] = split(place, declarations);
  const table = toTable(name, columns, options, registry.naming);
  const relationships = toRelationships(place, related, table.columns.length);
  const hybrids = toHybrids(place, options.hybrids, [...Object.keys(declarations), ...ownMembers]);
  const filters = toFilters(place, options.filters);
  const family = newFamily(place, table.columns, columns, options);
  const mapper = openMapper(registry, {
    ...{ table, columns: table.columns, hybrids, filters, name: place, family },
    relationships: family ? unfrozen(relationships) : relationships,
    kind: family && options.discriminator && rootKind(place, family, options.discriminator),
  });
  addMapper(mapper);
  if (family !== undefined) defineVariant(mapper);
  if (mapper.kind !== undefined) family?.classes.set(mapper.kind, mapper);
  for (const { options } of relationships.values()) {
    if (options.through !== undefined) implyLinkTable(registry, options.through);
  }
  return mapper.base as unknown as Mapped<D, T>;
}

/** What of a {@link Mapper} follows from a declaration. */
export type Declared = Pick<
  Mapper,
  "table" | "columns" | "relationships" | "hybrids" | "filters" | "name" | "family" | "kind"
> & { readonly root?: Mapper; readonly parent?: Mapper };

/** A mapper with its class, and with what the class has. */
export function openMapper(
  registry: Registry,
  declared: Declared,
  makeClass: (mapper: Mapper) => AnyClass = newClass,
): Mapper {
  const properties = new Map(declared.columns.map((column) => [column.property, column]));
  const parts = { root: undefined, parent: undefined, ...declared };
  const state: unknown = { registry, ...parts, properties, replaced: false };
  const mapper = state as OpenMapper;
  mapper.root ??= mapper;
  mapper.base = mapper.entity = makeClass(mapper);
  Object.assign(mapper, makersOf(mapper));
  defineAccessors(mapper.base.prototype, mapper);
  defineHybrids(mapper.base.prototype, mapper);
  defineLazy(mapper.base.prototype, mapper);
  return mapper;
}

/** The relationships of a class; the place of the first one's value is behind those of the columns. */
export function toRelationships(
  place: string,
  declared: Readonly<Record<string, Rel<unknown, boolean>>>,
  first: number,
): Map<string, Relationship> {
  return new Map(
    Object.entries(declared).map(([property, relationship], index) => [
      property,
      toRelationship(`${place}.${property}`, relationship, property, first + index),
    ]),
  );
}

/** The columns and the relationships of what `mapped` was given. */
export function split(
  place: string,
  declarations: Declarations,
): [columns: Record<string, AnyCol>, relationships: Record<string, Rel<unknown, boolean>>] {
  const columns: Record<string, AnyCol> = {};
  const relationships: Record<string, Rel<unknown, boolean>> = {};
  for (const [property, declared] of Object.entries(declarations)) {
    if (property in Object.prototype || ownMembers.includes(property)) {
      throw new ArgumentError(`${place}.${property}: objects have a ${property} already.`, {
        code: "property-name",
        hint: `Take another name, and write .named("${property}") at the column.`,
      });
    }
    if (hasBrand(declared, "relationship")) relationships[property] = declared as never;
    else columns[property] = declared as AnyCol;
  }
  return [columns, relationships];
}

export const ownMembers = ["toJSON", "toObject", "lazy"];

/**
 * Makes classes known by name, which the first use of each does otherwise, and looks at all their
 * relationships, so that a mistake shows when a program starts: `Base.configure(Author, Book, Tag)`.
 * SQLAlchemy's `configure_mappers`.
 * @throws ArgumentError for the first relationship that is declared wrongly.
 */
export function configure(...classes: readonly AnyClass[]): void {
  for (const mapper of classes.map(mapperOf)) {
    for (const relationship of mapper.relationships.values())
      checkRelationship(mapper, relationship);
  }
}

/** Looks a relationship through: its target, its other side, and the foreign keys that hold it. */
export function checkRelationship(mapper: Mapper, relationship: Relationship): void {
  const inverse = inverseOf(mapper, relationship);
  if (relationship.kind === "manyToMany") return void throughOf(mapper, relationship);
  const { child, columns } = foreignKeyOf(mapper, relationship);
  if (inverse === undefined) return;
  const target = targetOf(mapper, relationship);
  const back = foreignKeyOf(target, inverse);
  if (back.columns.every((pair, index) => pair.child === columns[index]?.child)) return;
  const paths = `${pathName(mapper, relationship)} and ${pathName(target, inverse)}`;
  throw new ArgumentError(`${paths} go along different foreign keys.`, {
    code: "back-populates",
    hint: `Give both the same foreignKey, a property of ${child.name}.`,
  });
}
