import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "puts quotes around the name",
    change: [["= ${name}", "= '${name}'"]],
    fails: [
      "finds the members of a name, in the order in which they joined",
      "finds a name with quotes and backslashes",
      "sends the name beside the statement, not in it",
    ],
    says: /write it as a value of the sql tag, with no quotes around it/,
  },
  {
    name: "builds the statement as a string",
    change: [
      ["engine.execute(sql<Member>`", "engine.execute<Member>(`"],
      ["= ${name}", "= '${name}'"],
    ],
    fails: ["finds the members of a name, in the order in which they joined"],
    says: /1-find-member\.ts:17:33: Argument of type 'string' is not assignable/,
  },
  {
    name: "compares with LIKE",
    change: [["name = ${name}", "name LIKE ${name}"]],
    fails: ["takes % and _ as they are"],
    says: /compare with =, not with LIKE/,
  },
  {
    name: "forgets the order",
    change: [[" ORDER BY joined_on", ""]],
    fails: ["finds the members of a name, in the order in which they joined"],
    says: /ordered by joined_on/,
  },
  {
    name: "reads all members and filters them here",
    change: [
      ["return engine.execute(sql<Member>`", "const all = await engine.execute(sql<Member>`"],
      [
        "WHERE name = ${name} ORDER BY joined_on`);",
        "ORDER BY joined_on`);\n  return all.filter((member) => member.name === name);",
      ],
    ],
    fails: ["sends the name beside the statement, not in it"],
    says: /let MySQL do the comparing/,
  },
];
