import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "goes one level deep",
    change: [
      ["    level = discard(state, related);\n", "    discard(state, related);\n    level = [];\n"],
    ],
    fails: ["deletes what belongs to it, and what belongs to that"],
    says: /Its books and signs go with it, and the copies of these books/,
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
    says: /After the flush a shelf's books still hold a deleted book/,
  },
  {
    name: "leaves the state of a new object at deleted",
    change: [["  row.state = state;\n", "  void state;\n"]],
    fails: ["lets new objects go, with what belongs to them"],
    says: /The new book should be "transient" afterwards\. It is "deleted"/,
  },
  {
    name: "does not remember what it marks",
    change: [["    remember(state, instance);\n", ""]],
    fails: ["can be rolled back"],
    says: /After the rollback the book should be "persistent"\. It is "deleted"/,
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
    says: /expunge lets them go/,
  },
  {
    name: "marks a level as deleted at the end only",
    change: [
      [
        '      gone.add(row);\n      if (row.state === "persistent") row.state = "deleted";\n',
        "      gone.add(row);\n",
      ],
    ],
    fails: ["can be rolled back"],
    says: /The flush failed with an error of the code/,
  },
  {
    name: "does not bring in what is in no session",
    change: [["    attach(state, instance);\n", "    void attach;\n"]],
    fails: ["refuses to delete what another session has"],
    says: /should fail with an error of the code "other-session"\. It was: flushed/,
  },
  {
    name: "takes what an earlier flush deleted for something to be done",
    change: [['instance.state === "deleted" || state', 'instance.state === "deleted" && state']],
    fails: ["leaves what an earlier flush has deleted"],
    says: /Nothing is to be done for it/,
  },
  {
    name: "forgets the parent that is known by its key only",
    change: [
      [
        "const parent = value === undefined ? parentByKey(row, relationship) : undefined;",
        "const parent = undefined as Instance | undefined;\n    void parentByKey;",
      ],
    ],
    fails: ["takes what goes out of what stays"],
    says: /parentByKey gives the shelf/,
  },
];
