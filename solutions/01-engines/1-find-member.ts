/*
 * Exercise 1.1: Find a member. One solution.
 *
 * The name is a bound parameter, so MySQL never reads it as SQL, and = takes % and _ as plain characters.
 * Alternative: read all members and filter them in TypeScript. It gives the same list, but sends every
 * member over the network, and it compares by JavaScript's rules where the column has rules of its own.
 */
import { type Engine, sql } from "ormlet";

export interface Member {
  id: number;
  name: string;
}

/** The members who have exactly this name, in the order in which they joined. */
export async function findMembers(engine: Engine, name: string): Promise<Member[]> {
  return engine.execute(sql<Member>`
    SELECT id, name FROM members WHERE name = ${name} ORDER BY joined_on`);
}
