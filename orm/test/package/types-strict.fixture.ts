// What only strict mode can refuse.
import { createEngine, sql } from "ormlet";

export async function refused(id: number | undefined): Promise<void> {
  // @ts-expect-error undefined never means NULL, nor "no condition"
  sql`SELECT * FROM books WHERE id = ${id}`;
  const rows = await createEngine("mysql://").execute(sql`SELECT 1 AS one`);
  // @ts-expect-error the value of an untyped row is unknown
  const one: number | undefined = rows[0]?.one;
  void one;
}
