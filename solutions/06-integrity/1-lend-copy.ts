/*
 * Exercise 6.1: Two desks, one shelf. One solution.
 *
 * Two things may be decided by one desk at a time: what a member has, and who gets a copy. So each has its lock. The
 * member's comes first, in all desks, so that no circle can close; and it comes before the counting, because the
 * first plain SELECT fixes what the transaction sees. Locked copies are skipped, so nobody waits for a stranger.
 * Alternative: isolation "serializable" with retry and no locks at all. It is right as well, but it lets desks run
 * into each other that have nothing to do with one another, and run again.
 */
import { declarativeBase, integer, type SessionMaker, select, varchar } from "ormlet";

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
  return SessionLocal.begin(
    async (session) => {
      // The first statement: what is read after it cannot be older than the lock.
      const member = await session.get(Member, memberId, { lock: "update" });
      if (member === null) return null;
      const held = select(Copy).where(Copy.c.memberId.eq(memberId));
      if ((await session.scalars(held).all()).length >= MOST) return null;
      const free = select(Copy)
        .where(Copy.c.bookId.eq(bookId), Copy.c.memberId.isNull())
        .orderBy(Copy.c.id)
        .limit(1)
        .forUpdate({ skipLocked: true });
      const copy = await session.scalars(free).first();
      if (copy === null) return null;
      copy.memberId = memberId;
      return copy.id;
    },
    { retry: 5 },
  );
}
