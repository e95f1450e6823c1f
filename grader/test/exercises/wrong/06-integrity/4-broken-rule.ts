import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "leaves the table out of a unique key's name",
    change: [
      [`[\`\${name}.\${key.name}\`, key.columns] as const`, "[key.name, key.columns] as const"],
    ],
    fails: ["knows the rules of a table by their names"],
    says: /stand under table\.key/,
  },
  {
    name: "looks for a check's columns anywhere in its text",
    change: [
      [
        "inCheck(wordsOf(check.expression.toSql(dialect).text))",
        "columns.map((column) => column.name).filter((column) => " +
          "check.expression.toSql(dialect).text.includes(column[0] as string))",
      ],
    ],
    fails: ["knows the rules of a table by their names"],
    says: /as a whole word/,
  },
  {
    name: "takes the first table that has the column",
    change: [
      [
        "return wordsOf(statement)\n    .map((word) => having.find(({ name }) => name === word))\n    .find(Boolean);",
        "return having.find(({ name }) => wordsOf(statement).includes(name));",
      ],
    ],
    fails: ["finds the table that is meant"],
    says: /stands first in the statement/,
  },
  {
    name: "puts the old message, hint and all, behind the place",
    change: [[`\`}: \${message}\`;`, `\`}: \${error.message}\`;`]],
    fails: ["keeps what the error knew"],
    says: /one hint/,
  },
  {
    name: "copies the old error and forgets what does not come along",
    change: [
      [
        "const details = { ...error, hint, statement, parameters, cause, entity, property };",
        "const details = { ...error, hint, entity, property };",
      ],
    ],
    fails: ["keeps what the error knew"],
    says: /only what is enumerable/,
  },
  {
    name: "names columns, not properties",
    change: [["(one) => one.name === name)?.property", "(one) => one.name === name)?.name"]],
    fails: ["names class and property of a key"],
    says: /the class and the property/,
  },
  {
    name: "takes a column for one whose name holds it",
    change: [
      [
        "inCheck(wordsOf(check.expression.toSql(dialect).text))",
        "columns.map((column) => column.name).filter((column) => " +
          "check.expression.toSql(dialect).text.includes(column))",
      ],
    ],
    fails: ["knows the rules of a table by their names"],
    says: /only as a whole word/,
  },
  {
    name: "takes a table for one whose name holds it",
    change: [
      [
        "return wordsOf(statement)\n    .map((word) => having.find(({ name }) => name === word))\n    .find(Boolean);",
        "const placed = having.filter(({ name }) => statement.includes(name));\n" +
          "  return placed.sort((a, b) => statement.indexOf(a.name) - statement.indexOf(b.name))[0];",
      ],
    ],
    fails: ["finds the table that is meant"],
    says: /old_books/,
  },
];
