import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "looks without a lock",
    change: [[" LIMIT 1 FOR UPDATE`", " LIMIT 1`"]],
    fails: ["lets one of two borrowers have the last copy"],
    says: /What keeps a copy for you between looking and lending\?/,
  },
  {
    name: "works without a transaction",
    change: [
      [
        "return engine.begin(async (connection) => {",
        "return engine.connect().then(async (connection) => {",
      ],
      ["ORDER BY id LIMIT 1 FOR UPDATE", "ORDER BY id LIMIT 1"],
    ],
    fails: ["leaves nothing behind when the loan cannot be written"],
    says: /the next borrower should get the copy/,
  },
  {
    name: "sends the statements one by one through the engine",
    change: [
      [
        "  return engine.begin(async (connection) => {\n    const [copy] = await connection.execute",
        "  {\n    const [copy] = await engine.execute",
      ],
      ["    await connection.execute(sql`UPDATE", "    await engine.execute(sql`UPDATE"],
      [
        "    await connection.execute(sql`\n      INSERT",
        "    await engine.execute(sql`\n      INSERT",
      ],
      ["    return copy.id;\n  });", "    return copy.id;\n  }"],
    ],
    fails: ["leaves nothing behind when the loan cannot be written"],
    says: /The copy should be free again, and the caller should get the error/,
  },
  {
    name: "passes over copies that somebody else looks at",
    change: [["FOR UPDATE`", "FOR UPDATE NOWAIT`"]],
    fails: ["lets one of two borrowers have the last copy"],
    says: /Two members asked for the last copy in the same moment/,
  },
  {
    name: "forgets the loan",
    change: [
      [
        "    await connection.execute(sql`\n      INSERT INTO loans (copy_id, member_id, borrowed_on)\n      VALUES (${copy.id}, ${memberId}, UTC_DATE())`);\n",
        "",
      ],
    ],
    fails: ["lends a free copy of the book"],
    says: /one row should be in loans/,
  },
];
