/*
 * Exercise 6.5: Saturday's forms. One solution.
 *
 * A savepoint around each form: what MySQL refuses takes back that form and nothing else. The list is made inside of
 * the function, because the function may run twice, and the second run must not report what the first one met.
 * Alternative: add all forms, flush once, and only if that fails go through them one by one. It is faster when most
 * lists are faultless, since all rows go in one INSERT.
 */
import {
  DataError,
  declarativeBase,
  IntegrityError,
  integer,
  type SessionMaker,
  sql,
  varchar,
} from "ormlet";

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
  return SessionLocal.begin(
    async (session) => {
      const refused: Refusal[] = [];
      for (const [index, form] of forms.entries()) {
        try {
          await session.beginNested(() => session.add(new Member({ ...form })));
        } catch (error) {
          if (!(error instanceof IntegrityError || error instanceof DataError)) throw error;
          refused.push({ line: index + 1, property: error.property, code: error.code });
        }
      }
      return refused;
    },
    { retry: 3 },
  );
}
