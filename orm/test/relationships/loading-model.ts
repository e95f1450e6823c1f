import type mysql from "mysql2/promise";
import { instanceOf } from "../../src/mapping/instance.js";
import type { Path } from "../../src/mapping/path.js";
import type { LoadOption } from "../../src/query/index.js";
import { joinedload, selectinload } from "../../src/relationships/index.js";
import { Author, Book, Item, Portrait, Publisher, Shelf, Tag, Topic } from "./bookshop.js";

/** What loading must give, told without the code under test: rows as plain objects, relationships as functions. */

export const classes = { Publisher, Author, Portrait, Book, Tag, Topic, Shelf, Item };
export type Kind = keyof typeof classes;

/** One row; `key` names it: "Book 7". */
export interface Row {
  readonly key: string;
  readonly kind: Kind;
  readonly values: Record<string, unknown>;
}

export interface Data {
  readonly rows: Record<Kind, Row[]>;
  /** The rows of the tables between: pairs of keys, "Book 7" and "Tag 1". */
  readonly links: Record<"book_tags" | "topic_links" | "shelf_topics", [string, string][]>;
}

export interface Relation {
  readonly to: Kind;
  readonly many?: true;
  /** The to-one on the other side, which a load of this one fills in as well. */
  readonly back?: string;
  readonly links?: keyof Data["links"];
  readonly holds: (data: Data, owner: Row, other: Row) => boolean;
  /** Of a to-one along a foreign key of its own: the key that it points at. */
  readonly points?: (owner: Row) => string | undefined;
  /** The declared order. */
  readonly order?: (one: Row, other: Row) => number;
}

const points = (to: Kind, column: string) => (owner: Row) =>
  owner.values[column] === null ? undefined : `${to} ${owner.values[column]}`;
/** A to-one by a column, and the other side of it. */
const one = (to: Kind, column: string, back?: string): Relation => ({
  to,
  ...(back ? { back } : {}),
  points: points(to, column),
  holds: (_, owner, other) => points(to, column)(owner) === other.key,
});
const pointedAt = (of: Kind, to: Kind, column: string, back: string) => ({
  ...{ to, back },
  holds: (_: Data, owner: Row, other: Row) => points(of, column)(other) === owner.key,
});
const through = (to: Kind, links: keyof Data["links"], reverse = false): Relation => ({
  ...{ to, links, many: true },
  holds: (data, owner, other) => {
    const [from, end] = reverse ? [other.key, owner.key] : [owner.key, other.key];
    return data.links[links].some(([one, two]) => one === from && two === end);
  },
});
const text = (property: string) => (one: Row, other: Row) =>
  String(one.values[property]) < String(other.values[property]) ? -1 : 1;
const dearest = (one: Row, other: Row) =>
  Number(other.values.price) - Number(one.values.price) || text("title")(one, other);
const shelfKey = ({ values: { shelfRoom, shelfNumber } }: Row) =>
  shelfRoom === null || shelfNumber === null ? undefined : `Shelf ${shelfRoom}-${shelfNumber}`;

export const relations: Record<Kind, Record<string, Relation>> = {
  Publisher: {
    authors: { ...pointedAt("Publisher", "Author", "publisherId", "publisher"), many: true },
  },
  Author: {
    publisher: one("Publisher", "publisherId"),
    books: { ...pointedAt("Author", "Book", "authorId", "author"), many: true },
    portrait: pointedAt("Author", "Portrait", "authorId", "author"),
  },
  Portrait: { author: one("Author", "authorId", "portrait") },
  Book: { author: one("Author", "authorId"), tags: through("Tag", "book_tags") },
  Tag: { books: { ...through("Book", "book_tags", true), order: dearest } },
  Topic: {
    parent: one("Topic", "parentId"),
    children: {
      ...pointedAt("Topic", "Topic", "parentId", "parent"),
      many: true,
      order: text("name"),
    },
    related: through("Topic", "topic_links"),
  },
  Shelf: {
    items: {
      to: "Item",
      many: true,
      back: "shelf",
      holds: (_, shelf, item) => shelfKey(item) === shelf.key,
    },
    topics: through("Topic", "shelf_topics"),
  },
  Item: {
    shelf: {
      to: "Shelf",
      points: shelfKey,
      holds: (_, item, shelf) => shelfKey(item) === shelf.key,
    },
  },
};
export const relationOf = (kind: Kind, property: string) => relations[kind][property] as Relation;
export const pathOf = (kind: Kind, property: string) =>
  (classes[kind].r as unknown as Record<string, Path<unknown, unknown>>)[property] as Path<
    unknown,
    unknown
  >;

/** Numbers that fast-check chose, one after the other; then zeros. */
export type Choices = () => number;
export function choicesOf(numbers: readonly number[]): Choices {
  let place = 0;
  return () => numbers[place++] ?? 0;
}

const pick = <T>(items: readonly T[], number: number) => items[number % (items.length || 1)];
const keysOf = (kind: Kind, values: Record<string, unknown>) =>
  kind === "Shelf" ? `${values.room}-${values.number}` : values.id;
export const newRow = (kind: Kind, values: Record<string, unknown>): Row => ({
  ...{ kind, values },
  key: `${kind} ${keysOf(kind, values)}`,
});

/** Up to six rows of each class, related by chance. */
export function dataOf(next: Choices): Data {
  const rows = {} as Data["rows"];
  const make = (
    kind: Kind,
    values: (id: number, name: string) => Record<string, unknown> | undefined,
  ) => {
    const first = next();
    rows[kind] = Array.from({ length: next() % 7 }, (_, index) => {
      const made = values(index + 1, `n${(index * 3 + first) % 7}`);
      return made && newRow(kind, made);
    }).filter((row) => row !== undefined);
  };
  const idOf = (kind: Kind) => pick(rows[kind], next())?.values.id ?? null;
  make("Publisher", (id, name) => ({ id, name }));
  make("Author", (id, name) => ({ id, name, publisherId: next() % 3 ? idOf("Publisher") : null }));
  make("Portrait", (id, painter) =>
    next() % 2 && rows.Author[id - 1] ? { id: id + 2, painter, authorId: id } : undefined,
  );
  make("Book", (id, title) => {
    const authorId = idOf("Author");
    return authorId === null ? undefined : { id, title, price: `${next() % 3}.50`, authorId };
  });
  make("Tag", (id, name) => ({ id, name }));
  make("Topic", (id, name) => ({ id, name, parentId: null }));
  for (const { values } of rows.Topic) values.parentId = next() % 4 ? idOf("Topic") : null;
  make("Shelf", (id) => ({ room: id % 2 ? "A" : "Å", number: Math.ceil(id / 2) }));
  make("Item", (id) => {
    const { room = null, number = null } = pick(rows.Shelf, next())?.values ?? {};
    const way = next() % 6;
    return { id, shelfRoom: way === 1 ? null : room, shelfNumber: way === 2 ? null : number };
  });
  const pairs = (one: Kind, other: Kind) =>
    rows[one].flatMap(({ key }) =>
      rows[other].flatMap((end): [string, string][] => (next() % 3 === 1 ? [[key, end.key]] : [])),
    );
  const links = {
    book_tags: pairs("Book", "Tag"),
    topic_links: pairs("Topic", "Topic"),
    shelf_topics: pairs("Shelf", "Topic"),
  };
  return { rows, links };
}

const tables = "publishers authors portraits books tags topics shelves items".split(" ");

/** Puts the data in place of what is in the tables. */
export async function fill(admin: mysql.Connection, name: string, data: Data): Promise<void> {
  await admin.query(`USE ${name}`);
  await admin.query("SET FOREIGN_KEY_CHECKS = 0");
  for (const table of [...Object.keys(data.links), ...tables])
    await admin.query(`DELETE FROM ${table}`);
  const insert = async (table: string, rows: readonly (readonly unknown[])[]) => {
    if (rows.length > 0) await admin.query(`INSERT INTO ${table} VALUES ?`, [rows]);
  };
  for (const [index, rows] of Object.values(data.rows).entries()) {
    await insert(
      tables[index] as string,
      rows.map(({ values }) => Object.values(values)),
    );
  }
  for (const [table, pairs] of Object.entries(data.links)) {
    const keys = (key: string) => key.slice(key.indexOf(" ") + 1).split("-");
    await insert(
      table,
      pairs.map((pair) => pair.flatMap(keys)),
    );
  }
}

/** Which related objects a selectinload asks for, where not for all. */
export interface Filter {
  readonly above?: number;
  readonly descending?: boolean;
  readonly limit?: number;
}
/** By "Tag.books". A relationship with one is always loaded by selectinload. */
export type Filters = ReadonlyMap<string, Filter>;

/** One relationship that is loaded, and what from there on. */
export interface Branch {
  readonly kind: Kind;
  readonly property: string;
  readonly joined: boolean;
  readonly nested: readonly Branch[];
}

/** What to load of objects of a class: up to three levels, and `budget` relationships. */
export function treeOf(
  kind: Kind,
  next: Choices,
  filters: Filters,
  budget = { left: 5 },
  depth = 3,
): Branch[] {
  const wanted = Object.keys(relations[kind]).filter(() => next() % 2 === 1 && budget.left-- > 0);
  return wanted.map((property) => ({
    ...{ kind, property },
    joined: next() % 2 === 1 && !filters.has(`${kind}.${property}`),
    nested:
      depth > 1 ? treeOf(relationOf(kind, property).to, next, filters, budget, depth - 1) : [],
  }));
}

/** Whether a branch is joined; by the tree itself, or all or none of them. */
export type How = "mixed" | "joined" | "selected";

export const withHow = (branches: readonly Branch[], how: How): Branch[] =>
  branches.map((branch) => ({
    ...branch,
    joined: how === "mixed" ? branch.joined : how === "joined",
    nested: withHow(branch.nested, how),
  }));

export function optionOf({ kind, property, joined, nested }: Branch, filters: Filters): LoadOption {
  const path = pathOf(kind, property);
  const options = nested.map((each) => optionOf(each, filters));
  if (joined) return joinedload(path, ...options) as LoadOption;
  const { above, descending, limit } = filters.get(`${kind}.${property}`) ?? {};
  const { id } = (classes[relationOf(kind, property).to] as typeof Book).c;
  let option = selectinload(path, ...options);
  if (above) option = option.where(id.gt(above));
  if (descending) option = option.orderBy(id.desc());
  return (limit ? option.limit(limit) : option) as LoadOption;
}

/** A filter for some of the collections. */
export function filtersOf(next: Choices): Filters {
  const filters = new Map<string, Filter>();
  for (const [kind, byProperty] of Object.entries(relations)) {
    for (const [property, { many }] of Object.entries(byProperty)) {
      if (!many || next() % 4 !== 1) continue;
      const [above, descending, limit] = [next() % 4, next() % 2 === 1, next() % 4];
      filters.set(`${kind}.${property}`, {
        ...(above ? { above } : {}),
        ...(descending ? { descending } : {}),
        ...(limit ? { limit } : {}),
      });
    }
  }
  return filters;
}

const byId = (one: Row, other: Row) => Number(one.values.id) - Number(other.values.id);

/** What a relationship of a row leads to. */
export function relatedTo(data: Data, owner: Row, property: string, filter: Filter = {}): Row[] {
  const { to, holds, order } = relationOf(owner.kind, property);
  const { above = 0, descending, limit } = filter;
  const all = data.rows[to].filter((other) => holds(data, owner, other));
  const sort = descending ? (one: Row, other: Row) => byId(other, one) : (order ?? byId);
  return all
    .filter(({ values }) => to === "Shelf" || Number(values.id) > above)
    .sort(to === "Shelf" ? undefined : sort)
    .slice(0, limit);
}

/** "Book 7", then what was loaded of it. What has no order is sorted by key. */
export type Graph = readonly [key: string, ...(readonly Graph[])[]];

export function graphOf(
  data: Data,
  row: Row,
  branches: readonly Branch[],
  filters: Filters,
): Graph {
  return [
    row.key,
    ...branches.map(({ property, nested, kind }) => {
      const filter = filters.get(`${kind}.${property}`);
      const graphs = relatedTo(data, row, property, filter).map((other) =>
        graphOf(data, other, nested, filters),
      );
      return inOrder(kind, property, filter, graphs);
    }),
  ];
}

export function inOrder(
  kind: Kind,
  property: string,
  filter: Filter | undefined,
  graphs: Graph[],
): Graph[] {
  const isOrdered = relationOf(kind, property).order || filter?.descending || filter?.limit;
  return isOrdered ? graphs : graphs.sort(([one], [other]) => (one < other ? -1 : 1));
}

/** "Book 7", of an object. */
export function keyOf(object: object): string {
  const { mapper, values } = instanceOf(object);
  return `${mapper.name} ${mapper.table.primaryKey.map(({ position }) => values[position]).join("-")}`;
}

/** The same of objects, as far as they were loaded. */
export function loadedGraph(object: object, branches: readonly Branch[], filters: Filters): Graph {
  return [
    keyOf(object),
    ...branches.map(({ kind, property, nested }) => {
      const value = (object as Record<string, object | object[] | null>)[property] ?? [];
      const graphs = [value].flat().map((other) => loadedGraph(other, nested, filters));
      return inOrder(kind, property, filters.get(`${kind}.${property}`), graphs);
    }),
  ];
}
