import { ArgumentError } from "../engine/index.js";
import { column } from "./column.js";
import { lowerFirst } from "./errors.js";
import { declarerOf, withVariants } from "./family.js";
import type { AnyCol } from "./mapped-types.js";
import type { Mapper, Registry, Relationship } from "./mapper.js";
import { foreignKeysTo, keyPairs } from "./relationship-keys.js";
import { pathName, remembered, targetOf } from "./relationship-target.js";
import { type Column, type Table, toTable } from "./table.js";

/** A column of a table between two classes, and the key column of the class that it points at. */
export interface LinkColumn {
  readonly link: Column;
  readonly end: Column;
}

/** The table between the two classes of a manyToMany relationship, and its columns by where they point. */
export interface Through {
  readonly table: Table;
  /** At the class that declares the relationship. */
  readonly own: readonly LinkColumn[];
  readonly target: readonly LinkColumn[];
}

/**
 * The table between of a manyToMany relationship: a mapped one, or the one that {@link linkTable} makes.
 * @throws ArgumentError `through` when its foreign keys do not lead to each of the two classes once.
 */
export function throughOf(mapper: Mapper, relationship: Relationship): Through {
  return remembered(knownThroughs, mapper, relationship, (target) => {
    const { through = "", foreignKey } = relationship.options;
    const { tables, implied } = mapper.registry.metadata;
    const table = tables.get(through) ?? (implied.get(through)?.() as Table);
    const own = foreignKeysTo(table, mapper, foreignKey);
    const back = foreignKeysTo(table, target).filter((key) => key !== own[0]);
    const [[toOwn], [toTarget]] = [own, back];
    if (!toOwn || !toTarget || own.length + back.length > 2)
      throw refuseThrough(mapper, relationship);
    const links = (key: typeof toOwn, end: Mapper) =>
      keyPairs(table, key, end.table).map(({ child, parent }) => ({ link: child, end: parent }));
    return { table, own: links(toOwn, mapper), target: links(toTarget, target) };
  });
}

export const knownThroughs = new WeakMap<Relationship, { target: Mapper; value: Through }>();

export function refuseThrough(mapper: Mapper, relationship: Relationship): ArgumentError {
  const { options, target } = relationship;
  const path = pathName(mapper, relationship);
  return new ArgumentError(
    `${path}: table ${options.through} needs one foreign key to ${mapper.name} and one to ${target}.`,
    {
      code: "through",
      hint: 'With several, name the property of the one to this class: { foreignKey: "followerId" }.',
    },
  );
}

/** Tells metadata of the table between, for when DDL is asked for and nobody has mapped it. */
export function implyLinkTable(registry: Registry, name: string): void {
  let table: Table | undefined;
  registry.metadata.implied.set(name, () => {
    table ??= linkTable(registry, name);
    return table;
  });
}

/**
 * The table between two classes, when it is not mapped: `book_tags (book_id, tag_id)`, both together its
 * primary key. The names of the two classes are those by which they call each other.
 * @throws ArgumentError `through`, `unknown-target`
 */
export function linkTable(registry: Registry, name: string): Table {
  const columns: Record<string, AnyCol> = {};
  const foreignKeys = linkEnds(registry, name).map(([end, { table }]) => {
    const link = (key: Column) => `${lowerFirst(end)}_${key.name}`;
    for (const key of table.primaryKey) columns[link(key)] = column(key.type).primaryKey();
    const references = table.primaryKey.map((key) => `${table.name}.${key.name}`);
    return { columns: table.primaryKey.map(link), references, onDelete: "cascade" } as const;
  });
  return toTable(name, columns, { foreignKeys }, registry.naming);
}

/** The two classes of a table between, each with its name: from both declarations, or from one and its target. */
export function linkEnds(registry: Registry, name: string): [string, Mapper][] {
  const sides = [...registry.mappers.values()]
    .flatMap(withVariants)
    .flatMap((mapper) =>
      [...mapper.relationships.values()]
        .filter((one) => one.options.through === name && declarerOf(mapper, one) === mapper)
        .map((relationship) => ({ mapper, relationship })),
    );
  const [one, other, third] = sides;
  if (one === undefined || third !== undefined) throw unclearThrough(name);
  const { mapper, relationship } = one;
  const target = other?.mapper ?? targetOf(mapper, relationship);
  const isNamed = other !== undefined || mapper.entity !== mapper.base;
  if (target === mapper || !isNamed) throw unclearThrough(name);
  return [
    [other?.relationship.target ?? mapper.name, mapper],
    [relationship.target, target],
  ];
}

export function unclearThrough(name: string): ArgumentError {
  return new ArgumentError(`The columns of table ${name} cannot be known from its relationships.`, {
    code: "through",
    hint: `Write Base.configure(…) with its classes first; or map it, Base.mapped("${name}", { … }).`,
  });
}
