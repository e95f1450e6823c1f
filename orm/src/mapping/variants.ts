import { ArgumentError } from "../engine/index.js";
import { defineAccessors } from "./accessors.js";
import { misuse } from "./column.js";
import { describe } from "./column-type.js";
import { newVariantClass } from "./entity.js";
import type { Family, Part } from "./family.js";
import { toHybrids } from "./hybrid.js";
import { type AnyOptions, openMapper, ownMembers, split, toRelationships } from "./mapped.js";
import type { AnyCol, Declarations } from "./mapped-types.js";
import type { AnyClass, Mapper, Relationship } from "./mapper.js";
import { checkOptions } from "./naming.js";
import { replace } from "./registry.js";
import { type Column, toTable } from "./table.js";
import { implyLinkTable } from "./through.js";
import type { Discriminator } from "./variant-types.js";

/**
 * The family of a class that is declared with a discriminator.
 * @throws ArgumentError `discriminator` for a column that cannot be one.
 */
export function newFamily(
  place: string,
  columns: readonly Column[],
  declared: Part["declared"],
  { discriminator, hybrids: _, filters: __, ...options }: AnyOptions,
): Family | undefined {
  if (discriminator === undefined) return undefined;
  checkOptions(`${place}, discriminator`, discriminator, ["column", "value"]);
  const column = columns.find(({ property }) => property === discriminator.column);
  const isSet = column?.default ?? column?.generated;
  if (column === undefined || column.nullable || column.primaryKey || isSet) {
    throw new ArgumentError(`${place}: ${discriminator.column} cannot tell classes apart.`, {
      code: "discriminator",
      hint: 'Name a column of text that is always there: kind: varchar(20), { discriminator: { column: "kind" } }.',
    });
  }
  const root = { declared, options, columns };
  return { column, classes: new Map(), root, parts: new Map(), used: false };
}

/**
 * What the discriminator is to say, checked.
 * @throws ArgumentError `discriminator`
 */
export function checkedKind(place: string, { column }: Family, kind: unknown): string {
  if (typeof kind === "string" && kind !== "") {
    try {
      column.type.take(kind);
      return kind;
    } catch {
      // It is refused below, as what is no text.
    }
  }
  throw new ArgumentError(`${place}: ${column.property} cannot be ${describe(kind)}.`, {
    code: "discriminator",
    hint: 'Write what the column says of a row of the class: Employee.variant("manager", { … }).',
  });
}

/**
 * A class whose objects are rows of its parent's table: `class Manager extends Employee.variant("manager", { … }) {}`.
 * The table gets its columns; there they can be NULL, as other rows have none.
 * @throws ArgumentError `variant-property` for a name that is taken, `variant-late` once there are objects.
 */
export function variant(
  parent: Mapper,
  extended: AnyClass,
  given: unknown,
  declarations: Declarations,
  options: AnyOptions = {},
): AnyClass {
  const { root, table, registry } = parent;
  const family = parent.family as Family;
  const kind = checkedKind(`${parent.name}.variant()`, family, given);
  const place = `variant(${JSON.stringify(kind)})`;
  const { hybrids: declaredHybrids, ...tableOptions } = options;
  checkOptions(place, tableOptions, ["uniques", "indexes", "foreignKeys", "checks"]);
  const earlier = family.classes.get(kind);
  if (earlier === root) throw kindTaken(place, root, family);
  const [declared, related] = split(place, declarations);
  refuseTaken(place, parent, kind, declarations);
  for (const [property, column] of Object.entries(declared)) refuseKey(place, property, column);
  const names = Object.keys(related);
  if (family.used && !isAlike(family.parts.get(kind), declared, earlier, names)) {
    throw tooLate(place, root);
  }
  const taken = [...Object.keys(declarations), ...namesOf(parent), ...ownMembers];
  const hybrids = toHybrids(place, declaredHybrids, taken);
  const part = widen(root, family, kind, { declared, options: tableOptions, columns: [] });
  const columns = [...parent.columns, ...part.columns];
  const first = table.columns.length + parent.relationships.size;
  const own = toRelationships(place, related, first);
  const mapper = openMapper(
    registry,
    {
      ...{ table, columns, name: place, family, parent, root, kind },
      relationships: new Map([...parent.relationships, ...unfrozen(own)]),
      hybrids: new Map([...parent.hybrids, ...hybrids]),
      filters: parent.filters,
    },
    (made) => newVariantClass(made, extended),
  );
  if (earlier !== undefined) replace(earlier);
  family.classes.set(kind, mapper);
  placeRelationships(root, family);
  for (const { options } of own.values()) {
    if (options.through !== undefined) implyLinkTable(registry, options.through);
  }
  return mapper.base;
}

/** Relationships whose place can change, as the table is not whole before its last variant is declared. */
export function unfrozen(relationships: ReadonlyMap<string, Relationship>) {
  return new Map(Array.from(relationships, ([property, one]) => [property, { ...one }]));
}

/** Gives the table the columns of a variant. Those that are there keep their places, or move behind new ones. */
function widen(root: Mapper, family: Family, kind: string, added: Part): Part {
  const { table, registry } = root;
  const parts = new Map(family.parts).set(kind, added);
  const all = [family.root, ...parts.values()];
  const lists = (name: "uniques" | "indexes" | "foreignKeys" | "checks") =>
    all.flatMap(({ options }) => (options[name] ?? []) as never[]);
  const options = {
    uniques: lists("uniques"),
    indexes: lists("indexes"),
    foreignKeys: lists("foreignKeys"),
    checks: lists("checks"),
  };
  const declared = Object.assign({}, ...all.map((part) => part.declared));
  const made = toTable(table.name, declared, options, registry.naming);
  const known = new Map(
    all.flatMap(({ columns }) => columns.map((column) => [column.property, column] as const)),
  );
  const columns = made.columns.map((column) => {
    const old = known.get(column.property);
    return old ? Object.assign(old, { position: column.position }) : { ...column, shared: true };
  });
  Object.assign(table, { ...made, columns, primaryKey: table.primaryKey });
  const part = {
    ...added,
    columns: columns.filter(({ property }) => Object.hasOwn(added.declared, property)),
  };
  family.parts.set(kind, part);
  return part;
}

/** Relationships stand behind all columns: those of a parent at the same places as in its variants. */
function placeRelationships(root: Mapper, { classes }: Family): void {
  for (const mapper of new Set([root, ...classes.values()])) {
    let position = root.table.columns.length;
    for (const relationship of mapper.relationships.values()) {
      Object.assign(relationship, { position });
      position += 1;
    }
    defineAccessors(mapper.base.prototype, mapper);
  }
}

/** Whether a variant is declared again as it was, so that all values keep their places. */
function isAlike(
  part: Part | undefined,
  declared: Part["declared"],
  earlier: Mapper | undefined,
  related: readonly string[],
): boolean {
  if (part === undefined || earlier?.parent === undefined) return false;
  const known = [...earlier.relationships.keys()].slice(earlier.parent.relationships.size);
  const isSame = (one: readonly string[], other: readonly string[]) => one.join() === other.join();
  return isSame(Object.keys(part.declared), Object.keys(declared)) && isSame(known, related);
}

function namesOf({ properties, relationships, hybrids }: Mapper): string[] {
  return [...properties.keys(), ...relationships.keys(), ...hybrids.keys()];
}

/** Refuses what the parent has already, and a column that another variant has. */
function refuseTaken(place: string, parent: Mapper, kind: string, declarations: object): void {
  const { parts } = parent.family as Family;
  const others = [...parts].filter(([other]) => other !== kind);
  for (const property of Object.keys(declarations)) {
    const isParents = namesOf(parent).includes(property);
    const other = others.find(([, { declared }]) => Object.hasOwn(declared, property))?.[0];
    if (!isParents && other === undefined) continue;
    const { name } = parent.root;
    const [what, hint] = isParents
      ? [`${parent.name} has it already`, "Leave it out: a variant has all that its parent has."]
      : [
          `${JSON.stringify(other)} has a column of that name in the same table`,
          `Declare ${property} once, in ${name}; or give one of them another name. Where a cell was changed, run that of ${name} first.`,
        ];
    throw new ArgumentError(`${place}.${property}: ${what}.`, { code: "variant-property", hint });
  }
}

/** The key and the version are those of every row. */
function refuseKey(place: string, property: string, column: AnyCol): void {
  const { primaryKey, version } = column.definition ?? {};
  if (!primaryKey && !version) return;
  const what = `${place}.${property}: a ${primaryKey ? "key" : "version"} is that of every row of the table`;
  throw misuse(what, "Declare it in the class that has the discriminator.");
}

function kindTaken(place: string, { name }: Mapper, { column }: Family): ArgumentError {
  return new ArgumentError(`${place}: that is what ${column.property} says of ${name} itself.`, {
    code: "discriminator",
    hint: "Give the variant another value.",
  });
}

function tooLate(place: string, { name }: Mapper): ArgumentError {
  return new ArgumentError(`${place}: there were objects of ${name} before.`, {
    code: "variant-late",
    hint: `Declare all variants before the first object is made or loaded; in a notebook, run the cell of ${name} again.`,
  });
}

/** What the discriminator says of the root itself, if it has rows of its own. */
export function rootKind(
  place: string,
  family: Family,
  { value }: Discriminator,
): string | undefined {
  return value === undefined ? undefined : checkedKind(place, family, value);
}
