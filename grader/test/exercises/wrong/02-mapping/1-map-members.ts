import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "names the properties like the columns",
    change: [
      ['  name: varchar(120).named("full_name"),', "  fullName: varchar(120),"],
      ['  card: bigint().named("card_no"),', "  cardNo: bigint(),"],
    ],
    fails: ["gives a member the five properties"],
    says: /The properties are id, name, card, joinedOn and phone/,
  },
  {
    name: "takes an integer for the card",
    change: [
      ["bigint, date,", "date,"],
      ["card: bigint()", "card: integer()"],
    ],
    fails: ["describes the table that is there"],
    says: /the same names, types and NULLs/,
  },
  {
    name: "has a phone that must be there",
    change: [["varchar(30).nullable()", "varchar(30)"]],
    fails: ["describes the table that is there", "lets the phone be absent, and nothing else"],
    says: /Without a phone a member is whole, and its phone is null/,
  },
];
