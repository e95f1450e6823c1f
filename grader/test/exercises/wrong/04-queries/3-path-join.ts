import type { WrongAnswer } from "../../wrong.js";

const direct = "joins a class that has the foreign key, and one that it leads to";
const twice = "keeps classes and tables that stand there twice apart";

export const answers: WrongAnswer[] = [
  {
    name: "takes the class where the path begins for the child",
    change: [['side === "own" ? [own, target] : [target, own]', "[own, target]"]],
    fails: [direct],
    says: /whichever of the two the path begins at/,
  },
  {
    name: "uses the names of tables",
    change: [["const source = tableSource(end, target);", "const source = tableSource(end);"]],
    fails: [direct],
    says: /with the name that its class has in this select/,
  },
  {
    name: "ties the table between to the wrong ends",
    change: [
      [
        "on: on(through.target, end, target) },\n      through: { source: link, on: on(through.own, mapper, own) },",
        "on: on(through.own, mapper, own) },\n      through: { source: link, on: on(through.target, end, target) },",
      ],
    ],
    fails: ["joins through the table between"],
    says: /through holds the table between and ties it to the class where the path begins/,
  },
  {
    name: "looks at the first column of a foreign key alone",
    change: [
      [
        "const on = columns.map((pair: KeyPair) =>",
        "const on = columns.slice(0, 1).map((pair: KeyPair) =>",
      ],
    ],
    fails: ["joins by all columns of a foreign key"],
    says: /A foreign key of two columns gives two comparisons[\s\S]*not written as it should be: select\(Book/,
  },
  {
    name: "looks for free names among the joined classes alone",
    change: [
      ["[source.name, through?.source.name]", "[source.name]"],
      ["({ source, through })", "({ source })"],
    ],
    fails: [twice],
    says: /A table between that stands there already, behind through or as a joined class/,
  },
  {
    name: "asks for any row at all",
    change: [["where: [...(through?.on ?? on), ...inner],", "where: inner,"]],
    fails: ["asks whether there is a related row"],
    says: /Its WHERE begins with what ties the two together/,
  },
  {
    name: "takes the conditions as they are",
    change: [["conditions.map((node) => within(node, mapper, target))", "conditions"]],
    fails: ["asks for rows of the same table, and within other questions"],
    says: /each condition goes through within[\s\S]*not written as it should be: select\(Person/,
  },
];
