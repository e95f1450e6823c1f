import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "trusts JSON.stringify",
    change: [
      ["    if (!inexact) return item;\n", '    if (!inexact || key !== "?") return item;\n'],
    ],
    fails: ["refuses to write what JSON would change in silence"],
    says: /JSON\.stringify writes null for NaN/,
  },
  {
    name: "looks at the outermost value alone",
    change: [
      ["    if (!inexact) return item;\n", '    if (!inexact || key !== "") return item;\n'],
    ],
    fails: ["refuses to write what JSON would change in silence"],
    says: /at any depth/,
  },
  {
    name: "refuses every undefined",
    change: [['(item === undefined && (key === "" || Array.isArray(this)))', "item === undefined"]],
    fails: ["writes what is exact, however unusual"],
    says: /A property that is undefined is simply absent/,
  },
  {
    name: "looks for long digits in strings too",
    change: [
      ['text.matchAll(/"(?:[^"\\\\]|\\\\.)*"|[-+.\\dEe]{16,}/g)', "text.matchAll(/-?\\d{16,}/g)"],
    ],
    fails: ["reads JSON"],
    says: /The result should be the value that the JSON stands for/,
  },
];
