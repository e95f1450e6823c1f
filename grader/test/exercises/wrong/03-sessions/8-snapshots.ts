import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "keeps the list of values itself",
    change: [["const values = instance.values.slice();", "const { values } = instance;"]],
    fails: ["gives an object back what it was"],
    says: /The snapshot should hold what was there when it was taken/,
  },
  {
    name: "shares the notes of what changed",
    change: [["before: before && new Map(before)", "before"]],
    fails: ["gives an object back what it was"],
    says: /with the notes in before as they were then/,
  },
  {
    name: "copies a Date as it is now",
    change: [["editable.copy(stored ?? value)", "editable.copy(value ?? stored)"]],
    fails: ["gives a value that was edited in place back as it was"],
    says: /what it was before stands in handedOut/,
  },
  {
    name: "gives a new object what it was before it was edited",
    change: [
      [
        "const isInRow = isStored(instance) && !before?.has(position);",
        "const isInRow = !before?.has(position);",
      ],
      ['import { isStored } from "ormlet/internal/mapping/changes";\n', ""],
    ],
    fails: ["copies a value as it is where the row's is not asked for"],
    says: /An object without a row is what the program made it/,
  },
  {
    name: "forgets what a setter gave",
    change: [
      [
        "const isInRow = isStored(instance) && !before?.has(position);",
        "const isInRow = isStored(instance);",
      ],
    ],
    fails: ["copies a value as it is where the row's is not asked for"],
    says: /Where a setter has replaced the value, before knows what the row has/,
  },
  {
    name: "leaves a deleted object deleted",
    change: [
      [
        'instance.state === "pending" ? "transient" : "detached";',
        'instance.state === "pending" ? "transient" : instance.state === "deleted" ? "deleted" : "detached";',
      ],
    ],
    fails: ["lets an object go, and takes it in again"],
    says: /any other detached, also one whose DELETE was committed/,
  },
  {
    name: "gives the values back, and not the place in the session",
    change: [["    if (snapshot.owner === state.owner) putBack(state, instance);\n", ""]],
    fails: ["rolls back what happened to the objects of a session"],
    says: /get should find the very same objects/,
  },
  {
    name: "gives the collection a new list",
    change: [
      [
        "  for (const [collection, items] of snapshot.collections ?? []) replaceItems(collection, items);\n",
        "  for (const [collection, items] of snapshot.collections ?? []) {\n    const position = instance.values.indexOf(collection);\n    instance.values[position] = [...items];\n  }\n",
      ],
      ['import { replaceItems } from "ormlet/internal/session/changes";\n', ""],
    ],
    fails: ["gives a collection back what it held"],
    says: /The object should have the very same list again/,
  },
  {
    name: "touches what belongs to another session",
    change: [
      [
        "const ours = [...snapshots].filter(([{ owner }]) => owner === undefined || owner === state.owner);",
        "const ours = [...snapshots];",
      ],
    ],
    fails: ["leaves alone what is another session's by now"],
    says: /A rollback of the first must not touch it/,
  },
  {
    name: "forgets the changes of an object that comes back",
    change: [
      [
        "  if (instance.before !== undefined || instance.handedOut !== undefined)\n    state.touched.add(instance);\n",
        "",
      ],
    ],
    fails: ["lets an object go, and takes it in again"],
    says: /a change that was never written is written by the next flush/,
  },
];
