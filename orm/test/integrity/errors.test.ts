import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { Session } from "../../src/integrity/index.js";
import { insert, update } from "../../src/query/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, clear, inUse, type Recorded, recorded, Tag } from "./library.js";

const test = suite("broken rules");
const database = testDatabase(test);
let db: Recorded;
let session: Session;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
  // Smaller than the classes say: else ormlet itself would refuse the values, before they are sent.
  await db.engine.execute(sql`ALTER TABLE tags MODIFY name VARCHAR(5) NOT NULL`);
  await db.engine.execute(sql`ALTER TABLE books MODIFY price DECIMAL(3,2) NOT NULL DEFAULT 1.00`);
});
test.before.each(async () => {
  await clear(db);
  session = new Session(db.engine);
  session.add(new Author({ id: 1, name: "Ada", email: "ada@b" }));
  session.add(new Book({ id: 1, title: "Notes", authorId: 1 }));
  await session.commit();
  db.sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(inUse(db.engine), 0);
});
test.after(() => db.engine.dispose());

type Rule = [
  what: string,
  work: () => unknown,
  expected: [code: string, entity: string, property: string | undefined, constraint?: string],
  message: string,
];

const add = (...objects: (Author | Book | Tag)[]) => {
  session.addAll(objects);
  return session.flush();
};

const rules: Rule[] = [
  [
    "unique",
    () => add(new Author({ name: "Ada", email: "ada@b" })),
    ["duplicate-key", "Author", "email", "authors.uq_authors_email"],
    "Author.email: Duplicate entry 'ada@b' for key 'authors.uq_authors_email'",
  ],
  [
    "unique, of two columns, in a batch",
    () => add(new Book({ title: "A" }), new Book({ title: "Notes", authorId: 1 })),
    ["duplicate-key", "Book", "authorId, title", "books.uq_books_author_id_title"],
    "Book.authorId, title: Duplicate entry '1-Notes' for key 'books.uq_books_author_id_title'",
  ],
  [
    "primary key",
    () =>
      add(new Tag({ id: 1, name: "a" })).then(() =>
        session.execute(sql`INSERT INTO tags (id, name) VALUES (1, 'b')`),
      ),
    ["duplicate-key", "Tag", "id", "tags.PRIMARY"],
    "Tag.id: Duplicate entry '1' for key 'tags.PRIMARY'",
  ],
  [
    "foreign key, of a row that is not there",
    () => add(new Book({ title: "B", authorId: 99 })),
    ["foreign-key", "Book", "authorId", "fk_books_author_id_authors"],
    "Book.authorId: Cannot add or update a child row: a foreign key constraint fails (",
  ],
  [
    "foreign key, of a row that others refer to",
    () => session.execute(sql`DELETE FROM authors WHERE id = 1`),
    ["foreign-key", "Book", "authorId", "fk_books_author_id_authors"],
    "Book.authorId: Cannot delete or update a parent row: a foreign key constraint fails (",
  ],
  [
    "foreign key of a table between two classes",
    () => session.execute(sql`INSERT INTO book_tags VALUES (1, 99)`),
    ["foreign-key", "book_tags", "tag_id", "fk_book_tags_tag_id_tags"],
    "book_tags.tag_id: Cannot add or update a child row",
  ],
  [
    "check",
    () => add(new Book({ title: "B", price: "-1.00" })),
    ["check", "Book", "price", "ck_books_1"],
    "Book.price: Check constraint 'ck_books_1' is violated.",
  ],
  [
    "not null, by an update of many rows",
    () => session.execute(sql`UPDATE authors SET name = ${null}`),
    ["not-null", "Author", "name"],
    "Author.name: Column 'name' cannot be null",
  ],
  [
    "not null, no default",
    () => session.execute(sql`INSERT INTO books (price) VALUES (1)`),
    ["not-null", "Book", "title"],
    "Book.title: Field 'title' doesn't have a default value",
  ],
  [
    "too long, in an INSERT",
    () => add(new Tag({ name: "a" }), new Tag({ name: "too long" })),
    ["too-long", "Tag", "name"],
    "Tag.name: Data too long for column 'name' at row 2",
  ],
  [
    "too long, by insert()",
    () => session.execute(insert(Tag).values({ name: "too long" })),
    ["too-long", "Tag", "name"],
    "Tag.name: Data too long for column 'name' at row 1",
  ],
  [
    "out of range, in an UPDATE of one row",
    async () => {
      const book = (await session.get(Book, 1)) as Book;
      book.price = "100.00";
      await session.flush();
    },
    ["out-of-range", "Book", "price"],
    "Book.price: Out of range value for column 'price' at row 1",
  ],
  [
    "out of range, by update()",
    () =>
      session.execute(
        update(Book)
          .set({ price: Book.c.price.mul("100") })
          .where(Book.c.id.eq(1)),
      ),
    ["out-of-range", "Book", "price"],
    "Book.price: Out of range value for column 'price' at row 1",
  ],
  [
    "a value that names another column",
    () =>
      session.execute(sql`UPDATE books SET printed_on = ${"x' for column 'title"} WHERE id = 1`),
    ["wrong-value", "Book", "printedOn"],
    "Book.printedOn: Incorrect date value: 'x' for column 'title' for column 'printed_on' at row 1",
  ],
];

for (const [what, work, [code, entity, property, constraint], message] of rules) {
  test(what, async () => {
    const error = await errorOf(work);
    assert.equal(
      [error.code, error.entity, error.property, error.constraint],
      [code, entity, property, constraint],
      error.message,
    );
    assert.is(error.name, constraint || code === "not-null" ? "IntegrityError" : "DataError");
    assert.is(error.message.slice(0, message.length), message);
    assert.match(error.message, "\n  SQL: ");
    assert.match(error.message, "\n  Hint: ");
    assert.is(error.message.split("\n  Hint: ").length, 2);
    assert.is(typeof error.number, "number");
    assert.ok(error.cause instanceof Error);
    assert.match(String(error.stack), error.message.slice(0, 20));
  });
}

test("a key that a delete of the same flush would have made free", async () => {
  session.delete((await session.get(Author, 1)) as Author);
  session.add(new Author({ name: "Ada", email: "ada@b" }));
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "duplicate-key");
  assert.match(error.message, "A flush sends its deletes last: flush() the delete first.");
});

test("several rows that are too long, in one UPDATE", async () => {
  session.addAll([new Tag({ id: 1, name: "a" }), new Tag({ id: 2, name: "b" })]);
  await session.flush();
  for (const id of [1, 2]) {
    const tag = (await session.get(Tag, id)) as Tag;
    tag.name = "too long";
  }
  const error = await errorOf(() => session.flush());
  assert.equal([error.name, error.entity, error.property], ["DataError", "Tag", "name"]);
});

test("a session that has met no class says what the server says", async () => {
  const fresh = new Session(db.engine);
  const error = await errorOf(() => fresh.execute(sql`UPDATE authors SET name = NULL`));
  assert.equal([error.code, error.entity], ["not-null", undefined]);
  assert.not.ok("entity" in error);
  const unknown = await errorOf(() => session.execute(sql`SELECT CAST(${"{"} AS JSON)`));
  assert.equal([unknown.name, unknown.entity], ["DataError", undefined]);
  await fresh.close();
});

test("parameters stay hidden", async () => {
  const error = await errorOf(() => add(new Tag({ name: "secret" })));
  assert.not.match(error.message, "secret");
  assert.equal(error.parameters, ["secret"]);
  assert.not.ok(JSON.stringify(error).includes("secret"));
});

test.run();
