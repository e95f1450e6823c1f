import { ArgumentError } from "../engine/index.js";
import { describe } from "./column-type.js";
import type { Family } from "./family.js";
import type { DeclaredFilter } from "./filters.js";
import type { Hybrid } from "./hybrid.js";
import { type Instance, type InstanceOwner, instanceIn, type Standing } from "./instance.js";
import type { Metadata } from "./metadata.js";
import type { Naming } from "./naming.js";
import { recordClass } from "./registry.js";
import type { Column, Table } from "./table.js";

export type RelationshipKind = "oneToMany" | "manyToOne" | "oneToOne" | "manyToMany";

/** A relationship as declared, `books: oneToMany<Book>("Book", …)`. Its target is found when it is first used. */
export interface Relationship {
  readonly kind: RelationshipKind;
  readonly property: string;
  /** Its place in an object's values, behind the columns. */
  readonly position: number;
  /** The name of the target class. */
  readonly target: string;
  readonly options: RelationshipOptions;
}

/** What happens along relationships beside the change itself; a later floor knows that. */
export interface RelationshipBehaviour {
  /** Told after a relationship of an object was changed: which objects came, and which left. */
  changed(
    instance: Instance,
    relationship: Relationship,
    added: readonly object[],
    removed: readonly object[],
  ): void;
  /** What `author.lazy.books` gives: the value of the relationship, loaded when it is not in memory. */
  lazy(instance: Instance, relationship: Relationship): Promise<unknown>;
}

export interface RelationshipOptions {
  /** The relationship of the target that is the other side of this one. */
  readonly backPopulates?: string;
  /**
   * What is done with related objects, with commas between: save-update, merge, delete, delete-orphan; `all` is
   * everything but delete-orphan. Default `"save-update, merge"`.
   */
  readonly cascade?: string;
  /** For manyToMany: the table between. */
  readonly through?: string;
  /**
   * The property of the column with the foreign key, where several lead to the target. For manyToMany: the
   * column of the table between that points at this class.
   */
  readonly foreignKey?: string | readonly string[];
  /**
   * How a collection is sorted when it is loaded: properties of the related class, `"title"`, `"price desc"`.
   * What the program adds stands where it was added.
   */
  readonly orderBy?: string | readonly string[];
  /**
   * When an object of this class is deleted, what is not in memory of the relationship is left to the foreign
   * keys' ON DELETE. Without it, related rows are loaded first, and deleted or let go. Default false.
   */
  readonly passiveDeletes?: boolean;
}

/** A class that can be mapped: what a {@link Mapper} makes objects of. */
export type AnyClass = abstract new (...values: never[]) => object;

/** The classes of one `declarativeBase()`, by name. */
export interface Registry {
  readonly metadata: Metadata;
  readonly naming: Naming;
  readonly behaviour: RelationshipBehaviour;
  /** The mapper of each table name that was mapped last. */
  readonly mappers: Map<string, Mapper>;
  /** The mapper of each class name that was used. */
  readonly classes: Map<string, Mapper>;
}

/** What ormlet knows of one mapped class. */
export interface Mapper {
  readonly registry: Registry;
  /** Its table; {@link Family variants} share that of their root. */
  readonly table: Table;
  /** The columns of the class: all of the table, but for classes that share it. */
  readonly columns: readonly Column[];
  readonly properties: ReadonlyMap<string, Column>;
  readonly relationships: ReadonlyMap<string, Relationship>;
  readonly hybrids: ReadonlyMap<string, Hybrid>;
  readonly filters: ReadonlyMap<string, DeclaredFilter>;
  /** For a class whose table has rows of several classes: what they have in common. */
  readonly family: Family | undefined;
  /** The class that declares the table: for one that shares no table, this one. */
  readonly root: Mapper;
  /** For a variant, the class that it is a variant of. */
  readonly parent: Mapper | undefined;
  /** What the discriminator says of a row of this very class. */
  readonly kind: string | undefined;
  /** The class that `mapped` gave. */
  readonly base: AnyClass;
  /** The user's class, which extends it; until that has been used for the first time, the same as `base`. */
  readonly entity: AnyClass;
  /** The name of the class, for errors: "Author"; until it has been used, `mapped("authors")`. */
  readonly name: string;
  /** Whether the same name was mapped again later, as by a cell that is run twice. */
  readonly replaced: boolean;
  /** The object of a row, which becomes its values, made without calling the constructor of the class. */
  readonly fromRow: (row: unknown[], standing: Standing) => object;
  /** As `fromRow`, with an instance: persistent, and of the session that is given; transient without one. */
  readonly make: (values: unknown[], owner?: InstanceOwner) => Instance;
}

/** The static property of the class that `mapped` gave, in which its {@link Mapper} is kept. */
export const mapperKey: symbol = Symbol.for("ormlet.mapper");

/** The mapper of a class that extends `Base.mapped(…)`, or undefined for anything else. */
export function mapperIn(value: unknown): Mapper | undefined {
  if (typeof value !== "function") return instanceIn(value)?.mapper;
  const mapper = (value as unknown as Record<symbol, Mapper | undefined>)[mapperKey];
  return mapper && mapper.entity !== value ? recordClass(mapper, value as never) : mapper;
}

/** Whether a value is a mapped class, or an object of one. */
export function isMapped(value: unknown): boolean {
  return mapperIn(value) !== undefined;
}

/**
 * What ormlet knows of a mapped class. The first use of a class tells its name.
 * @throws ArgumentError `not-mapped` for anything else, `inheritance` for a subclass of a mapped class.
 */
export function mapperOf(entity: unknown): Mapper {
  const mapper = mapperIn(entity);
  const isClass = typeof entity === "function";
  if (mapper !== undefined && isClass) return mapper;
  const what = isClass ? `Class ${entity.name}` : describe(entity);
  throw new ArgumentError(`${what} is not ${mapper ? "a class" : "mapped"}.`, {
    code: "not-mapped",
    hint: mapper
      ? `Write the class, ${mapper.name}; an object is for add, delete and refresh of a session.`
      : 'Declare it as class Author extends Base.mapped("authors", { … }) {}.',
  });
}
