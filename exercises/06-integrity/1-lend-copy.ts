/*
 * Exercise 6.1: Two desks, one shelf (20 points, about 25 minutes)
 *
 * Read:  notebooks/06-integrity.ipynb
 * Grade: npm run grade -- 6.1
 */
import { declarativeBase, integer, type SessionMaker, varchar } from "ormlet";

const Base = declarativeBase();

export class Member extends Base.mapped("members", {
  id: integer().primaryKey(),
  name: varchar(100),
}) {}

export class Copy extends Base.mapped("copies", {
  id: integer().primaryKey(),
  bookId: integer().index(),
  /** Who has it; null when it is on the shelf. */
  memberId: integer().nullable(),
}) {}

/** How many copies a member may have. */
export const MOST = 3;

/** Lends a free copy of the book to the member: the copy's key, or null when that cannot be done. */
export async function lend(
  SessionLocal: SessionMaker,
  bookId: number,
  memberId: number,
): Promise<number | null> {
  throw new Error("not written yet: exercise 6.1");
}
