import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "counts pages from 0",
    change: [["(number - 1) * size", "number * size"]],
    fails: ["gives the authors of a page"],
    says: /Page 1 is the first/,
  },
  {
    name: "sorts by id only",
    change: [[".orderBy(Author.c.name, Author.c.id)", ".orderBy(Author.c.id)"]],
    fails: ["gives the authors of a page"],
    says: /by id where names are the same/,
  },
  {
    name: "loads all books and keeps three",
    change: [
      [
        "    .orderBy(Book.c.year.desc(), Book.c.title)\n    .limit(3);",
        "    .orderBy(Book.c.year.desc(), Book.c.title);",
      ],
      [
        "  return session.scalars(page).all();",
        "  const authors = await session.scalars(page).all();\n  for (const { books } of authors) books.splice(3);\n  return authors;",
      ],
    ],
    fails: ["reads no more than the page shows"],
    says: /What is thrown away afterwards has been read/,
  },
  {
    name: "loads the publisher by a statement of its own",
    change: [
      ["joinedload(Author.r.publisher)", "selectinload(Author.r.publisher)"],
      ["  joinedload,\n", ""],
    ],
    fails: ["takes three statements, whatever the size of the page"],
    says: /what can be joined to them without repeating a row/,
  },
  {
    name: "loads author by author",
    change: [
      [
        ".options(joinedload(Author.r.publisher), newest)",
        ".options(joinedload(Author.r.publisher))",
      ],
      [
        "  return session.scalars(page).all();",
        "  const authors = await session.scalars(page).all();\n  for (const author of authors) await session.load(author, newest);\n  return authors;",
      ],
    ],
    fails: ["takes three statements, whatever the size of the page"],
    says: /Three SELECTs are enough for a page of any size/,
  },
  {
    name: "shows the oldest",
    change: [["Book.c.year.desc()", "Book.c.year"]],
    fails: ["has the three newest books of each"],
    says: /the newest first/,
  },
  {
    name: "forgets the tags",
    change: [
      ["selectinload(Author.r.books, selectinload(Book.r.tags))", "selectinload(Author.r.books)"],
    ],
    fails: ["has the tags of these books"],
    says: /book\.tags should be in memory/,
  },
];
