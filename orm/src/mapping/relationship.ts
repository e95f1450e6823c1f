import { brand } from "../engine/brand.js";
import { ArgumentError } from "../engine/index.js";
import type { AnyRel } from "./mapped-types.js";
import type { Relationship, RelationshipKind, RelationshipOptions } from "./mapper.js";
import { checkOptions, didYouMean } from "./naming.js";

/** Options of the relationships that go along a foreign key of one of the two tables. */
export type KeyOptions = Omit<RelationshipOptions, "through">;

export interface ThroughOptions extends RelationshipOptions {
  readonly through: string;
}

/** A relationship as written in `mapped`. `E` is the related class, `Many` whether there can be several. */
export class Rel<E, Many extends boolean> {
  declare readonly related?: (related: E) => E;
  readonly kind: RelationshipKind;
  readonly many: Many;
  readonly target: string;
  readonly options: RelationshipOptions;

  constructor(kind: RelationshipKind, many: Many, target: string, options: RelationshipOptions) {
    this.kind = kind;
    this.many = many;
    this.target = target;
    this.options = Object.freeze({ ...options });
    brand(this, "relationship");
  }
}

/**
 * Many objects of another class, whose rows point at this one: `books: oneToMany<Book>("Book")`.
 * The class is named by a string, because it may be declared later; the type comes from `<Book>`.
 * @example
 * ```ts
 * class Shelf extends Base.mapped("shelves", {
 *   id: integer().primaryKey(),
 *   boxes: oneToMany<Box>("Box", { backPopulates: "shelf", cascade: "all, delete-orphan" }),
 * }) {}
 * class Box extends Base.mapped("boxes", {
 *   id: integer().primaryKey(),
 *   label: varchar(20),
 *   shelfId: integer().references("shelves.id"),
 *   shelf: manyToOne<Shelf>("Shelf", { backPopulates: "boxes" }),
 * }) {}
 * await Base.metadata.createAll(engine);
 *
 * const shelf = new Shelf({ boxes: [new Box({ label: "Maps" })] });
 * session.add(shelf);
 * await session.commit();
 * console.log(shelf.boxes[0]?.shelfId, shelf.boxes[0]?.shelf === shelf); // 1 true
 * ```
 * @example
 * ```ts
 * // Author.books has the cascade "all, delete-orphan": books go with their author.
 * const anonymous = await session.get(Author, 3);
 * if (anonymous) session.delete(anonymous);
 * await session.commit();
 * console.log(await session.query(Book).count()); // 3
 * ```
 */
export function oneToMany<E>(target: string, options: KeyOptions = {}): Rel<E, true> {
  return new Rel("oneToMany", true, target, options);
}

/**
 * One object of another class, or null, which this one's row points at: `author: manyToOne<Author>("Author")`.
 * @example
 * ```ts
 * const beowulf = await session.scalars(
 *   select(Book).where(Book.c.title.eq("Beowulf")).options(joinedload(Book.r.author)),
 * ).one();
 * console.log(beowulf.author?.name); // Anonymous
 * ```
 */
export function manyToOne<E>(target: string, options: KeyOptions = {}): Rel<E, false> {
  return new Rel("manyToOne", false, target, options);
}

/**
 * One object of another class, or null; the foreign key can be on either side, and should be unique.
 * @example
 * ```ts
 * const ada = await session.scalars(
 *   select(Member).where(Member.c.name.eq("Ada")).options(joinedload(Member.r.card)),
 * ).one();
 * console.log(ada.card?.code); // C-001
 * ```
 */
export function oneToOne<E>(target: string, options: KeyOptions = {}): Rel<E, false> {
  return new Rel("oneToOne", false, target, options);
}

/**
 * Many objects of another class, by a table between the two: `manyToMany<Tag>("Tag", { through: "book_tags" })`.
 * A table that is not mapped is made: its columns are named after the two classes, `book_id` and `tag_id`.
 * @example
 * ```ts
 * const emma = await session.scalars(
 *   select(Book).where(Book.c.title.eq("Emma")).options(selectinload(Book.r.tags)),
 * ).one();
 * console.log(emma.tags.map(({ name }) => name).sort()); // [ 'classic', 'love' ]
 *
 * const epic = await session.scalars(select(Tag).where(Tag.c.name.eq("epic"))).one();
 * emma.tags.push(epic);
 * await session.commit(); // INSERT INTO `book_tags` (`book_id`, `tag_id`) VALUES (?, ?)
 * console.log(emma.tags.length); // 3
 * ```
 */
export function manyToMany<E>(target: string, options: ThroughOptions): Rel<E, true> {
  return new Rel("manyToMany", true, target, options);
}

/** Whether a relationship can have several objects on its other side. */
export function isToMany({ kind }: Relationship): boolean {
  return kind === "oneToMany" || kind === "manyToMany";
}

export const optionNames = ["backPopulates", "cascade", "foreignKey", "orderBy", "passiveDeletes"];

/** What a relationship can do to related objects, in SQLAlchemy's words. */
export type Cascade = "save-update" | "merge" | "delete" | "delete-orphan";

export const cascades: readonly Cascade[] = ["save-update", "merge", "delete", "delete-orphan"];

/**
 * A relationship of a mapper, from what was written.
 * @param place for errors: `mapped("books").author`.
 * @throws ArgumentError for an option that is misspelt, or a table between that is missing.
 */
export function toRelationship(
  place: string,
  { kind, target, options }: AnyRel,
  property: string,
  position: number,
): Relationship {
  const needsThrough = kind === "manyToMany";
  checkOptions(`${place}: ${kind}`, options, [
    ...(needsThrough ? ["through"] : []),
    ...optionNames,
  ]);
  if (typeof target !== "string" || target === "" || (needsThrough && !options.through)) {
    const through = needsThrough ? ', { through: "book_tags" }' : "";
    const what = needsThrough ? "a class, and of the table between" : "a class";
    throw new ArgumentError(`${place}: ${kind} needs the name of ${what}.`, {
      code: "relationship-target",
      hint: `Write ${kind}<Tag>("Tag"${through}).`,
    });
  }
  checkCascade(place, kind, options.cascade);
  return Object.freeze({ kind, property, position, target, options });
}

export function checkCascade(
  place: string,
  kind: RelationshipKind,
  text: string | undefined,
): void {
  const names: readonly string[] = [...cascades, "all", "none"];
  const words = cascadeWords(text);
  const wrong = words.find((word) => !names.includes(word));
  const orphan = words.includes("delete-orphan") && kind.startsWith("many");
  if (wrong === undefined && !orphan) return;
  throw new ArgumentError(`${place}: ${kind} has no cascade ${wrong ?? "delete-orphan"}.`, {
    code: "cascade",
    hint: orphan
      ? "An object on the side of many has other parents; write it at the oneToMany of the parent."
      : `${didYouMean(wrong ?? "", names)}Write some of ${names.join(", ")}, with commas between.`,
  });
}

export function cascadeWords(text = "save-update, merge"): string[] {
  return text.split(",").map((word) => word.trim());
}

/** What a relationship does to related objects; `all` is everything but delete-orphan. */
export function cascadeOf(relationship: Relationship): ReadonlySet<Cascade> {
  const known = knownCascades.get(relationship);
  if (known !== undefined) return known;
  const words = cascadeWords(relationship.options.cascade);
  const all = words.includes("all") ? cascades.slice(0, 3) : [];
  const found = new Set([...all, ...cascades.filter((cascade) => words.includes(cascade))]);
  knownCascades.set(relationship, found);
  return found;
}

/** A flush asks for each object. */
const knownCascades = new WeakMap<Relationship, ReadonlySet<Cascade>>();
