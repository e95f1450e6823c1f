import type { WrongAnswer } from "../../wrong.js";

const fields = "finds books by the fields that were filled in";
const typed = "takes what was typed as it is";

export const answers: WrongAnswer[] = [
  {
    name: "forgets that where gives a new select",
    change: [["query = query.where(title.contains(word))", "query.where(title.contains(word))"]],
    fails: [fields],
    says: /Each field that is there should leave out books/,
  },
  {
    name: "looks for all words as one text",
    change: [['for (const word of words.split(" "))', "for (const word of [words])"]],
    fails: [typed],
    says: /Many spaces between words are like one/,
  },
  {
    name: "makes the pattern of LIKE itself",
    change: [["title.contains(word)", "title.like(`%${word}%`)"]],
    fails: [typed],
    says: /a backslash and quotes in words stand for themselves/,
  },
  {
    name: "takes an empty list for a list",
    change: [["if (kinds.length > 0) query", "if (search.kinds) query"]],
    fails: [typed],
    says: /an empty list, is an empty field/,
  },
  {
    name: "counts pages from 0",
    change: [["offset((number - 1) * 5)", "offset(number * 5)"]],
    fails: ["sorts, and gives page after page"],
    says: /page 1 the first five, page 2 the next/,
  },
  {
    name: "puts undated books beside all other conditions",
    change: [
      [
        "  return query\n    .if(from,",
        '  if (undated) query = select(Book).where(or(...[title.contains(words.split(" ")[0] ?? "")], year.isNull()));\n  return query\n    .if(from,',
      ],
    ],
    fails: ["keeps books without a year when it is asked to"],
    says: /mind how OR and AND hang together/,
  },
  {
    name: "leaves the order of equal books to chance",
    change: [[".orderBy(...orders[sort], title, id)", ".orderBy(...orders[sort], id)"]],
    fails: ["finds all books by their titles"],
    says: /sorted by title, and books of one title by id/,
  },
];
