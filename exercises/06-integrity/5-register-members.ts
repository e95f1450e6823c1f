/*
 * Exercise 6.5: Saturday's forms (15 points, about 20 minutes)
 *
 * Read:  notebooks/06b-failures.ipynb
 * Grade: npm run grade -- 6.5
 */
import { declarativeBase, integer, type SessionMaker, sql, varchar } from "ormlet";

const Base = declarativeBase();

export class Member extends Base.mapped(
  "members",
  {
    id: integer().primaryKey(),
    name: varchar(100),
    email: varchar(100).unique(),
    age: integer(),
  },
  { checks: [sql`age >= 6`] },
) {}

export interface Form {
  name: string;
  email: string;
  age: number;
}

/** A form that was refused. */
export interface Refusal {
  /** Which of the forms; the first is 1. */
  line: number;
  property: string | undefined;
  code: string;
}

/** Saves the forms that can be saved, all at once; gives those that were refused. */
export async function register(SessionLocal: SessionMaker, forms: Form[]): Promise<Refusal[]> {
  throw new Error("not written yet: exercise 6.5");
}
