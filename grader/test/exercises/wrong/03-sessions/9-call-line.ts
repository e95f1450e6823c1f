import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "enters the line after it has waited",
    change: [
      [
        "  const end = enter(state, { name, alone });\n  try {\n    if (!alone) await earlier;\n",
        "  if (!alone) await earlier;\n  const end = enter(state, { name, alone });\n  try {\n",
      ],
    ],
    fails: ["lets calls that read wait for each other"],
    says: /Each should stand in the line at once, and begin when the one before it has ended/,
  },
  {
    name: "waits for the first in the line",
    change: [["[...state.calls].at(-1)?.ended", "[...state.calls][0]?.ended"]],
    fails: ["lets calls that read wait for each other"],
    says: /begin when the one before it has ended/,
  },
  {
    name: "lets a write wait, as a mutex does",
    change: [
      [
        "  const [other] = state.calls;\n  if (other !== undefined) throw concurrent(`session.${name} was called`, other.name);\n  return start(state, name, true,",
        "  await [...state.calls].at(-1)?.ended;\n  return start(state, name, true,",
      ],
    ],
    fails: ["gives a call that writes the session to itself"],
    says: /Beside any other call it is refused/,
  },
  {
    name: "looks at the first call alone before it reads",
    change: [
      ["for (const other of state.calls) {", "for (const other of [...state.calls].slice(0, 1)) {"],
    ],
    fails: ["refuses to read beside a call that is alone"],
    says: /one that is alone is, wherever it stands in the line/,
  },
  {
    name: "takes the seal off, and not back",
    change: [
      ["    state.sealedBy = before;\n", "    state.sealedBy = undefined;\n"],
      ["  const before = state.sealedBy;\n", ""],
    ],
    fails: ["seals for as long as the work takes"],
    says: /sealedBy is again what it was before it/,
  },
  {
    name: "leaves the line after success alone",
    change: [
      [
        "  try {\n    if (!alone) await earlier;\n    return await work();\n  } finally {\n    end();\n  }\n",
        "  if (!alone) await earlier;\n  const result = await work();\n  end();\n  return result;\n",
      ],
    ],
    fails: ["goes on after a failure"],
    says: /It leaves the line all the same, so the next one begins/,
  },
  {
    name: "stops only what stood there at first",
    change: [
      [
        "  while (state.calls.size > 0) {\n    for (const call of state.calls) call.stop?.(name);\n",
        "  for (const call of state.calls) call.stop?.(name);\n  while (state.calls.size > 0) {\n",
      ],
    ],
    fails: ["rolls back after all that is under way"],
    says: /A call that came while it waited is stopped, and waited for, too/,
  },
  {
    name: "waits once, whoever comes meanwhile",
    change: [["while (state.calls.size > 0) {", "if (state.calls.size > 0) {"]],
    fails: ["rolls back after all that is under way"],
    says: /A call that came while it waited is stopped, and waited for, too/,
  },
];
