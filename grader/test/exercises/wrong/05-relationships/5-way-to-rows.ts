import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "takes the foreign key for near on either side",
    change: [
      [
        'const [near, far] = side === "own" ? [child, parent] : [parent, child];',
        "const [near, far] = [child, parent];\n  void side;",
      ],
    ],
    fails: ["says which columns equal which"],
    says: /depends on the side/,
  },
  {
    name: "leads to the table between",
    change: [
      [
        "const { own } = throughOf(mapper, relationship);",
        "const { target: own } = throughOf(mapper, relationship);",
      ],
    ],
    fails: ["goes by the table between, where there is one"],
    says: /near are the columns of this class that it points at/,
  },
  {
    name: "joins the parts of a key by a comma",
    change: [["JSON.stringify(parts.map(String))", 'parts.map(String).join(",")']],
    fails: ["makes one key of several columns"],
    says: /where one ends and the next begins/,
  },
  {
    name: "looks for null before undefined",
    change: [
      [
        "  if (parts.includes(undefined)) return undefined;\n  return parts.includes(null) ? null :",
        "  if (parts.includes(null)) return null;\n  return parts.includes(undefined) ? undefined :",
      ],
    ],
    fails: ["makes one key of several columns"],
    says: /The key of \(null, undefined\) should be: undefined\. It is: null/,
  },
  {
    name: "folds first",
    change: [
      [
        "    const found = this.get(key);\n    if (found !== undefined || this.size === 0) return found;\n",
        "",
      ],
    ],
    fails: ["finds what the key says"],
    says: /find gives what stands under the key itself/,
  },
  {
    name: "folds all keys for each that is missed",
    change: [["this.folded ??=", "this.folded ="]],
    fails: ["folds the keys once, and only when one is missed"],
    says: /So 40 texts have to be folded.*There were 420/,
  },
  {
    name: "writes the parts as JSON as they are",
    change: [["JSON.stringify(parts.map(String))", "JSON.stringify(parts)"]],
    fails: ["makes one key of several columns, with a bigint among them"],
    says: /JSON\.stringify throws for a bigint/,
  },
];
