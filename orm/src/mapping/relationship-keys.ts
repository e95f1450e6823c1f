import { ArgumentError } from "../engine/index.js";
import { lowerFirst } from "./errors.js";
import { declarerOf } from "./family.js";
import type { Mapper, Relationship } from "./mapper.js";
import { pathName, remembered } from "./relationship-target.js";
import type { Column, ForeignKey, Table } from "./table.js";

/** A foreign key that a relationship goes along, whichever side has it. */
export interface RelationshipKey {
  /** Whether the class that declares the relationship has the foreign key, or its target. */
  readonly side: "own" | "target";
  readonly child: Mapper;
  readonly parent: Mapper;
  readonly columns: readonly KeyPair[];
}

/** A column of a foreign key, and the one that it takes its value from. */
export interface KeyPair {
  readonly child: Column;
  readonly parent: Column;
}

/**
 * The foreign key of a relationship that is not manyToMany.
 * @throws ArgumentError `no-foreign-key` or `ambiguous-foreign-key`
 */
export function foreignKeyOf(given: Mapper, relationship: Relationship): RelationshipKey {
  const mapper = declarerOf(given, relationship);
  return remembered(knownKeys, mapper, relationship, (target) => {
    const all = sidesOf(mapper.root, target.root, relationship).flatMap((side) => {
      const [child, parent] = side === "own" ? [mapper, target] : [target, mapper];
      return foreignKeysTo(child.table, parent, relationship.options.foreignKey).map((key) => ({
        ...{ side, child, parent },
        columns: keyPairs(child.table, key, parent.table),
      }));
    });
    // The table of a variant has columns of other classes as well.
    const found = all.filter(({ child, columns }) =>
      columns.every((pair) => child.columns.includes(pair.child)),
    );
    if (found[1] !== undefined) throw ambiguousKey(mapper, relationship, found);
    return found[0] ?? refuseMissing(mapper, target, relationship);
  });
}

export const knownKeys = new WeakMap<Relationship, { target: Mapper; value: RelationshipKey }>();

/** The sides on which a relationship can have its foreign key. A row that points at its own table has only one. */
export function sidesOf(
  mapper: Mapper,
  target: Mapper,
  { kind, options }: Relationship,
): readonly ("own" | "target")[] {
  if (kind === "manyToOne") return ["own"];
  if (kind === "oneToMany") return ["target"];
  if (mapper !== target) return ["own", "target"];
  return options.foreignKey === undefined ? ["target"] : ["own"];
}

/** The foreign keys of a table that lead to a class; only that of the properties, where some are given. */
export function foreignKeysTo(
  table: Table,
  parent: Mapper,
  properties?: string | readonly string[],
): ForeignKey[] {
  const wanted = properties === undefined ? undefined : [properties].flat().join();
  return table.foreignKeys.filter((key) => {
    if (key.table !== parent.table.name) return false;
    const columns = keyPairs(table, key, parent.table).map(({ child }) => child.property);
    return wanted === undefined || wanted === columns.join();
  });
}

/** The columns of a foreign key, each with the column of the table that it points at. */
export function keyPairs(table: Table, key: ForeignKey, parent: Table): KeyPair[] {
  return key.columns.map((name, index) => ({
    child: columnNamed(table, name, key),
    parent: columnNamed(parent, key.references[index], key),
  }));
}

export function columnNamed(table: Table, name: string | undefined, key: ForeignKey): Column {
  const column = table.columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  throw new ArgumentError(`Foreign key ${key.name}: table ${table.name} has no column ${name}.`, {
    code: "unknown-column",
    hint: `Write references("${table.name}.${table.primaryKey[0]?.name}"), as it is in the database.`,
  });
}

/** The error of a relationship that no foreign key holds; it says which column to write, and where. */
export function refuseMissing(mapper: Mapper, target: Mapper, relationship: Relationship): never {
  const { kind, options } = relationship;
  const [child, parent] = kind === "oneToMany" ? [target, mapper] : [mapper, target];
  const [wanted] = [options.foreignKey ?? []].flat();
  const property = wanted ?? `${lowerFirst(parent.name)}Id`;
  const by = wanted === undefined ? "" : ` by ${wanted}`;
  const key = `${parent.table.name}.${parent.table.primaryKey[0]?.name}`;
  throw new ArgumentError(
    `${pathName(mapper, relationship)}: no foreign key leads from ${child.name} to ${parent.name}${by}.`,
    {
      code: "no-foreign-key",
      hint: `Write in ${child.name}: ${property}: integer().references("${key}").`,
    },
  );
}

export function ambiguousKey(
  mapper: Mapper,
  relationship: Relationship,
  found: readonly RelationshipKey[],
): ArgumentError {
  const { kind, target } = relationship;
  const names = found.map(({ columns }) => columns.map(({ child }) => child.property).join(", "));
  const path = pathName(mapper, relationship);
  return new ArgumentError(`${path}: several foreign keys lead there: ${names.join("; ")}.`, {
    code: "ambiguous-foreign-key",
    hint: `Say which, ${kind}<${target}>("${target}", { foreignKey: "${names[0]}" }).`,
  });
}
