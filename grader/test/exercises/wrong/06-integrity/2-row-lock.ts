import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "gives the object that is there as it is",
    change: [["takeValues(state, known, row);", ""]],
    fails: ["reads the row of now, into the object that is there"],
    says: /that object should have the value of now/,
  },
  {
    name: "asks the identity map first, as a plain get does",
    change: [
      [
        "return inTurn(state, name, async () => {",
        "const held = findIdentity(state.identities, mapper, values);\n" +
          "  if (held !== undefined) return held.object as E;\n" +
          "  return inTurn(state, name, async () => {",
      ],
    ],
    fails: ["reads the row of now, into the object that is there"],
    says: /send its SELECT all the same/,
  },
  {
    name: "does not flush before it reads",
    change: [["await autoflush(state, name);", ""]],
    fails: ["flushes first, and finds no change afterwards"],
    says: /The UPDATE should go first[\s\S]*An UPDATE should be sent, then a SELECT|lost what the program had written/,
  },
  {
    name: "lets a lock through that is none",
    change: [["if (modes[lock] === undefined) {", "if (lock === undefined) {"]],
    fails: ["refuses what makes no sense, before anything is sent"],
    says: /a lock that is no lock is lock-options[\s\S]*This was not refused as it should be: \{ lock/i,
  },
  {
    name: "forgets what comes behind FOR UPDATE",
    change: [["others[lockNode(lock, options).others]", "others.wait"]],
    fails: ["writes what stands behind the condition"],
    says: /NOWAIT/,
  },
];
