/*
 * Exercise 2.5: A tree of subjects (15 points, about 20 minutes)
 *
 * Read:  notebooks/02b-tables.ipynb
 * Grade: npm run grade -- 2.5
 */
import { declarativeBase, integer, sql, varchar } from "ormlet";

export const Base = declarativeBase();

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
}) {}

/** A subject in a scheme, such as 510 in ddc. */
export class Subject extends Base.mapped("subjects", {
  id: integer().primaryKey(), // your turn: the right columns, and the options behind them
}) {}

/** A subject has a parent. */
export class SubjectParent extends Base.mapped("subject_parents", {
  id: integer().primaryKey(), // your turn
}) {}

/** A book is filed under a subject. */
export class BookSubject extends Base.mapped("book_subjects", {
  id: integer().primaryKey(), // your turn
}) {}
