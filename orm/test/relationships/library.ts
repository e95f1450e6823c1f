import { createEngine, type Engine } from "../../src/engine/index.js";
import {
  type DeclarativeBase,
  decimal,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  varchar,
} from "../../src/mapping/index.js";
import { declarativeBase, type Session } from "../../src/relationships/index.js";
import type { Suite } from "../suite.js";
import { type TestDatabase, testDatabase } from "../support.js";

export const Base: DeclarativeBase = declarativeBase();

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  books: oneToMany<Book>("Book", { backPopulates: "author", cascade: "all, delete-orphan" }),
}) {}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2).default("1.00"),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
}) {}

export class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50).unique(),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
}) {}

export class Member extends Base.mapped("members", {
  id: integer().primaryKey(),
  name: varchar(50),
  card: oneToOne<Card>("Card", { backPopulates: "member" }),
}) {}

/** The side of a one-to-one that has the foreign key. */
export class Card extends Base.mapped("cards", {
  code: varchar(20).primaryKey(),
  memberId: integer().nullable().unique().references("members.id"),
  member: oneToOne<Member>("Member", { backPopulates: "card" }),
}) {}

/** A tree. */
export class Subject extends Base.mapped("subjects", {
  id: integer().primaryKey(),
  name: varchar(50),
  parentId: integer().nullable().references("subjects.id"),
  parent: manyToOne<Subject>("Subject", { backPopulates: "children" }),
  children: oneToMany<Subject>("Subject", { backPopulates: "parent" }),
}) {}

/** Rows that can point at each other, and a many-to-many from a table to itself. */
export class Person extends Base.mapped("people", {
  id: integer().primaryKey(),
  name: varchar(50),
  bestFriendId: integer().nullable().references("people.id"),
  bestFriend: manyToOne<Person>("Person"),
  follows: manyToMany<Person>("Person", {
    through: "follows",
    backPopulates: "followers",
    foreignKey: "followerId",
  }),
  followers: manyToMany<Person>("Person", {
    through: "follows",
    backPopulates: "follows",
    foreignKey: "followedId",
  }),
}) {}

export class Follow extends Base.mapped("follows", {
  followedId: integer().primaryKey().references("people.id"),
  followerId: integer().primaryKey().references("people.id"),
}) {}

/** A key of two columns, one of them text. */
export class Shelf extends Base.mapped("shelves", {
  room: varchar(10).primaryKey(),
  number: integer().primaryKey(),
  items: oneToMany<Item>("Item"),
  subjects: manyToMany<Subject>("Subject", { through: "shelf_subjects" }),
}) {}

export class Item extends Base.mapped(
  "items",
  {
    id: integer().primaryKey(),
    name: varchar(50),
    shelfRoom: varchar(10).nullable(),
    shelfNumber: integer().nullable(),
  },
  {
    foreignKeys: [
      { columns: ["shelfRoom", "shelfNumber"], references: ["shelves.room", "shelves.number"] },
    ],
  },
) {}

Base.configure(Author, Book, Tag, Member, Card, Subject, Person, Follow, Shelf, Item);

/** The statements that an engine sends, with their parameters: `INSERT … ["Ada"]`. */
export interface Recorder {
  readonly engine: Engine;
  /** The statements that write, sent since the last call. */
  take(): string[];
  /** The tables that were written to. */
  readonly written: Set<string>;
  /** Every statement since the last call of either. */
  takeAll(): string[];
}

export function recordingEngine(url: string): Recorder {
  const sent: string[] = [];
  const written = new Set<string>();
  const engine = createEngine(url, {
    echo: (_line, { text, parameters }) => {
      const [, table] = /^INSERT INTO `(\w+)`/.exec(text) ?? [];
      if (table !== undefined) written.add(table);
      sent.push(parameters.length === 0 ? text : `${text} ${JSON.stringify(parameters)}`);
    },
  });
  const takeAll = () => sent.splice(0);
  const take = () => takeAll().filter((text) => /^(INSERT|UPDATE|DELETE)/.test(text));
  return { engine, written, take, takeAll };
}

/** A database with the tables of a Base, and the engine that writes to it. */
export interface RecordedDatabase extends Recorder {
  readonly database: TestDatabase;
}

/** Opens it before the first test, and empties the tables that were written to before each. */
export function openRecorded(test: Suite, base: DeclarativeBase = Base): RecordedDatabase {
  const database = testDatabase(test);
  const recorded = { database } as RecordedDatabase;
  test.before(async () => {
    Object.assign(recorded, recordingEngine(database.url));
    await base.metadata.createAll(recorded.engine);
  });
  test.before.each(async () => {
    await database.admin.query("SET FOREIGN_KEY_CHECKS = 0");
    for (const table of recorded.written) {
      await database.admin.query(`TRUNCATE TABLE ${database.name}.${table}`);
    }
    recorded.written.clear();
    recorded.takeAll();
  });
  test.after(() => recorded.engine.dispose());
  return recorded;
}

/** Ada with Notes and Letters, Grace with none; stored, all sides in memory, nothing recorded. */
export async function adaAndGrace(session: Session, recorder: Recorder) {
  const [notes, letters] = [new Book({ title: "Notes" }), new Book({ title: "Letters" })];
  const ada = new Author({ name: "Ada", books: [notes, letters] });
  const grace = new Author({ name: "Grace", books: [] });
  session.addAll([ada, grace]);
  await session.commit();
  recorder.take();
  return { ada, grace, notes, letters };
}
