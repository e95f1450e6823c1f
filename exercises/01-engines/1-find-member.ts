/*
 * Exercise 1.1: Find a member (10 points, about 5 minutes)
 *
 * Read:  notebooks/01-engines.ipynb
 * Grade: npm run grade -- 1.1
 */
import { type Engine, sql } from "ormlet";

export interface Member {
  id: number;
  name: string;
}

/** The members who have exactly this name, in the order in which they joined. */
export async function findMembers(engine: Engine, name: string): Promise<Member[]> {
  throw new Error("not written yet: exercise 1.1");
}
