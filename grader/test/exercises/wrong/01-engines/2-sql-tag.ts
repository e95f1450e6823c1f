import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "writes the value into the text",
    change: [
      ["text += dialect.placeholder(parameters.push(part.value));", "text += `'${part.value}'`;"],
    ],
    fails: ["binds the value and writes a placeholder"],
    says: /dialect\.placeholder\(1\) where the value stood, and the value in parameters/,
  },
  {
    name: "counts placeholders from 0",
    change: [
      [
        "dialect.placeholder(parameters.push(part.value))",
        "dialect.placeholder(parameters.push(part.value) - 1)",
      ],
    ],
    fails: ["binds the value and writes a placeholder"],
    says: /WHERE n = :0 /,
  },
  {
    name: "takes a fragment for a value",
    change: [
      [
        '  return hasBrand(value, "fragment")\n    ? { kind: "fragment", fragment: value as Fragment<unknown> }\n    : { kind: "value", value: checkedValue(value) };',
        '  return { kind: "value", value: value as SqlValue };',
      ],
      ['import { hasBrand } from "ormlet/internal/engine/brand";\n', ""],
      ["checkedValue, ", ""],
    ],
    fails: [
      "writes a statement within a statement in its place",
      "joins fragments with a separator between them",
      "refuses undefined, and a call that is no template",
    ],
    says: /A fragment in the template is no value: its pieces are written where it stands/,
  },
  {
    name: "begins to count anew in each fragment",
    change: [
      ["writeParts(part.fragment.parts, dialect, parameters)", "writeFresh(part.fragment.parts)"],
      [
        '  let text = "";\n  for (const part of parts) {',
        '  let text = "";\n  const writeFresh = (inner: readonly Part[]): string => {\n    const own: SqlValue[] = [];\n    const written = writeParts(inner, dialect, own);\n    parameters.push(...own);\n    return written;\n  };\n  for (const part of parts) {',
      ],
    ],
    fails: ["writes a statement within a statement in its place"],
    says: /the placeholders go on counting/,
  },
];
