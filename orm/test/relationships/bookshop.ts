import { createEngine, type Engine } from "../../src/engine/index.js";
import {
  decimal,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  varchar,
} from "../../src/mapping/index.js";
import { declarativeBase } from "../../src/relationships/index.js";
import type { Suite } from "../suite.js";
import { testDatabase } from "../support.js";

export const Base = declarativeBase();

export class Publisher extends Base.mapped("publishers", {
  id: integer().primaryKey(),
  name: varchar(50),
  authors: oneToMany<Author>("Author", { backPopulates: "publisher" }),
}) {}

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(50),
  publisherId: integer().nullable().references("publishers.id"),
  publisher: manyToOne<Publisher>("Publisher", { backPopulates: "authors" }),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
  portrait: oneToOne<Portrait>("Portrait", { backPopulates: "author" }),
}) {}

/** A one-to-one whose foreign key is on this side. */
export class Portrait extends Base.mapped("portraits", {
  id: integer().primaryKey(),
  painter: varchar(50),
  authorId: integer().unique().references("authors.id"),
  author: oneToOne<Author>("Author", { backPopulates: "portrait" }),
}) {}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(50),
  price: decimal(6, 2),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
}) {}

export class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(20),
  books: manyToMany<Book>("Book", {
    through: "book_tags",
    backPopulates: "tags",
    orderBy: ["price desc", "title"],
  }),
}) {}

/** A tree, and a many-to-many from a table to itself. */
export class Topic extends Base.mapped("topics", {
  id: integer().primaryKey(),
  name: varchar(20),
  parentId: integer().nullable().references("topics.id"),
  parent: manyToOne<Topic>("Topic", { backPopulates: "children" }),
  children: oneToMany<Topic>("Topic", { backPopulates: "parent", orderBy: "name" }),
  related: manyToMany<Topic>("Topic", { through: "topic_links", foreignKey: "fromId" }),
}) {}

export class TopicLink extends Base.mapped("topic_links", {
  fromId: integer().primaryKey().references("topics.id"),
  toId: integer().primaryKey().references("topics.id"),
}) {}

/** A key of two columns, one of them text. */
export class Shelf extends Base.mapped("shelves", {
  room: varchar(10).primaryKey(),
  number: integer().primaryKey(),
  items: oneToMany<Item>("Item", { backPopulates: "shelf" }),
  topics: manyToMany<Topic>("Topic", { through: "shelf_topics" }),
}) {}

export class Item extends Base.mapped(
  "items",
  {
    id: integer().primaryKey(),
    shelfRoom: varchar(10).nullable(),
    shelfNumber: integer().nullable(),
    shelf: manyToOne<Shelf>("Shelf", { backPopulates: "items" }),
  },
  {
    foreignKeys: [
      { columns: ["shelfRoom", "shelfNumber"], references: ["shelves.room", "shelves.number"] },
    ],
  },
) {}

Base.configure(Publisher, Author, Portrait, Book, Tag, Topic, TopicLink, Shelf, Item);

/**
 * Ada (of Orb) wrote Letters (1.00; maths) and Notes (9.99; maths, engines), Grace (of Orb) wrote Ships
 * (5.00; engines), Zoe nothing. Ada has a portrait.
 */
export const rows = `
INSERT INTO publishers (id, name) VALUES (1, 'Orb');
INSERT INTO authors (id, name, publisher_id) VALUES (1, 'Ada', 1), (2, 'Grace', 1), (3, 'Zoe', NULL);
INSERT INTO portraits (id, painter, author_id) VALUES (1, 'Carpenter', 1);
INSERT INTO books (id, title, price, author_id) VALUES (1, 'Notes', 9.99, 1), (2, 'Ships', 5, 2), (3, 'Letters', 1, 1);
INSERT INTO tags (id, name) VALUES (1, 'maths'), (2, 'engines');
INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1), (1, 2), (2, 2), (3, 1);
INSERT INTO topics (id, name, parent_id) VALUES (1, 'all', NULL), (2, 'zoology', 1), (3, 'art', 1), (4, 'bees', 2);
INSERT INTO topic_links (from_id, to_id) VALUES (2, 3), (3, 2), (4, 4);
INSERT INTO shelves (room, number) VALUES ('A', 1), ('A', 2), ('B', 1);
INSERT INTO items (id, shelf_room, shelf_number) VALUES (1, 'A', 2), (2, 'B', 1), (3, 'A', 2), (4, NULL, 1);
INSERT INTO shelf_topics (shelf_room, shelf_number, topic_id) VALUES ('A', 1, 1), ('A', 1, 3), ('B', 1, 3);
`;

/** A database with these tables and rows, and the statements that are sent to it: text, then parameters. */
export interface Shop {
  engine: Engine;
  /** The SELECTs since the last call. */
  take(): string[];
}

/** Opens it before the first test; after the last one the engine is closed. */
export function openShop(test: Suite): Shop {
  const database = testDatabase(test);
  const sent: string[] = [];
  const shop = { take: () => sent.splice(0).filter((text) => /^(SELECT|WITH)/.test(text)) } as Shop;
  test.before(async () => {
    shop.engine = createEngine(database.url, {
      echo: (_line, { text, parameters }) =>
        sent.push(parameters.length === 0 ? text : `${text} ${JSON.stringify(parameters)}`),
    });
    await Base.metadata.createAll(shop.engine);
    await database.admin.query(`USE ${database.name}`);
    for (const statement of rows.trim().split("\n")) await database.admin.query(statement);
    sent.length = 0;
  });
  test.after(() => shop.engine.dispose());
  return shop;
}

const columns: Readonly<Record<string, string>> = {
  publishers: "id name",
  authors: "id name publisher_id",
  portraits: "id painter author_id",
  books: "id title price author_id",
  tags: "id name",
  topics: "id name parent_id",
  shelves: "room number",
  items: "id shelf_room shelf_number",
};

/** The columns of a table as a select writes them: `authors`.`id`, `authors`.`name`, … */
export function columnsOf(table: string, source = table): string {
  const names = (columns[table] ?? "").split(" ");
  return names.map((name) => `\`${source}\`.\`${name}\``).join(", ");
}
