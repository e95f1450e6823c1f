import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "joins the parts of a key with a comma",
    change: [["JSON.stringify(parts.map(String))", 'parts.join(",")']],
    fails: ["keeps texts apart, whatever stands in them"],
    says: /A text may hold any character, also the one that you put between the parts of a key/,
  },
  {
    name: "takes the first column for the whole key",
    change: [
      [
        "if (first !== undefined && second === undefined) return",
        "if (first !== undefined) return",
      ],
      ["const [first, second] =", "const [first] ="],
    ],
    fails: ["keeps keys of two columns apart"],
    says: /All parts of a key count, and their order/,
  },
  {
    name: "takes a Date itself for a key",
    change: [["  if (part instanceof Date) return part.toISOString();\n", ""]],
    fails: ["finds objects by times, bytes and long numbers"],
    says: /Two Dates of the same time are the same key/,
  },
  {
    name: "drops whatever has the key",
    change: [
      [
        "if (key !== undefined && objects?.get(key) === instance.object) objects.delete(key);",
        "if (key !== undefined) objects?.delete(key);",
      ],
    ],
    fails: ["lets go of the object itself, and of no other"],
    says: /dropIdentity takes an object out only if it is the very one that stands in the map/,
  },
  {
    name: "takes null for a part that is not known",
    change: [
      [
        'const part = typeof value === "object" && value !== null ?',
        'const part = value === null ? undefined : typeof value === "object" ?',
      ],
    ],
    fails: ["tells null from what is not known"],
    says: /keyPart should give null for null/,
  },
];
