/*
 * Exercise 3.1: The end of the day (10 points, about 5 minutes)
 *
 * Read:  notebooks/03-sessions.ipynb
 * Grade: npm run grade -- 3.1
 */
import { declarativeBase, type Engine, integer, Session, varchar } from "ormlet";

const Base = declarativeBase();

export class Member extends Base.mapped("members", {
  id: integer().primaryKey(),
  name: varchar(100),
  phone: varchar(30).nullable(),
}) {}

export interface Day {
  /** Names of new members. */
  joined: string[];
  moved: { id: number; phone: string };
  /** The key of the member who left. */
  left: number;
}

/** Saves a day, whole or not at all; gives the keys of the new members. */
export async function endOfDay(engine: Engine, day: Day): Promise<number[]> {
  const session = new Session(engine);
  throw new Error("not written yet: exercise 3.1");
}
