import * as assert from "uvu/assert";
import {
  datetime,
  decimal,
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  now,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";

/** The classes that the pictures are tested with. Each call maps them anew. */
export function libraryClasses() {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", {
    id: integer().primaryKey(),
    name: varchar(100),
    email: varchar(150).unique().nullable(),
    createdAt: datetime().default(now()),
    books: oneToMany<Book>("Book", { backPopulates: "author" }),
  }) {}
  class Book extends Base.mapped(
    "books",
    {
      id: integer().primaryKey(),
      title: varchar(200).index(),
      price: decimal(10, 2).default("0.00"),
      authorId: integer().references("authors.id", { onDelete: "cascade" }),
      author: manyToOne<Author>("Author", { backPopulates: "books" }),
      tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
    },
    { uniques: [["authorId", "title"]] },
  ) {}
  class Tag extends Base.mapped("tags", {
    id: integer().primaryKey(),
    name: varchar(50),
    books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
  }) {}
  Base.configure(Author, Book, Tag);
  return { Base, Author, Book, Tag };
}

/** What a notebook is given to show. */
export function bundle(value: object): { html: string; text: string } {
  const show = (value as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ];
  const shown = show?.();
  return { html: shown?.["text/html"] ?? "", text: shown?.["text/plain"] ?? "" };
}

/** Fails unless the picture can be read in every theme and is safe to show. */
export function checkHtml(html: string): void {
  assert.not.match(html, /<script|<style|<image|<use|href=|url\(|\bon\w+=/);
  // Text has the colour of the page: no text sets a fill or a colour of its own.
  assert.not.match(html, /<text[^>]* fill=|(?<![-\w])color:|background/);
  for (const tag of ["svg", "text", "table", "td"]) {
    const [opened, closed] = [`<${tag}[ >]`, `</${tag}>`].map(
      (pattern) => html.match(new RegExp(pattern, "g"))?.length ?? 0,
    );
    assert.is(opened, closed, tag);
  }
}
