import { DataError, InvalidRequestError } from "../engine/index.js";
import { describe } from "./column-type.js";
import type { Instance } from "./instance.js";
import type { AnyCol } from "./mapped-types.js";
import type { Mapper, Relationship } from "./mapper.js";
import type { Column, TableOptions } from "./table.js";

// Who is whose variant. How a variant is declared stands in variants.ts.

/**
 * What the classes of one table have in common: a root, which declares the table, and its variants. Their objects share
 * its rows, so that the values of each stand at the same places; a variant has some of the columns. It is Fowler's
 * single table inheritance ("Patterns of Enterprise Application Architecture", 2002), and SQLAlchemy's.
 */
export interface Family {
  /** The discriminator, which says of each row of which class it is. */
  readonly column: Column;
  /** The classes that have rows of their own, by what the discriminator says. */
  readonly classes: Map<string, Mapper>;
  /** What the root declares of the table. */
  readonly root: Part;
  /** What each variant adds to it, by what the discriminator says. */
  readonly parts: Map<string, Part>;
  /** Whether there were objects, after which no value can get another place. */
  used: boolean;
}

/** What one class declares of the table. */
export interface Part {
  readonly declared: Readonly<Record<string, AnyCol>>;
  readonly options: TableOptions;
  readonly columns: readonly Column[];
}

/** Whether the objects of a class are also objects of another one. */
export function isKind(mapper: Mapper, wanted: Mapper): boolean {
  let at: Mapper | undefined = mapper;
  while (at !== undefined && at !== wanted) at = at.parent;
  return at !== undefined;
}

/** Whether objects of one class can be of another: a path of a variant is for those of the objects that are of it. */
export function isAkin(one: Mapper, other: Mapper): boolean {
  return isKind(one, other) || isKind(other, one);
}

/** An object, if it is of a class or of a variant of that. */
export function ofKind(instance: Instance | undefined, wanted: Mapper): Instance | undefined {
  return instance && isKind(instance.mapper, wanted) ? instance : undefined;
}

/** A class and those that it is a variant of, the root last. */
export function lineOf(mapper: Mapper): Mapper[] {
  return mapper.parent === undefined ? [mapper] : [mapper, ...lineOf(mapper.parent)];
}

/** Whether a class has a relationship: at its place others can have another one. */
export function has({ relationships }: Mapper, relationship: Relationship): boolean {
  return relationships.get(relationship.property) === relationship;
}

/** The class that declares a relationship: this one, or the parent that it has it from. */
export function declarerOf(mapper: Mapper, relationship: Relationship): Mapper {
  let at = mapper;
  while (at.parent?.relationships.get(relationship.property) === relationship) at = at.parent;
  return at;
}

/** A class and its variants. */
export function withVariants(mapper: Mapper): Mapper[] {
  if (mapper.family === undefined) return [mapper];
  const others = [...mapper.family.classes.values()].filter((one) => one !== mapper);
  return [mapper, ...others.filter((one) => isKind(one, mapper))];
}

/** What the discriminator says of the rows of a variant; undefined for a class that has all rows of its table. */
export function kindsOf(mapper: Mapper): readonly string[] | undefined {
  if (mapper.parent === undefined) return undefined;
  return withVariants(mapper).flatMap(({ kind }) => kind ?? []);
}

/**
 * The class of a row: where classes share its table, the one that its discriminator says.
 * @throws DataError `unknown-variant` for a value that no class has.
 * @throws InvalidRequestError `variant-unused` while the class that extends the variant was not used.
 */
export function variantOfRow(mapper: Mapper, row: readonly unknown[]): Mapper {
  const { family, root } = mapper;
  if (family === undefined) return mapper;
  const { column, classes } = family;
  family.used = true;
  const kind = row[column.position];
  const found = classes.get(kind as string);
  if (found === undefined) throw unknownKind(root, column, row);
  if (found.parent === undefined || (found.entity !== found.base && !found.replaced)) return found;
  const what = found.replaced ? "was defined again" : "was not used yet";
  throw new InvalidRequestError(`${rowName(root, row)} is of class ${found.name}, which ${what}.`, {
    code: "variant-unused",
    hint: `A class is known from its first use on. Write Base.configure(${root.name}, …) with all classes of its table before rows are loaded.`,
  });
}

function unknownKind(root: Mapper, column: Column, row: readonly unknown[]): DataError {
  const kind = describe(row[column.position]);
  const { name } = root;
  return new DataError(
    `${rowName(root, row)}: its ${column.property} is ${kind}, which no class has.`,
    {
      code: "unknown-variant",
      hint: `Declare class … extends ${name}.variant(${kind}, { … }), and import its module before rows are loaded; or correct the row.`,
    },
  );
}

function rowName({ name, table }: Mapper, row: readonly unknown[]): string {
  return `${name} ${table.primaryKey.map(({ position }) => String(row[position])).join(", ")}`;
}

/** The error of a row that is of another class than its object. */
export function changedVariant(
  mapper: Mapper,
  row: readonly unknown[],
  found: Mapper,
): InvalidRequestError {
  return new InvalidRequestError(
    `${rowName(mapper, row)} is of class ${found.name} in the database, and its object is not.`,
    {
      code: "variant-changed",
      hint: "Another program made it so, or the class was defined again. Take the object out of the session, session.expunge(…), and load the row anew.",
    },
  );
}

/** Whether a column is the discriminator of its class. */
export function isDiscriminator({ family }: Mapper, column: Column): boolean {
  return family !== undefined && family.column === column;
}

export function kindIsFixed({ name }: Mapper, { property }: Column): InvalidRequestError {
  return new InvalidRequestError(
    `${name}.${property} says of which class a row is, and cannot be set.`,
    {
      code: "discriminator-value",
      hint: "Leave it out: the class says it. A row becomes one of another class by SQL of your own.",
    },
  );
}

/** The error of a class that has no rows of its own. */
export function abstractClass({ name }: Mapper): InvalidRequestError {
  return new InvalidRequestError(`${name} has no rows of its own, only its variants have.`, {
    code: "abstract-class",
    hint: `Make an object of a variant; or give ${name} a value: { discriminator: { column, value } }.`,
  });
}

/**
 * A column that the object of a variant must have, and the database would not miss: there it can be NULL.
 * @param isKnown whether a column has a value.
 */
export function refuseMissing(mapper: Mapper, isKnown: (column: Column) => boolean): void {
  const missing = mapper.columns.find(
    (column) =>
      column.shared && !column.nullable && !column.default && !column.generated && !isKnown(column),
  );
  if (missing === undefined) return;
  throw new InvalidRequestError(`${mapper.name}.${missing.property} has no value.`, {
    code: "null-value",
    hint: "Give it one, or declare the column with .nullable().",
  });
}
