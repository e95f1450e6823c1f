import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "counts on by one",
    change: [
      ["    key += increment;\n", "    key += 1n;\n"],
      [
        "  const { increment } = rows.length === 1 ? { increment: 0n } : await flush.settings();\n",
        "  await flush.settings();\n",
      ],
    ],
    fails: ["counts on by the server's increment"],
    says: /each counts in steps, so that no key is made twice/,
  },
  {
    name: "trusts the first key where triggers are",
    change: [["const limit = certain ? MAX_ROWS : 1;", "const limit = MAX_ROWS;"]],
    fails: ["sends rows one by one where a trigger may set their keys"],
    says: /only the first of a statement would be known/,
  },
  {
    name: "makes a number of every key",
    change: [["type.read === undefined ? key : type.read(key as never)", "Number(key)"]],
    fails: ["knows long keys, and keys that are text"],
    says: /a number would round a long key/,
  },
  {
    name: "forgets to say that the rows are written",
    change: [
      ["    items.forEach(written);\n", ""],
      ['import { written } from "ormlet/internal/session/row-changes";\n', ""],
    ],
    fails: ["notes that the rows are written"],
    says: /After its INSERT a row has nothing to write any more/,
  },
  {
    name: "asks for the settings each time",
    change: [
      [
        "key === undefined || rows.length === 1 || (await keysAreCertain(flush, table))",
        "await keysAreCertain(flush, table)",
      ],
    ],
    fails: ["asks the server nothing that it does not need"],
    says: /A single row needs neither the step nor the triggers/,
  },
];
