/*
 * Exercise 2.1: Map a table (10 points, about 5 minutes)
 *
 * Read:  notebooks/02-mapping.ipynb
 * Grade: npm run grade -- 2.1
 */
import { declarativeBase, integer } from "ormlet";

export const Base = declarativeBase();

/** A row of the table members. */
export class Member extends Base.mapped("members", {
  id: integer().primaryKey(),
  // your turn: name, card, joinedOn, phone
}) {}
