import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "counts what the member has without holding the member",
    change: [['get(Member, memberId, { lock: "update" })', "get(Member, memberId)"]],
    fails: ["lends no fourth copy, at however many desks"],
    says: /lock it before you count[\s\S]*8 desks were asked for another/,
  },
  {
    name: "locks the member after the counting, when the picture is fixed already",
    change: [
      [
        'const member = await session.get(Member, memberId, { lock: "update" });',
        "await session.scalars(select(Copy).where(Copy.c.memberId.eq(memberId))).all();\n" +
          '      const member = await session.get(Member, memberId, { lock: "update" });',
      ],
    ],
    fails: ["lends no fourth copy, at however many desks"],
    says: /as of its first plain SELECT/,
  },
  {
    name: "finds a free copy without a lock",
    change: [[".forUpdate({ skipLocked: true })", ""]],
    fails: ["lends no copy twice"],
    says: /lock it as you read it[\s\S]*copies were free\. Your desks lent/,
  },
  {
    name: "waits for the copy of another desk",
    change: [[".forUpdate({ skipLocked: true })", ".forUpdate()"]],
    fails: ["passes over a copy that another desk deals with"],
    says: /Nobody should wait for it[\s\S]*A desk waited/,
  },
  {
    name: "gives up at the first deadlock",
    change: [["{ retry: 5 }", "{}"]],
    fails: ["goes on after a deadlock"],
    says: /SessionLocal\.begin has an option for that[\s\S]*copies|runs/,
  },
  {
    name: "counts only the copies of the same book",
    change: [
      [
        ".where(Copy.c.memberId.eq(memberId))",
        ".where(Copy.c.memberId.eq(memberId), Copy.c.bookId.eq(bookId))",
      ],
    ],
    fails: ["gives null when it cannot be done"],
    says: /three copies may be of any books/,
  },
];
