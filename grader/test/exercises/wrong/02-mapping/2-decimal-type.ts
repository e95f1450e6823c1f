import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "rounds as a number does",
    change: [
      [
        "return /[1-9]/.test(text) ? sign + text : text;",
        "return (Number(sign + text) + 0).toFixed(scale);",
      ],
    ],
    fails: ["holds the longest decimals, and refuses types that no database has"],
    says: /Work on the digits: a JavaScript number would round a long one/,
  },
  {
    name: "keeps the sign of zero",
    change: [["return /[1-9]/.test(text) ? sign + text : text;", "return sign + text;"]],
    fails: ["knows no negative zero"],
    says: /MySQL gives back 0\.00 for -0/,
  },
  {
    name: "fills up no zeros behind the point",
    change: [['fraction.padEnd(scale, "0")', "fraction"]],
    fails: ["keeps a decimal as it will be loaded"],
    says: /Behind the point there are always as many digits as the scale says/,
  },
  {
    name: "counts all digits against the precision",
    change: [["const before = precision - scale;", "const before = precision;"]],
    fails: ["refuses what has too many digits before the point"],
    says: /Before the point there is room for precision - scale digits/,
  },
];
