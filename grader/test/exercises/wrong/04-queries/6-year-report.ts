import type { WrongAnswer } from "../../wrong.js";

const equal = "gives equal books the same place, and leaves out the third";
const below = "looks at all subjects below, and at no others";
const counts = "counts the loans of the year, book by book";

export const answers: WrongAnswer[] = [
  {
    name: "looks at the subject alone",
    change: [
      [
        `,
    (above) =>
      select({ id: Subject.c.id, name: Subject.c.name }).join(
        above,
        above.c.id.eq(Subject.c.parentId),
      ),
  );`,
        ",\n  );",
      ],
    ],
    fails: [below],
    says: /those below it, those below these, and so on, however deep the tree is/,
  },
  {
    name: "walks up the tree instead of down",
    change: [
      ["above.c.id.eq(Subject.c.parentId)", "above.c.parentId.eq(Subject.c.id)"],
      [
        "select({ id: Subject.c.id, name: Subject.c.name }).where(",
        "select({ id: Subject.c.id, name: Subject.c.name, parentId: Subject.c.parentId }).where(",
      ],
      [
        "select({ id: Subject.c.id, name: Subject.c.name }).join(",
        "select({ id: Subject.c.id, name: Subject.c.name, parentId: Subject.c.parentId }).join(",
      ],
    ],
    fails: [counts],
    says: /and none of another subject/,
  },
  {
    name: "numbers the rows",
    change: [["func.rank()", "func.rowNumber()"]],
    fails: [equal],
    says: /have the same place, and the next place is left out: 1, 1, 3/,
  },
  {
    name: "leaves no gaps between places",
    change: [["func.rank()", "func.denseRank()"]],
    fails: [equal],
    says: /have the same place, and the next place is left out: 1, 1, 3/,
  },
  {
    name: "takes equal titles for one book",
    change: [[".groupBy(Book.c.id, Book.c.subjectId,", ".groupBy(Book.c.subjectId,"]],
    fails: ["has the whole year, and books of one title"],
    says: /Two books with the same title are two books[\s\S]*The report of \{"subject":/,
  },
  {
    name: "counts the loans of all years",
    change: [
      ["    .where(Loan.c.takenOn.between(`${wanted.year}-01-01`, `${wanted.year}-12-31`))\n", ""],
    ],
    fails: [counts],
    says: /the number of its loans in that year alone/,
  },
  {
    name: "shares among the books of the list",
    change: [
      ["func.sum(counted.c.loans).over({ partitionBy })", "func.sum(counted.c.loans).over()"],
    ],
    fails: ["knows the place and the share of each book"],
    says: /divided by all loans of its subject in that year/,
  },
  {
    name: "asks for the last day of the year no more",
    change: [["`${wanted.year}-12-31`", "`${wanted.year}-12-30`"]],
    fails: ["has the whole year, and books of one title"],
    says: /The first and the last day of the year belong to it/,
  },
  {
    name: "compares the window in the select that works it out",
    change: [
      [
        '  }).subquery("ranked");\n  const { subject, title, loans, place, share } = ranked.c;\n',
        "  });\n",
      ],
      [
        `      select({ subject, title, loans, place, share })
        .where(place.lte(2))
        .orderBy(subject, place, title),`,
        `      ranked
        .where(func.rank().over({ partitionBy, orderBy: counted.c.loans.desc() }).lte(2))
        .orderBy(counted.c.subject, counted.c.loans.desc(), counted.c.title),`,
      ],
    ],
    fails: [counts],
    says: /window function/,
  },
];
