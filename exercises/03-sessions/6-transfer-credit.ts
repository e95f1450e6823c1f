/*
 * Exercise 3.6: A transfer, whole or not at all (20 points, about 25 minutes)
 *
 * Read:  notebooks/03c-transactions.ipynb
 * Grade: npm run grade -- 3.6
 */
import { declarativeBase, integer, type Session, varchar } from "ormlet";

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
  throw new Error("not written yet: exercise 3.6");
}
