import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "takes no savepoint",
    change: [
      [
        "await session.beginNested(() => session.add(receipt));",
        "session.add(receipt);\n    await session.flush();",
      ],
    ],
    fails: ["goes without the receipt when its number is taken"],
    says: /The transfer is right all the same: it should be committed, and the result should be null/,
  },
  {
    name: "takes every error for a number that is taken",
    change: [
      [
        "    if (error instanceof IntegrityError) return null;\n    throw error;",
        "    if (error instanceof Error) return null;\n    throw error;",
      ],
      ["IntegrityError, integer", "integer"],
    ],
    fails: ["undoes all of it when something else fails"],
    says: /Only a number that is taken is no reason to stop/,
  },
  {
    name: "rolls nothing back",
    change: [["    await session.rollback();\n    throw error;", "    throw error;"]],
    fails: ["undoes all of it when something else fails"],
    says: /nothing should remain, and the caller should get the error/,
  },
  {
    name: "leaves the transfer to the savepoint",
    change: [
      ["    await session.flush();\n    const receipt = await", "    const receipt = await"],
    ],
    fails: ["moves the credit, and writes the transfer and its receipt"],
    says: /"error":"ArgumentError"/,
  },
];
