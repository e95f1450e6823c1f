import { ArgumentError } from "../engine/index.js";
import { withVariants } from "./family.js";
import type { AnyClass, Mapper, Registry } from "./mapper.js";
import type { Table } from "./table.js";

/** A {@link Mapper} as this floor changes it: its class becomes known, and it is replaced. */
export type OpenMapper = { -readonly [K in keyof Mapper]: Mapper[K] };

/** The mappers by their tables. */
export const mappedTables: WeakMap<Table, Mapper> = new WeakMap();

/** The mapper of a table; undefined for a table between two classes that nobody mapped. */
export function mapperOfTable(table: Table): Mapper | undefined {
  return mappedTables.get(table);
}

/** Puts a mapper in its registry, in place of an earlier one of the same table. */
export function addMapper(mapper: Mapper): void {
  const { registry, table } = mapper;
  const earlier = registry.mappers.get(table.name);
  if (earlier !== undefined) replace(earlier);
  registry.mappers.set(table.name, mapper);
  mappedTables.set(table, mapper);
  registry.metadata.add(table);
  dropUnusedLinks(registry);
}

/**
 * Notes which class extends the one that `mapped` gave. That is known when the class is used for the first
 * time; until then it has no name.
 * @throws ArgumentError `inheritance` for a second class, and for a subclass of a mapped class.
 */
export function recordClass(mapper: Mapper, entity: AnyClass): Mapper {
  if (entity === mapper.base) return mapper;
  if (mapper.entity !== mapper.base || Object.getPrototypeOf(entity) !== mapper.base) {
    throw new ArgumentError(`Class ${entity.name} cannot be mapped as ${mapper.name} is.`, {
      code: "inheritance",
      hint: mapper.family
        ? `Write class ${entity.name} extends ${mapper.name}.variant("…", { … }).`
        : `Write class ${entity.name} extends Base.mapped(…), with a table of its own.`,
    });
  }
  const earlier = mapper.registry.classes.get(entity.name);
  if (earlier !== undefined && !earlier.replaced && !mapper.replaced) forget(earlier);
  if (!mapper.replaced) mapper.registry.classes.set(entity.name, mapper);
  Object.assign(mapper as OpenMapper, { entity, name: entity.name || mapper.name });
  return mapper;
}

/** Replaces a class by another one of its name that has another table. */
export function forget(mapper: Mapper): void {
  replace(mapper);
  if (mapper.parent !== undefined) return;
  mapper.registry.mappers.delete(mapper.table.name);
  mapper.registry.metadata.tables.delete(mapper.table.name);
  dropUnusedLinks(mapper.registry);
}

/** Forgets the tables between that no relationship names any more. */
export function dropUnusedLinks({ mappers, metadata }: Registry): void {
  const relationships = [...mappers.values()]
    .flatMap(withVariants)
    .flatMap((mapper) => [...mapper.relationships.values()]);
  const used = new Set(relationships.map(({ options }) => options.through));
  for (const name of metadata.implied.keys()) if (!used.has(name)) metadata.implied.delete(name);
}

/** Marks a mapper whose name was mapped again. A notebook runs cells twice; elsewhere it is worth a warning. */
export function replace(mapper: Mapper): void {
  for (const one of withVariants(mapper)) (one as OpenMapper).replaced = true;
  if (Symbol.for("course.onShutdown") in globalThis) return;
  const text = `${mapper.name} (table ${mapper.table.name}) was mapped again; the later one counts.`;
  process.emitWarning(text, { code: "ormlet-mapped-again" });
}

/** The mapper of a class by its name, as a relationship gives it; undefined until the class was used. */
export function classNamed(registry: Registry, name: string): Mapper | undefined {
  const mapper = registry.classes.get(name);
  return mapper?.replaced ? undefined : mapper;
}
