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
import { hue } from "../../src/notebook/svg.js";

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
  // Lines and boxes have the colour of the text, or one that can be told apart on white and on black.
  for (const [, color = ""] of html.matchAll(/ (?:fill|stroke)="([^"]*)"/g)) {
    assert.ok(["none", "currentColor", ...Object.values<string>(hue)].includes(color), color);
  }
  // What is not text of the page is an entity: no attribute and no element can come from a name or a value.
  assert.not.match(
    html,
    /<(?!\/?(?:svg|text|rect|path|table|caption|thead|tbody|tr|th|td|p|em|ol|li|pre|code|span)\b)/,
  );
  for (const tag of ["svg", "text", "table", "td"]) {
    const [opened, closed] = [`<${tag}[ >]`, `</${tag}>`].map(
      (pattern) => html.match(new RegExp(pattern, "g"))?.length ?? 0,
    );
    assert.is(opened, closed, tag);
  }
}
