import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "has a key of the code alone",
    change: [
      [
        "    scheme: varchar(10).primaryKey(),\n    code: varchar(20).primaryKey(),\n    title: varchar(200),",
        "    scheme: varchar(10),\n    code: varchar(20).primaryKey(),\n    title: varchar(200),",
      ],
      [
        '{ uniques: [["scheme", "title"]],',
        '{ uniques: [["scheme", "title"], ["scheme", "code"]],',
      ],
    ],
    fails: ["takes a tree of subjects and the books in it"],
    says: /Duplicate entry '\d+' for key 'subjects\.PRIMARY'/,
  },
  {
    name: "lets a subject be its own parent",
    change: [["    checks: [sql`parent_code <> code`],\n", ""]],
    fails: ["refuses what is not sensible in a single row"],
    says: /A subject is not its own parent/,
  },
  {
    name: "deletes what is filed with a subject",
    change: [
      [
        'foreignKeys: [{ columns: ["scheme", "code"], references: subjectKey }] }',
        'foreignKeys: [{ columns: ["scheme", "code"], references: subjectKey, onDelete: "cascade" }] }',
      ],
    ],
    fails: ["keeps what is in use, and lets go what belongs to it"],
    says: /A subject that is a parent or has books can't be deleted/,
  },
  {
    name: "has titles that are there once in all schemes",
    change: [['uniques: [["scheme", "title"]]', 'uniques: [["title"]]']],
    fails: ["takes a tree of subjects and the books in it"],
    says: /Duplicate entry '.+' for key 'subjects\.uq_subjects_title'/,
  },
  {
    name: "looks for a parent in no scheme",
    change: [['      { columns: ["scheme", "parentCode"], references: subjectKey },\n', ""]],
    fails: ["has parents that are there, in the same scheme"],
    says: /A parent is found by two columns, the scheme of the line and the parent's code/,
  },
];
