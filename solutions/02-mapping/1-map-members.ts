/*
 * Exercise 2.1: Map a table. One solution.
 *
 * joinedOn needs no name: joined_on is its translation. A card number is a bigint in the program, because a
 * BIGINT holds numbers that a JavaScript number would round.
 * Alternative: bigint().as("string"), where a card number is shown and compared but never counted with. It
 * survives JSON as it is.
 */
import { bigint, date, declarativeBase, integer, varchar } from "ormlet";

export const Base = declarativeBase();

/** A row of the table members. */
export class Member extends Base.mapped("members", {
  id: integer().primaryKey(),
  name: varchar(120).named("full_name"),
  card: bigint().named("card_no"),
  joinedOn: date(),
  phone: varchar(30).nullable(),
}) {}
