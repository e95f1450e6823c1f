/*
 * Exercise 1.6: The last copy. One solution.
 *
 * FOR UPDATE locks the row that was found until the transaction ends. A second borrower waits there, then
 * sees that the copy is on loan, and looks on. A refused loan throws, and begin rolls the UPDATE back.
 * Alternative: FOR UPDATE SKIP LOCKED does not wait but takes the next copy. It is faster where many
 * borrow at once, but says undefined while a first borrower, who may yet fail, holds the last copy.
 */
import { type Engine, sql } from "ormlet";

/** Lends a free copy of the book to the member: the copy's id, or undefined when none is free. */
export async function borrowCopy(
  engine: Engine,
  memberId: number,
  bookId: number,
): Promise<number | undefined> {
  return engine.begin(async (connection) => {
    const [copy] = await connection.execute(sql<{ id: number }>`
      SELECT id FROM copies WHERE book_id = ${bookId} AND on_loan = FALSE
      ORDER BY id LIMIT 1 FOR UPDATE`);
    if (copy === undefined) return undefined;
    await connection.execute(sql`UPDATE copies SET on_loan = TRUE WHERE id = ${copy.id}`);
    await connection.execute(sql`
      INSERT INTO loans (copy_id, member_id, borrowed_on)
      VALUES (${copy.id}, ${memberId}, UTC_DATE())`);
    return copy.id;
  });
}
