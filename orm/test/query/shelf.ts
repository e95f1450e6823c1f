import type { Engine } from "../../src/engine/index.js";
import { mysqlDialect, sql } from "../../src/engine/index.js";
import {
  date,
  decimal,
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";
import type { Executable } from "../../src/session/index.js";
import { Session } from "../../src/session/index.js";

/** Classes with every kind of relationship, for joins and subqueries. */
export const Base = declarativeBase();

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  bornOn: date().nullable(),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  authorId: integer().references("authors.id").nullable(),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
}) {}

export class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
}) {}

/** A tree. */
export class Person extends Base.mapped("people", {
  id: integer().primaryKey(),
  name: varchar(50),
  bossId: integer().references("people.id").nullable(),
  boss: manyToOne<Person>("Person", { foreignKey: "bossId", backPopulates: "team" }),
  team: oneToMany<Person>("Person", { foreignKey: "bossId", backPopulates: "boss" }),
  friends: manyToMany<Person>("Person", { through: "friendships", foreignKey: "personId" }),
}) {}

export class Friendship extends Base.mapped("friendships", {
  personId: integer().primaryKey().references("people.id"),
  friendId: integer().primaryKey().references("people.id"),
}) {}

/** A key of two columns, and a class that points at it. */
export class Loan extends Base.mapped("loans", {
  memberId: integer().primaryKey(),
  copyId: integer().primaryKey(),
  notes: oneToMany<Note>("Note", { backPopulates: "loan" }),
}) {}

export class Note extends Base.mapped(
  "notes",
  {
    id: integer().primaryKey(),
    text: varchar(50),
    memberId: integer(),
    copyId: integer(),
    loan: manyToOne<Loan>("Loan", { backPopulates: "notes" }),
  },
  {
    foreignKeys: [
      { columns: ["memberId", "copyId"], references: ["loans.member_id", "loans.copy_id"] },
    ],
  },
) {}

Base.configure(Author, Book, Tag, Person, Friendship, Loan, Note);

/**
 * Ada has Notes (sql, math) and Letters (sql); Grace has Compilers (no tag); Nobody has none; Anonymous is a
 * book of no author. Root has Left and Right, Left has Leaf. Root is a friend of Leaf, Leaf of Left.
 */
export async function fill(engine: Engine): Promise<void> {
  await Base.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO authors VALUES
    (1, 'Ada', '1815-12-10'), (2, 'Grace', '1906-12-09'), (3, 'Nobody', NULL)`);
  await engine.execute(sql`INSERT INTO books VALUES (1, 'Notes', 9.99, 1), (2, 'Letters', 20, 1),
    (3, 'Compilers', 10, 2), (4, 'Anonymous', 5, NULL)`);
  await engine.execute(sql`INSERT INTO tags VALUES (1, 'sql'), (2, 'math'), (3, 'unused')`);
  await engine.execute(sql`INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1), (1, 2), (2, 1)`);
  await engine.execute(sql`INSERT INTO people VALUES
    (1, 'Root', NULL), (2, 'Left', 1), (3, 'Right', 1), (4, 'Leaf', 2)`);
  await engine.execute(sql`INSERT INTO friendships VALUES (1, 4), (4, 2)`);
  await engine.execute(sql`INSERT INTO loans VALUES (1, 1), (1, 2)`);
  await engine.execute(sql`INSERT INTO notes VALUES (1, 'late', 1, 2), (2, 'torn', 1, 2)`);
}

/** The rows of a statement, in a session of its own. */
export async function rowsOf<R>(engine: Engine, statement: Executable<R>): Promise<R[]> {
  const session = new Session(engine);
  try {
    return await session.execute(statement).all();
  } finally {
    await session.close();
  }
}

/** The SQL of a statement without the quotes around names, and its parameters. */
export function plainSql(statement: Pick<Executable<unknown>, "toSql">): string {
  const { text, parameters } = statement.toSql(mysqlDialect);
  const values = parameters.length === 0 ? "" : ` ${JSON.stringify(parameters)}`;
  return text.replaceAll("`", "") + values;
}
