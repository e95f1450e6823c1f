/*
 * Exercise 2.5: A tree of subjects. One solution.
 *
 * The key of subject_parents is that of the subject alone, so a second parent can't be written down. And because
 * both of its foreign keys share the scheme, neither can a parent of another scheme. The database refuses to
 * delete what others point at unless it is told otherwise. (A circle of parents no constraint can refuse.)
 * Alternative: parent_code in subjects itself, as a foreign key of two columns that points at its own table. It
 * saves a table. But MySQL 9.7.4 does not check such a key when a row is inserted, only when it is updated.
 */
import { declarativeBase, integer, sql, varchar } from "ormlet";

export const Base = declarativeBase();

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
}) {}

/** A subject in a scheme, such as 510 in ddc. */
export class Subject extends Base.mapped(
  "subjects",
  {
    scheme: varchar(10).primaryKey(),
    code: varchar(20).primaryKey(),
    title: varchar(200),
  },
  { uniques: [["scheme", "title"]], checks: [sql`title <> ''`] },
) {}

const subjectKey = ["subjects.scheme", "subjects.code"];

/** A subject has a parent. */
export class SubjectParent extends Base.mapped(
  "subject_parents",
  {
    scheme: varchar(10).primaryKey(),
    code: varchar(20).primaryKey(),
    parentCode: varchar(20),
  },
  {
    foreignKeys: [
      { columns: ["scheme", "code"], references: subjectKey, onDelete: "cascade" },
      { columns: ["scheme", "parentCode"], references: subjectKey },
    ],
    checks: [sql`parent_code <> code`],
  },
) {}

/** A book is filed under a subject. */
export class BookSubject extends Base.mapped(
  "book_subjects",
  {
    bookId: integer().primaryKey().references("books.id", { onDelete: "cascade" }),
    scheme: varchar(10).primaryKey(),
    code: varchar(20).primaryKey(),
  },
  { foreignKeys: [{ columns: ["scheme", "code"], references: subjectKey }] },
) {}
