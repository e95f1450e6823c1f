import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "makes a new author for each contributor",
    change: [
      [
        "const author = known.find((one) => one.name === name) ?? new Author({ name });",
        "const author = new Author({ name });",
      ],
    ],
    fails: ["takes the authors that are there"],
    says: /whose name the table of authors has already is that author/,
  },
  {
    name: "has no cascade delete-orphan",
    change: [['cascade: "all, delete-orphan",', 'cascade: "all",']],
    fails: ["takes a contribution out of a book, and nothing else"],
    says: /The row of the contribution should be gone/,
  },
  {
    name: "has no cascade at all",
    change: [['    cascade: "all, delete-orphan",\n', ""]],
    fails: [
      "takes a contribution out of a book, and nothing else",
      "deletes a book with its contributions",
    ],
    says: /session\.delete\(book\) should delete the book's contributions too/,
  },
  {
    name: "forgets to commit",
    change: [
      ["  await session.commit();\n  return book;", "  await session.flush();\n  return book;"],
    ],
    fails: ["saves a book and what was contributed to it"],
    says: /Is the commit there\?/,
  },
  {
    name: "deletes the author in place of the contribution",
    change: [
      [
        "if (contribution !== undefined) book.contributions.remove(contribution);",
        "if (contribution?.author) session.delete(contribution.author);",
      ],
    ],
    fails: ["takes a contribution out of a book, and nothing else"],
    says: /the author and the author's other contributions should stay/,
  },
  {
    name: "has one side of a relationship only",
    change: [
      [
        'contributions: oneToMany<Contribution>("Contribution", { backPopulates: "author" }),',
        'contributions: oneToMany<Contribution>("Contribution"),',
      ],
      [
        'author: manyToOne<Author>("Author", { backPopulates: "contributions" }),',
        'author: manyToOne<Author>("Author"),',
      ],
    ],
    fails: ["keeps both sides of all four relationships in step"],
    says: /backPopulates names the property of the other class/,
  },
];
