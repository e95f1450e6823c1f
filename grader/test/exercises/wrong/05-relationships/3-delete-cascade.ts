import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "goes one level deep",
    change: [
      ["    level = discard(state, related);\n", "    discard(state, related);\n    level = [];\n"],
    ],
    fails: ["deletes what belongs to it, and what belongs to that"],
    says: /The numbers are the rows that are left/,
  },
  {
    name: "asks for each row by itself",
    change: [
      [
        "for (const rows of groupBy(level, ({ mapper }) => mapper).values()) {",
        "for (const row of level) {",
      ],
      [
        "related.push(...(await relatedTo(state, rows)));",
        "related.push(...(await relatedTo(state, [row])));",
      ],
    ],
    fails: ["loads each level by one statement for each class"],
    says: /All rows of one class that stand on a level are asked for together/,
  },
  {
    name: "mixes the classes of a level",
    change: [
      [
        "    for (const rows of groupBy(level, ({ mapper }) => mapper).values()) {\n      related.push(...(await relatedTo(state, rows)));\n    }\n",
        "    related.push(...(await relatedTo(state, level)));\n",
      ],
    ],
    fails: ["deletes what belongs to it, and what belongs to that"],
    says: /Your code threw/,
  },
  {
    name: "forgets the orphans",
    change: [
      [
        "let level = [...state.removed, ...discard(state, orphansOf(state))];",
        "let level = [...state.removed];",
      ],
    ],
    fails: ["deletes orphans, with what belongs to them"],
    says: /orphansOf\(state\) gives it/,
  },
  {
    name: "does not tell the objects that stay",
    change: [["    gone.forEach(leave);\n", ""]],
    fails: ["takes what goes out of what stays"],
    says: /a shelf's books should not hold a deleted book/,
  },
  {
    name: "leaves the state of a new object at deleted",
    change: [["  row.state = state;\n", "  void state;\n"]],
    fails: ["lets new objects go, with what belongs to them"],
    says: /its copies are transient afterwards/,
  },
  {
    name: "does not remember what it marks",
    change: [["    remember(state, instance);\n", ""]],
    fails: ["can be rolled back"],
    says: /a rollback makes it persistent again/,
  },
  {
    name: "marks new objects for a DELETE",
    change: [
      [
        '    if (instance.state === "pending") expunge(state, instance);\n    else state.removed.add(instance);\n',
        "    state.removed.add(instance);\n",
      ],
    ],
    fails: ["lets new objects go, with what belongs to them"],
    says: /expunge lets it go/,
  },
];
