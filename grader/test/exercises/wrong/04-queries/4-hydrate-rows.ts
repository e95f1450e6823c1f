import type { WrongAnswer } from "../../wrong.js";

const gives = "gives what each item is in each row";
const together = "tells objects that they came together";

export const answers: WrongAnswer[] = [
  {
    name: "takes a class for one column",
    change: [
      ['start += item.kind === "entity" ? item.mapper.table.columns.length : 1;', "start += 1;"],
    ],
    fails: [gives],
    says: /The loader gets the columns of that class alone/,
  },
  {
    name: "hands the whole row to the loader",
    change: [["only ? row : part(row, first, mapper)", "row"]],
    fails: [gives],
    says: /The loader gets the columns of that class alone/,
  },
  {
    name: "forgets to convert",
    change: [["  convertColumns(items.flatMap(nodesOf).map(readerOf(reading)), rows);\n", ""]],
    fails: [gives],
    says: /Convert all columns first/,
  },
  {
    name: "takes an object for null when a part of its key is",
    change: [["keys.every((key)", "keys.some((key)"]],
    fails: ["gives null where a LEFT JOIN found nothing"],
    says: /when all columns of its primary key are null/,
  },
  {
    name: "looks for the key in the first columns",
    change: [
      [
        "primaryKey.map(({ position }) => first + position)",
        "primaryKey.map((_, place) => first + place)",
      ],
    ],
    fails: ["gives null where a LEFT JOIN found nothing"],
    says: /wherever they stand among its columns/,
  },
  {
    name: "forgets the batch",
    change: [["  siblings.push(objects);\n", ""]],
    fails: [together],
    says: /all of them should stand in its batches/,
  },
  {
    name: "gives each object a list of its own",
    change: [["setSiblings(object, siblings)", "setSiblings(object, [[object]])"]],
    fails: [together],
    says: /should share one list of siblings/,
  },
  {
    name: "forgets the hidden items",
    change: [["const items = [...node.items, ...node.hidden];", "const items = [...node.items];"]],
    fails: ["gives the hidden items behind the others"],
    says: /and behind them those of node\.hidden[\s\S]*(lists of the items|siblings) are other ones|does not have the shape/,
  },
  {
    name: "copies every row",
    change: [["only ? row : part(", "part("]],
    fails: ["lets an object that is alone in its row keep it"],
    says: /the loader should get the row itself, not a copy[\s\S]*select\(Author\): the loader was handed/,
  },
];
