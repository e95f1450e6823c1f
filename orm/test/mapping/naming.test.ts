import { suite } from "uvu";
import * as assert from "uvu/assert";
import { integer, varchar } from "../../src/mapping/column.js";
import {
  didYouMean,
  editsBetween,
  shorten,
  toNaming,
  toSnakeCase,
} from "../../src/mapping/naming.js";
import { toTable } from "../../src/mapping/table.js";
import { errorOf } from "../support.js";

const test = suite("naming");

test("names of properties become names of columns", () => {
  const names: [property: string, column: string][] = [
    ["bornOn", "born_on"],
    ["id", "id"],
    ["authorId", "author_id"],
    ["htmlURL", "html_url"],
    ["URLPath", "url_path"],
    ["isbn13", "isbn13"],
    ["line2Text", "line2_text"],
    ["born_on", "born_on"],
    ["größeÄußere", "größe_äußere"],
    ["_private", "_private"],
  ];
  for (const [property, column] of names) assert.is(toSnakeCase(property), column);
});

test("names of 64 characters stay, longer ones end in a hash", () => {
  const long = `uq_${"x".repeat(61)}`;
  assert.is(shorten(long), long);
  const cut = shorten(`${long}y`);
  assert.is(cut.length, 64);
  assert.match(cut, /^uq_x{52}_[0-9a-f]{8}$/);
  assert.is.not(cut, shorten(`${long}z`));
  assert.is(cut, shorten(`${long}y`));
});

test("rules can be replaced, one by one", () => {
  const naming = toNaming({
    column: (property) => property,
    unique: (table, columns) => `${table}__${columns.join("__")}`,
  });
  const table = toTable(
    "books",
    { bookId: integer().primaryKey(), authorId: integer().references("authors.id").unique() },
    {},
    naming,
  );
  assert.equal(
    table.columns.map(({ name }) => name),
    ["bookId", "authorId"],
  );
  assert.equal(table.uniques, [{ name: "books__authorId", columns: ["authorId"] }]);
  assert.is(table.foreignKeys[0]?.name, "fk_books_authorId_authors");
});

test("a rule that is misspelt is refused", async () => {
  const error = await errorOf(() => toNaming({ uniques: () => "" } as never));
  assert.is(error.code, "unknown-option");
  assert.is(
    error.message,
    "naming has no option uniques.\n" +
      "  Hint: Did you mean unique? Its options are column, unique, index, foreignKey, check.",
  );
});

test("constraints have names by the rules, or their own", () => {
  const table = toTable(
    "books",
    {
      id: integer().primaryKey(),
      isbn: varchar(13).unique(),
      title: varchar(200).index(),
      shelf: varchar(9).unique("one_shelf").index("by_shelf"),
      authorId: integer().references("authors.id", { name: "written_by" }),
    },
    {
      uniques: [["authorId", "title"], { columns: ["title", "isbn"], name: "title_isbn" }],
      indexes: [["authorId", "isbn"]],
    },
  );
  assert.equal(table.uniques, [
    { name: "uq_books_isbn", columns: ["isbn"] },
    { name: "one_shelf", columns: ["shelf"] },
    { name: "uq_books_author_id_title", columns: ["author_id", "title"] },
    { name: "title_isbn", columns: ["title", "isbn"] },
  ]);
  assert.equal(table.indexes, [
    { name: "ix_books_title", columns: ["title"] },
    { name: "by_shelf", columns: ["shelf"] },
    { name: "ix_books_author_id_isbn", columns: ["author_id", "isbn"] },
  ]);
  assert.is(table.foreignKeys[0]?.name, "written_by");
});

test("near names", () => {
  assert.is(editsBetween("", ""), 0);
  assert.is(editsBetween("", "abc"), 3);
  assert.is(editsBetween("kitten", "sitting"), 3);
  assert.is(editsBetween("onDelte", "ondelete"), 1);
  // An emoji is one letter, and two of JavaScript's units.
  assert.is(editsBetween("📚", "📚"), 0);
  assert.is(editsBetween("x", "📚"), 1);
  assert.is(editsBetween("x📚", "x"), 1);
  assert.is(didYouMean("📚📚a", ["📚bc"]), "");
  assert.is(didYouMean("onDelte", ["onUpdate", "onDelete"]), "Did you mean onDelete? ");
  assert.is(didYouMean("colour", ["onUpdate", "onDelete"]), "");
  assert.is(didYouMean("a", []), "");
});

test.run();
