/*
 * Exercise 4.6: What was read this year (20 points, about 25 minutes)
 *
 * Read:  notebooks/04c-reports.ipynb
 * Grade: npm run grade -- 4.6
 */
import { date, declarativeBase, integer, type Session, varchar } from "ormlet";

const Base = declarativeBase();

export class Subject extends Base.mapped("subjects", {
  id: integer().primaryKey(),
  name: varchar(100).unique(),
  /** The subject above; null at the top. */
  parentId: integer().nullable().references("subjects.id"),
}) {}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  subjectId: integer().references("subjects.id"),
}) {}

export class Loan extends Base.mapped("loans", {
  id: integer().primaryKey(),
  bookId: integer().references("books.id"),
  takenOn: date(),
}) {}

export interface ReportRow {
  subject: string;
  title: string;
  loans: number;
  place: number;
  share: number;
}

/** The books that were lent most in a year, of each subject in a tree. */
export async function yearReport(
  session: Session,
  wanted: { subject: string; year: number },
): Promise<ReportRow[]> {
  throw new Error("not written yet: exercise 4.6");
}
