import type { WrongAnswer } from "../../wrong.js";

const once = "writes WITH before the statement, each expression once";
const behind = "puts an expression behind those that it uses";
const recursive = "writes a recursive expression";

export const answers: WrongAnswer[] = [
  {
    name: "leaves an expression at the place where it was met",
    change: [["  ctes.delete(cte.name);\n  ctes.set(cte.name, cte);\n}", "}"]],
    fails: [behind],
    says: /What an expression uses has to stand before it/,
  },
  {
    name: "sets the key again without taking it out",
    change: [["  ctes.delete(cte.name);\n", ""]],
    fails: [behind],
    says: /Setting a key of a Map again leaves it at its old place/,
  },
  {
    name: "notes an expression only after its query was written",
    change: [["  ctes.set(cte.name, cte);\n  writeQuery(", "  writeQuery("]],
    fails: [recursive],
    says: /call stack|The second is made by the function/,
  },
  {
    name: "writes RECURSIVE always",
    change: [['ctes.some((cte) => cte.recursive) ? "RECURSIVE " : ""', '"RECURSIVE "']],
    fails: [once],
    says: /WITH, and each expression that the statement uses/,
  },
  {
    name: "leaves the columns without names",
    change: [["writeQuery(query, context, outputNames(query))", "writeQuery(query, context)"]],
    fails: [once],
    says: /The columns of an expression have the names by which others use them/,
  },
  {
    name: "takes two expressions of one name for one",
    change: [
      ["if (known === cte) return;", "if (known !== undefined) return;"],
      ["  if (known !== undefined) throw cteTwice(cte);\n", ""],
    ],
    fails: ["refuses what is not an expression, and two of one name"],
    says: /Two different expressions of one name in a statement are the error of cteTwice[\s\S]*not as it should be: a select with two different expressions/,
  },
  {
    name: "writes UNION ALL always",
    change: [['options.distinct ? "UNION" : "UNION ALL"', '"UNION ALL"']],
    fails: [recursive],
    says: /UNION ALL between them, or UNION with distinct/,
  },
];
