import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "leaves twins in the list",
    change: [
      [
        "return [...new Map(links.map((link) => [keyOf(link), link])).values()];",
        "return [...links];",
      ],
    ],
    fails: ["asks for a row once, though both sides hold it"],
    says: /both ask for the same row/,
  },
  {
    name: "does not sort the ends",
    change: [["  ends.sort((one, other) => place(one.columns) - place(other.columns));\n", ""]],
    fails: ["asks for a row for each pair"],
    says: /in the order of the table's columns/,
  },
  {
    name: "takes the two ends of a row for the same, whichever column",
    change: [
      [
        "[numberOf(instance), ...columns.map(({ link }) => link.name)].join();",
        "numberOf(instance) + 0 * columns.length;",
      ],
      [
        "[action, table.name, ...ends.map(endOf)].join(",
        "[action, table.name, ...ends.map(endOf).sort()].join(",
      ],
    ],
    fails: ["tells who follows whom"],
    says: /When two people follow each other, it is two rows/,
  },
  {
    name: "removes only the rows that are in memory",
    change: [
      [
        '    return [{ table, action: "remove", ends: [{ instance, columns: own }] }];',
        '    void [table, own];\n    return removed.map((member) => linkOf(instance, relationship, member, "remove"));',
      ],
    ],
    fails: ["removes all rows of what is deleted, by one change"],
    says: /asks for one change, remove, with itself as the only end/,
  },
  {
    name: "asks a deleted object although nothing was there",
    change: [["if (isEmpty || relationship.options.passiveDeletes) return [];", "void isEmpty;"]],
    fails: ["sends nothing where there is nothing to remove"],
    says: /saved without tags and got none since, nothing should be sent/,
  },
  {
    name: "lets everybody who was deleted ask for himself",
    change: [
      [
        'withoutRow.has(one) || (goesAnyway && one.state === "deleted")',
        'withoutRow.has(one) || one.state === "deleted"',
      ],
      ["  const goesAnyway = inverseOf(instance.mapper, relationship) !== undefined;\n", ""],
    ],
    fails: ["removes no row twice, and forgets none"],
    says: /may have lost its rows already, or will ask for them itself/,
  },
  {
    name: "joins the parts of a row's text with nothing between",
    change: [
      [
        '[action, table.name, ...ends.map(endOf)].join(" ")',
        '[action, table.name, ...ends.map(endOf)].join("")',
      ],
    ],
    fails: ["keeps tables apart whose names are alike"],
    says: /There should be: add picks_/,
  },
];
