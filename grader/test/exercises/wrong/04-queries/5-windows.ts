import type { WrongAnswer } from "../../wrong.js";

const frames = "writes frames of rows and of values";

export const answers: WrongAnswer[] = [
  {
    name: "keeps the sign",
    change: [
      [
        'Math.abs(rows as number) === Infinity ? "UNBOUNDED" : Math.abs(rows as number)',
        'Math.abs(rows as number) === Infinity ? "UNBOUNDED" : rows',
      ],
    ],
    fails: [frames],
    says: /so many PRECEDING, one above 0 so many FOLLOWING, without its sign/,
  },
  {
    name: "takes every frame for one of rows",
    change: [['rows === undefined ? "RANGE" : "ROWS"', '"ROWS"']],
    fails: [frames],
    says: /ROWS or RANGE, BETWEEN/,
  },
  {
    name: "writes whatever number it is given",
    change: [["Number.isSafeInteger(rows)", "Number(rows) === Number(rows)"]],
    fails: ["refuses ends that are no whole numbers"],
    says: /only safe whole numbers and the two infinities may pass[\s\S]*over\(\{ rows: \[\d\.5, 0\] \}\) gave no error/,
  },
  {
    name: "takes one expression alone, and no array",
    change: [
      [
        "partitionBy: [partitionBy].flat().map(groupOf),",
        "partitionBy: [partitionBy].map(groupOf),",
      ],
    ],
    fails: ["writes what a window is parted and sorted by"],
    says: /each in an array, whether one thing was given or several/,
  },
  {
    name: "forgets the type",
    change: [
      ["type: typeOfNode(operand) }", "type: undefined }"],
      [
        "import { Expr, type ExprNode, type Order, typeOfNode }",
        "import { Expr, type ExprNode, type Order }",
      ],
    ],
    fails: ["counts in MySQL, and knows the type of what comes"],
    says: /The node should have the type of what stands before OVER[\s\S]*yours is a/,
  },
  {
    name: "passes over misspelt options",
    change: [
      ['  checkOptions("over()", window, ["partitionBy", "orderBy", "rows", "range"]);\n', ""],
    ],
    fails: ["refuses options and parts that a window has not"],
    says: /checkOptions refuses an option that is misspelt[\s\S]*partition: Loan\.c\.member \}\) gave no error/,
  },
];
