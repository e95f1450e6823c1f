/*
 * Exercise 4.6: What was read this year. One solution.
 *
 * Three questions, each answered by a select that the next one asks: which subjects, how many loans, which place. The
 * windows look at rows that are grouped already, and WHERE can't look at a window, so that each stands in a subquery
 * of its own. It reads like the three steps that one would do by hand, and MySQL gets all of it at once.
 * Alternative: func.count(Loan.c.id) can stand within over(…) itself, as in rank().over({ orderBy: count.desc() }),
 * because a window is worked out after GROUP BY. That saves one of the subqueries.
 */
import { cte, date, declarativeBase, func, integer, type Session, select, varchar } from "ormlet";

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
  const tree = cte(
    "tree",
    select({ id: Subject.c.id, name: Subject.c.name }).where(Subject.c.name.eq(wanted.subject)),
    (above) =>
      select({ id: Subject.c.id, name: Subject.c.name }).join(
        above,
        above.c.id.eq(Subject.c.parentId),
      ),
  );
  const counted = select({
    subjectId: Book.c.subjectId,
    subject: tree.c.name,
    title: Book.c.title,
    loans: func.count(Loan.c.id),
  })
    .from(Book)
    .join(tree, tree.c.id.eq(Book.c.subjectId))
    .join(Loan, Loan.c.bookId.eq(Book.c.id))
    .where(Loan.c.takenOn.between(`${wanted.year}-01-01`, `${wanted.year}-12-31`))
    .groupBy(Book.c.id, Book.c.subjectId, tree.c.name, Book.c.title)
    .subquery("counted");
  const partitionBy = counted.c.subjectId;
  const all = func.sum(counted.c.loans).over({ partitionBy });
  const ranked = select({
    subject: counted.c.subject,
    title: counted.c.title,
    loans: counted.c.loans,
    place: func.rank().over({ partitionBy, orderBy: counted.c.loans.desc() }),
    share: func.coalesce(func.floor(counted.c.loans.mul(100).div(all)), 0),
  }).subquery("ranked");
  const { subject, title, loans, place, share } = ranked.c;
  return session
    .execute(
      select({ subject, title, loans, place, share })
        .where(place.lte(2))
        .orderBy(subject, place, title),
    )
    .all();
}
