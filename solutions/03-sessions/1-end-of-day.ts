/*
 * Exercise 3.1: The end of the day. One solution.
 *
 * The session collects the day, and commit writes it in one transaction. The new members get their keys when their
 * INSERT is sent, so they are read after the commit. close, in finally, rolls back what was not committed.
 * Alternative: sessionmaker(engine).begin(async (session) => …) commits, rolls back and closes by itself. Inside
 * of it the keys are there only after await session.flush().
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
  try {
    const newcomers = day.joined.map((name) => new Member({ name }));
    session.addAll(newcomers);
    const moved = await session.get(Member, day.moved.id);
    const left = await session.get(Member, day.left);
    if (moved === null || left === null) throw new Error("There is no such member.");
    moved.phone = day.moved.phone;
    session.delete(left);
    await session.commit();
    return newcomers.map(({ id }) => id);
  } finally {
    await session.close();
  }
}
