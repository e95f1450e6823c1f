import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "puts a _ before every capital",
    change: [
      [
        '    .replace(/([\\p{Ll}\\d])(\\p{Lu})/gu, "$1_$2")\n    .replace(/(\\p{Lu})(\\p{Lu}\\p{Ll})/gu, "$1_$2")\n',
        '    .replace(/(\\p{Lu})/gu, "_$1")\n',
      ],
    ],
    fails: ["makes a column's name of a property's"],
    says: /toSnakeCase\("\w+URL"\) gave "\w+_u_r_l", not "\w+_url"/,
  },
  {
    name: "knows the English alphabet alone",
    change: [["/([\\p{Ll}\\d])(\\p{Lu})/gu", "/([a-z\\d])([A-Z])/g"]],
    fails: ["knows any alphabet"],
    says: /Ü and Ж are capitals too/,
  },
  {
    name: "compares letter by letter",
    change: [
      [
        "      row.push(Math.min(exchanged, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));\n",
        "      row.push(exchanged);\n",
      ],
    ],
    fails: ["counts the edits between two names"],
    says: /editsBetween\("", "\w+"\) gave \d, not \d|editsBetween\("\w+", "\w*"\) gave \d+, not \d/,
  },
  {
    name: "forgets that capitals are the same letters",
    change: [["[...other.toLowerCase()]", "[...other]"]],
    fails: ["counts the edits between two names"],
    says: /editsBetween\("[a-z]+", "[A-Z]+"\) gave \d, not 0/,
  },
  {
    name: "offers a name however far it is",
    change: [["const most = Math.max(1, [...name].length * 0.4);", "const most = 99;"]],
    fails: ["finds the name that was meant"],
    says: /didYouMean\("ab", \["cd"\]\) gave "Did you mean cd\? ", not ""/,
  },
  {
    name: "takes 40 % of the other name's letters",
    change: [["[...name].length * 0.4", "(near?.other.length ?? 0) * 0.4"]],
    fails: ["finds the name that was meant"],
    says: /didYouMean\("abcde", \["abcdefgh"\]\) gave "Did you mean abcdefgh\? ", not ""/,
  },
  {
    name: "halves an emoji",
    change: [["[...other.toLowerCase()]", 'other.toLowerCase().split("")']],
    fails: ["finds the shortest way"],
    says: /editsBetween\("📚", "📚"\) gave 2, not 0/,
  },
  {
    name: "cuts long names without a hash",
    change: [
      [
        'return `${name.slice(0, 55)}_${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;',
        "return name.slice(0, 64);",
      ],
    ],
    fails: ["keeps long names apart", "names what MySQL makes"],
    says: /A longer name becomes its first 55 characters, a _ and 8 digits/,
  },
];
