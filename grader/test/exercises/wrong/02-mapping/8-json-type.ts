import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "freezes the outermost object alone",
    change: [
      [
        "    Object.values(Object.freeze(value)).forEach(deepFreeze);\n",
        "    Object.freeze(value);\n",
      ],
    ],
    fails: ["freezes what it keeps, and not what it was given"],
    says: /frozen at every depth/,
  },
  {
    name: "freezes what was given",
    change: [
      [
        "const kept: unknown = JSON.parse(jsonText(value));",
        "jsonText(value);\n      const kept = value;",
      ],
    ],
    fails: ["keeps a value as it will be loaded"],
    says: /What is kept is what JSON\.parse gives of the value's JSON/,
  },
  {
    name: "reads by JSON.parse",
    change: [["deepFreeze(fromJson(raw) as", "deepFreeze(JSON.parse(raw) as"]],
    fails: ["writes and reads JSON"],
    says: /a number which would be rounded is a RangeError/,
  },
  {
    name: "lets null through",
    change: [['text !== undefined && text !== "null"', "text !== undefined"]],
    fails: ["refuses what has no form in JSON"],
    says: /null: your type gave "kept", not "ArgumentError column-value"/,
  },
  {
    name: "lets the error of a circle pass",
    change: [
      [
        'if ((cause as { code?: unknown } | null)?.code === "json-value") throw cause;',
        "if (cause) throw cause;",
      ],
    ],
    fails: ["has one kind of error for what goes wrong"],
    says: /a circle: your type gave "TypeError undefined"/,
  },
  {
    name: "lets every error with a code pass",
    change: [
      [
        '(cause as { code?: unknown } | null)?.code === "json-value"',
        "(cause as { code?: unknown } | null)?.code !== undefined",
      ],
    ],
    fails: ["has one kind of error for what goes wrong"],
    says: /with a code of its own: your type gave "RangeError too-early"/,
  },
  {
    name: "counts the letters of a key",
    change: [["Buffer.byteLength(wholeText(key)) > 65_535", "wholeText(key).length > 65_535"]],
    fails: ["refuses what MySQL cannot hold"],
    says: /a key of 32768 letters ß: your type gave "kept"/,
  },
];
