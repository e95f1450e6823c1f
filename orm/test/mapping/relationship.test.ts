import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type AnyClass,
  bigint,
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  uuid,
  varchar,
} from "../../src/mapping/index.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { cascadeOf } from "../../src/mapping/relationship.js";
import { foreignKeyOf } from "../../src/mapping/relationship-keys.js";
import { inverseOf } from "../../src/mapping/relationship-target.js";
import { throughOf } from "../../src/mapping/through.js";
import { errorOf } from "../support.js";
import { library } from "./library.js";

const test = suite("relationship");
const id = () => integer().primaryKey();

function relationshipOf(entity: AnyClass, property: string) {
  const mapper = mapperOf(entity);
  const relationship = mapper.relationships.get(property);
  if (relationship === undefined) throw new Error(property);
  return [mapper, relationship] as const;
}

/** A foreign key in short: its side, and `child -> parent` columns. */
function keyOf(entity: AnyClass, property: string): string {
  const { side, columns, child, parent } = foreignKeyOf(...relationshipOf(entity, property));
  const pairs = columns.map((pair) => `${pair.child.name} -> ${pair.parent.name}`);
  return `${side}: ${child.name} ${pairs.join(", ")} ${parent.name}`;
}

async function refusal(work: () => unknown): Promise<[unknown, string]> {
  const { code, message } = await errorOf(work);
  return [code, message];
}

test("the foreign key of both sides", () => {
  const { Author, Book } = library();
  void [Author.c, Book.c];
  assert.is(keyOf(Book, "author"), "own: Book author_id -> id Author");
  assert.is(keyOf(Author, "books"), "target: Book author_id -> id Author");
  const [mapper, relationship] = relationshipOf(Book, "author");
  assert.is(foreignKeyOf(mapper, relationship), foreignKeyOf(mapper, relationship));
  assert.is(inverseOf(mapper, relationship), mapperOf(Author).relationships.get("books"));
});

test("one to one: the key may be on either side", () => {
  const Base = declarativeBase();
  class User extends Base.mapped("users", { id: id(), profile: oneToOne<Profile>("Profile") }) {}
  class Profile extends Base.mapped("profiles", {
    id: id(),
    userId: integer().references("users.id").unique(),
    user: oneToOne<User>("User"),
  }) {}
  Base.configure(User, Profile);
  assert.is(keyOf(User, "profile"), "target: Profile user_id -> id User");
  assert.is(keyOf(Profile, "user"), "own: Profile user_id -> id User");
});

test("a table that points at itself", () => {
  const Base = declarativeBase();
  class Node extends Base.mapped("nodes", {
    id: id(),
    parentId: integer().nullable().references("nodes.id"),
    nextId: integer().nullable().references("nodes.id"),
    parent: manyToOne<Node>("Node", { backPopulates: "children", foreignKey: "parentId" }),
    children: oneToMany<Node>("Node", { backPopulates: "parent", foreignKey: "parentId" }),
    next: oneToOne<Node>("Node", { foreignKey: "nextId" }),
  }) {}
  Base.configure(Node);
  assert.is(keyOf(Node, "parent"), "own: Node parent_id -> id Node");
  assert.is(keyOf(Node, "children"), "target: Node parent_id -> id Node");
  assert.is(keyOf(Node, "next"), "own: Node next_id -> id Node");
});

test("a foreign key of two columns", () => {
  const Base = declarativeBase();
  class Copy extends Base.mapped("copies", {
    isbn: varchar(13).primaryKey(),
    nr: integer().primaryKey(),
  }) {}
  class Loan extends Base.mapped(
    "loans",
    { id: id(), copyIsbn: varchar(13), copyNr: integer(), copy: manyToOne<Copy>("Copy") },
    {
      foreignKeys: [{ columns: ["copyIsbn", "copyNr"], references: ["copies.isbn", "copies.nr"] }],
    },
  ) {}
  Base.configure(Copy, Loan);
  assert.is(keyOf(Loan, "copy"), "own: Loan copy_isbn -> isbn, copy_nr -> nr Copy");
});

test("no foreign key, several, or one that is not there", async () => {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", { id: id(), books: oneToMany<Book>("Book") }) {}
  class Book extends Base.mapped("books", {
    id: id(),
    authorId: integer().references("authors.id"),
    editorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author"),
    editor: manyToOne<Author>("Author", { foreignKey: "editorId" }),
    reader: manyToOne<Author>("Author", { foreignKey: "readerId" }),
    shelf: manyToOne<Shelf>("Shelf"),
  }) {}
  class Shelf extends Base.mapped("shelves", { id: id(), books: oneToMany<Book>("Book") }) {}
  void [Author.c, Book.c, Shelf.c];
  assert.is(keyOf(Book, "editor"), "own: Book editor_id -> id Author");
  assert.equal(await refusal(() => keyOf(Book, "shelf")), [
    "no-foreign-key",
    'Book.shelf: no foreign key leads from Book to Shelf.\n  Hint: Write in Book: shelfId: integer().references("shelves.id").',
  ]);
  assert.equal(await refusal(() => keyOf(Shelf, "books")), [
    "no-foreign-key",
    'Shelf.books: no foreign key leads from Book to Shelf.\n  Hint: Write in Book: shelfId: integer().references("shelves.id").',
  ]);
  assert.equal(await refusal(() => keyOf(Book, "reader")), [
    "no-foreign-key",
    'Book.reader: no foreign key leads from Book to Author by readerId.\n  Hint: Write in Book: readerId: integer().references("authors.id").',
  ]);
  assert.equal(await refusal(() => keyOf(Author, "books")), [
    "ambiguous-foreign-key",
    'Author.books: several foreign keys lead there: authorId; editorId.\n  Hint: Say which, oneToMany<Book>("Book", { foreignKey: "authorId" }).',
  ]);
});

test("two sides that do not fit each other", async () => {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", {
    id: id(),
    books: oneToMany<Book>("Book", { backPopulates: "autor" }),
    edited: oneToMany<Book>("Book", { backPopulates: "editor", foreignKey: "authorId" }),
    read: oneToMany<Book>("Book", { backPopulates: "author" }),
  }) {}
  class Book extends Base.mapped("books", {
    id: id(),
    authorId: integer().references("authors.id"),
    editorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author", { foreignKey: "authorId" }),
    editor: manyToOne<Author>("Author", { backPopulates: "edited", foreignKey: "editorId" }),
  }) {}
  void [Author.c, Book.c];
  assert.equal(await refusal(() => inverseOf(...relationshipOf(Author, "books"))), [
    "back-populates",
    'Author.books: Book.autor does not lead back.\n  Hint: Did you mean author? Write in Book: autor: manyToOne<Author>("Author", { backPopulates: "books" }).',
  ]);
  assert.equal(await refusal(() => inverseOf(...relationshipOf(Author, "read"))), [
    "back-populates",
    'Author.read: Book.author does not lead back.\n  Hint: Write in Book: author: manyToOne<Author>("Author", { backPopulates: "read" }).',
  ]);
  assert.equal(await refusal(() => Base.configure(Book)), [
    "back-populates",
    "Book.editor and Author.edited go along different foreign keys.\n  Hint: Give both the same foreignKey, a property of Book.",
  ]);
});

test("a foreign key to a column that is not there", async () => {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", { id: id() }) {}
  class Book extends Base.mapped("books", {
    id: id(),
    authorId: integer().references("authors.uid"),
    author: manyToOne<Author>("Author"),
  }) {}
  void Author.c;
  assert.equal(await refusal(() => Base.configure(Book)), [
    "unknown-column",
    'Foreign key fk_books_author_id_authors: table authors has no column uid.\n  Hint: Write references("authors.id"), as it is in the database.',
  ]);
});

test("a table between that no class names any more is forgotten", () => {
  const { Base } = library();
  Base.mapped("tags", { id: id() });
  assert.equal([...Base.metadata.implied.keys()], ["book_tags"]);
  Base.mapped("books", { id: id() });
  assert.equal([...Base.metadata.implied.keys()], []);
});

test("cascades", async () => {
  const { Base, Author, Book } = library();
  assert.equal([...cascadeOf(relationshipOf(Book, "author")[1])], ["save-update", "merge"]);
  assert.equal(
    [...cascadeOf(relationshipOf(Author, "books")[1])],
    [...["save-update", "merge", "delete", "delete-orphan"]],
  );
  const relationship = (cascade: string) => ({
    id: id(),
    author: manyToOne("Author", { cascade }),
  });
  assert.equal(await refusal(() => Base.mapped("x", relationship("all, delete-orphans"))), [
    "cascade",
    'mapped("x").author: manyToOne has no cascade delete-orphans.\n  Hint: Did you mean delete-orphan? Write some of save-update, merge, delete, delete-orphan, all, none, with commas between.',
  ]);
  const [code, message] = await refusal(() => Base.mapped("x", relationship("delete-orphan")));
  assert.is(code, "cascade");
  assert.match(message, /^mapped\("x"\)\.author: manyToOne has no cascade delete-orphan\./);
  Base.mapped("none", relationship("none"));
});

test("a relationship without a class, or a table between, is refused where it is declared", async () => {
  const { Base } = library();
  assert.equal(
    await refusal(() => Base.mapped("x", { id: id(), a: manyToOne(class A {} as never) })),
    [
      "relationship-target",
      'mapped("x").a: manyToOne needs the name of a class.\n  Hint: Write manyToOne<Tag>("Tag").',
    ],
  );
  assert.equal(
    await refusal(() => Base.mapped("x", { id: id(), a: manyToMany("Tag", {} as never) })),
    [
      "relationship-target",
      'mapped("x").a: manyToMany needs the name of a class, and of the table between.\n  Hint: Write manyToMany<Tag>("Tag", { through: "book_tags" }).',
    ],
  );
});

/** The columns of a table between: `book_id -> books.id`. */
function ends(entity: AnyClass, property: string): string {
  const { own, target } = throughOf(...relationshipOf(entity, property));
  return [own, target]
    .map((links) => links.map(({ link, end }) => `${link.name} -> ${end.name}`).join(", "))
    .join("; ");
}

test("the table between is made from the two declarations, before a class is known", () => {
  const { Base, Book, Tag } = library();
  const table = Base.metadata.implied.get("book_tags")?.();
  assert.equal(
    table?.columns.map(({ name, type, primaryKey, autoIncrement }) => [
      name,
      type.name,
      primaryKey,
      autoIncrement,
    ]),
    [
      ["tag_id", "integer", true, false],
      ["book_id", "bigint", true, false],
    ].reverse(),
  );
  assert.equal(
    table?.foreignKeys.map(({ name, table, onDelete }) => [name, table, onDelete]),
    [
      ["fk_book_tags_book_id_books", "books", "cascade"],
      ["fk_book_tags_tag_id_tags", "tags", "cascade"],
    ],
  );
  void [Book.c, Tag.c];
  assert.is(ends(Book, "tags"), "book_id -> id; tag_id -> id");
  assert.is(ends(Tag, "books"), "tag_id -> id; book_id -> id");
  assert.is(throughOf(...relationshipOf(Book, "tags")).table, table);
});

test("one declaration is enough once both classes are known; keys of several columns too", async () => {
  const Base = declarativeBase();
  class Order extends Base.mapped("orders", {
    shop: bigint().primaryKey(),
    nr: uuid().primaryKey(),
    parts: manyToMany<SparePart>("SparePart", { through: "order_parts" }),
  }) {}
  class SparePart extends Base.mapped("parts", { id: id() }) {}
  const implied = Base.metadata.implied.get("order_parts");
  assert.is((await errorOf(() => implied?.())).code, "unknown-target");
  Base.configure(Order, SparePart);
  assert.is(ends(Order, "parts"), "order_shop -> shop, order_nr -> nr; spare_part_id -> id");
});

test("a mapped table between; for a class with itself it must be, and says which key is whose", async () => {
  const Base = declarativeBase();
  class User extends Base.mapped("users", {
    id: id(),
    following: manyToMany<User>("User", {
      through: "follows",
      foreignKey: "followerId",
      backPopulates: "followers",
    }),
    followers: manyToMany<User>("User", {
      through: "follows",
      foreignKey: "followedId",
      backPopulates: "following",
    }),
  }) {}
  const [code, message] = await refusal(() => Base.configure(User));
  assert.is(code, "through");
  assert.match(message, /^The columns of table follows cannot be known/);
  class Follow extends Base.mapped("follows", {
    followerId: integer().primaryKey().references("users.id"),
    followedId: integer().primaryKey().references("users.id"),
  }) {}
  Base.configure(User, Follow);
  assert.is(ends(User, "following"), "follower_id -> id; followed_id -> id");
  assert.is(ends(User, "followers"), "followed_id -> id; follower_id -> id");
  assert.is(throughOf(...relationshipOf(User, "following")).table, mapperOf(Follow).table);
});

test("a mapped table between that does not lead to both classes", async () => {
  const { Base, Author, Book, Tag } = library();
  Base.mapped("book_tags", { id: id(), bookId: bigint().references("books.id") });
  void [Author.c, Tag.c];
  assert.equal(await refusal(() => Base.configure(Book)), [
    "through",
    'Book.tags: table book_tags needs one foreign key to Book and one to Tag.\n  Hint: With several, name the property of the one to this class: { foreignKey: "followerId" }.',
  ]);
});

test.run();
