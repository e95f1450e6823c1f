/*
 * Exercise 1.6: The last copy (20 points, about 25 minutes)
 *
 * Read:  notebooks/01c-nothing-lost.ipynb
 * Grade: npm run grade -- 1.6
 */
import { type Engine, sql } from "ormlet";

/** Lends a free copy of the book to the member: the copy's id, or undefined when none is free. */
export async function borrowCopy(
  engine: Engine,
  memberId: number,
  bookId: number,
): Promise<number | undefined> {
  throw new Error("not written yet: exercise 1.6");
}
