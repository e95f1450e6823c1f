/*
 * Exercise 3.6: A transfer, whole or not at all. One solution.
 *
 * The flush comes before the savepoint for two reasons: the receipt needs the transfer's key, and what MySQL refuses
 * of the transfer itself must not be taken for a refused receipt. The savepoint undoes the receipt alone, and
 * rollback gives both members back what they held, so nobody has to add the cents again by hand.
 * Alternative: look with a SELECT whether the number is taken. It needs no savepoint, but between looking and
 * inserting, another desk can take the number.
 */
import { declarativeBase, IntegrityError, integer, type Session, varchar } from "ormlet";

const Base = declarativeBase();

export class Member extends Base.mapped("members", {
  id: integer().primaryKey(),
  name: varchar(100),
  /** In cents. The table has a check: it is never below 0. */
  credit: integer(),
}) {}

export class Transfer extends Base.mapped("transfers", {
  id: integer().primaryKey(),
  fromId: integer(),
  toId: integer(),
  cents: integer(),
}) {}

export class Receipt extends Base.mapped("receipts", {
  id: integer().primaryKey(),
  number: varchar(20).unique(),
  transferId: integer(),
}) {}

export interface Order {
  from: Member;
  to: Member;
  cents: number;
  /** The number of the receipt. */
  number: string;
}

/** Moves credit from one member to another; gives the receipt, or null when its number is taken. */
export async function transfer(session: Session, order: Order): Promise<Receipt | null> {
  const { from, to, cents, number } = order;
  try {
    from.credit -= cents;
    to.credit += cents;
    const saved = new Transfer({ fromId: from.id, toId: to.id, cents });
    session.add(saved);
    await session.flush();
    const receipt = await tryReceipt(session, new Receipt({ number, transferId: saved.id }));
    await session.commit();
    return receipt;
  } catch (error) {
    await session.rollback();
    throw error;
  }
}

/** Saves a receipt in a savepoint; null when its number is taken. */
async function tryReceipt(session: Session, receipt: Receipt): Promise<Receipt | null> {
  try {
    await session.beginNested(() => session.add(receipt));
    return receipt;
  } catch (error) {
    if (error instanceof IntegrityError) return null;
    throw error;
  }
}
