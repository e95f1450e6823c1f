import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "makes a new object each time",
    change: [
      ["(await findStored(state, given)) ?? given.mapper.make([])", "given.mapper.make([])"],
    ],
    fails: ["copies the values onto the session's own object"],
    says: /The result should be that very object, with the name of the other one/,
  },
  {
    name: "looks into the map alone",
    change: [
      [
        "findIdentity(state.identities, mapper, values) ?? loadByKey(state, mapper, values)",
        "findIdentity(state.identities, mapper, values)",
      ],
    ],
    fails: ["loads the row when the session has not got it"],
    says: /The row is there, but not in the session yet\. One SELECT should load it/,
  },
  {
    name: "adds the given object itself when there is no row",
    change: [
      [
        "(await findStored(state, given)) ?? given.mapper.make([])",
        "(await findStored(state, given)) ?? given",
      ],
    ],
    fails: ["makes a new object when there is no row"],
    says: /a new object should come into the session, pending, with the values of the given one/,
  },
  {
    name: "adds the new object before it has values",
    change: [
      [
        '  copyColumns(given, target);\n  if (target.state === "transient") attach(state, target);\n',
        '  if (target.state === "transient") attach(state, target);\n  copyColumns(given, target);\n',
      ],
    ],
    fails: ["makes a new object when there is no row"],
    says: /still has the values that it had when it came into the session/,
  },
  {
    name: "writes the key as well",
    change: [
      ["    if (column.primaryKey && isStored(target)) continue;\n", ""],
      ['import { isStored } from "ormlet/internal/mapping/changes";\n', ""],
    ],
    fails: ["leaves out the key, and what MySQL computes"],
    says: /The key can be an equal Date that is another object/,
  },
  {
    name: "notes what was merged too late",
    change: [
      ["  merged.set(given, target);\n", ""],
      [
        "    await mergeRelated(state, relationship, given, target, merged);\n  }\n",
        "    await mergeRelated(state, relationship, given, target, merged);\n  }\n  merged.set(given, target);\n",
      ],
    ],
    fails: ["merges what leads back to itself once"],
    says: /has to stand in merged before its relationships are followed/,
  },
  {
    name: "forgets to flush first",
    change: [
      ["    await autoflush(state, name);\n", ""],
      ['import { autoflush } from "ormlet/internal/session/flush";\n', ""],
    ],
    fails: ["waits for its turn, and flushes first"],
    says: /a new object that waits for its INSERT is found, because merge flushes first/,
  },
];
