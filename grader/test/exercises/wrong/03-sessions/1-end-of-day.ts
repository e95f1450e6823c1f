import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "forgets to commit",
    change: [["    await session.commit();\n", "    await session.flush();\n"]],
    fails: ["adds the new members and gives their keys"],
    says: /There should be a row for each of the names in joined/,
  },
  {
    name: "reads the keys before they are there",
    change: [
      [
        "    session.addAll(newcomers);\n",
        "    session.addAll(newcomers);\n    const keys = newcomers.map(({ id }) => id);\n",
      ],
      ["return newcomers.map(({ id }) => id);", "return keys;"],
    ],
    fails: ["adds the new members and gives their keys"],
    says: /A key is there after the flush/,
  },
  {
    name: "commits each step",
    change: [
      [
        "    session.addAll(newcomers);\n",
        "    session.addAll(newcomers);\n    await session.commit();\n",
      ],
      [
        "    moved.phone = day.moved.phone;\n",
        "    moved.phone = day.moved.phone;\n    await session.commit();\n",
      ],
    ],
    fails: [
      "sends all of it in one transaction",
      "leaves nothing behind when a member is not there",
    ],
    says: /One session and one commit do it all/,
  },
  {
    name: "passes over who is not there",
    change: [
      [
        '    if (moved === null || left === null) throw new Error("There is no such member.");\n    moved.phone = day.moved.phone;\n    session.delete(left);\n',
        "    if (moved !== null) moved.phone = day.moved.phone;\n    if (left !== null) session.delete(left);\n",
      ],
    ],
    fails: ["leaves nothing behind when a member is not there"],
    says: /the caller should get an error, the table should be as before/,
  },
];
