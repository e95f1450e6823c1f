import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "hands null to the converter",
    change: [["if (value !== null) row[index] = convert(value);", "row[index] = convert(value);"]],
    fails: ["converts each column by its rule"],
    says: /[Aa] null is never handed to it/,
  },
  {
    name: "asks for the converter in each row",
    change: [
      [
        "if (value !== null) row[index] = convert(value);",
        "const again = dialect.converter(column) as typeof convert;\n        if (value !== null) row[index] = again(value);",
      ],
    ],
    fails: ["converts each column by its rule"],
    says: /asked once for a column, however many rows there are/,
  },
  {
    name: "keeps the last of two columns with one name",
    change: [["if (twice === undefined) return names;", "if (twice !== null) return names;"]],
    fails: ["refuses two columns of one name"],
    says: /An object has one value for a name/,
  },
  {
    name: "looks at the names only where there are rows",
    change: [
      [
        "const names = uniqueNames(result.columns, statement);",
        "const names = result.rows.length > 0 ? uniqueNames(result.columns, statement) : [];",
      ],
    ],
    fails: ["refuses two columns of one name"],
    says: /without rows, nothing was thrown/,
  },
  {
    name: "makes a number of every key",
    change: [
      [
        "return BigInt(Number(key)) === key && Number.isSafeInteger(Number(key)) ? Number(key) : key;",
        "return Number(key);",
      ],
    ],
    fails: ["says what a statement did"],
    says: /for rowCount 1 and firstKey 9007199254740992 your result has .*number 9007199254740992/,
  },
  {
    name: "gives a key for several rows too",
    change: [["rowCount === 1 && firstKey !== undefined", "firstKey !== undefined"]],
    fails: ["says what a statement did"],
    says: /firstKey \d+ your result has .*"keys":\["number \d+"\]/,
  },
  {
    name: "shows the count beside the rows",
    change: [["const enumerable = result.columns.length === 0;", "const enumerable = true;"]],
    fails: ["shows what was done only where there are no rows"],
    says: /of one row are shown: 0, rowCount, generatedKeys/,
  },
  {
    name: "takes all that is false for null",
    change: [["if (value !== null) row[index]", "if (value) row[index]"]],
    fails: ["converts each column by its rule"],
    says: /any other value is: 0, an empty text and false too/,
  },
];
