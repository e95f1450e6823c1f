// What must and what must not compile for a user of the package, in strict mode and without it.
import {
  type CompiledSql,
  type Connection,
  createEngine,
  type Dialect,
  type Engine,
  type Fragment,
  IntegrityError,
  type Row,
  type SqlResult,
  type Statement,
  sql,
} from "ormlet";
import { acquire, createPool, release } from "ormlet/internal/engine/pool";
import type { Part } from "ormlet/internal/engine/sql";
import { table } from "ormlet/notebook";

const engine: Engine = createEngine("mysql://root@localhost/library", {
  echo: (line, event) => line.length + event.parameters.length,
  pool: { size: 5, overflow: 1, prePing: true, recycle: 3600, timeout: 30 },
});

export async function compiles(): Promise<void> {
  const rows = await engine.execute(sql`SELECT name FROM authors WHERE id = ${7}`);
  const untyped: Row | undefined = rows[0];
  const value: unknown = rows[0]?.name;
  const keys: readonly (number | bigint)[] = rows.generatedKeys;
  const count: number = rows.rowCount;

  const authors = await engine.execute(
    sql<{ id: number; name: string }>`SELECT id, name FROM authors`,
  );
  const names: string[] = authors.map((author) => author.name.toUpperCase());
  const typed: SqlResult<{ id: number; name: string }> = authors;

  const length: number = await engine.begin(async (connection: Connection) => {
    const inner = await connection.execute(sql<{ n: bigint }>`SELECT n`);
    const big: bigint | undefined = inner[0]?.n;
    return Number(big);
  });
  const connection: Connection = await engine.connect();
  await connection.close();

  const bound = [1, 1n, "a", true, null, new Date(), new Uint8Array()].map((one) => sql`${one}`);
  const statement: Statement<unknown> = sql`SELECT ${sql.join(bound)}, ${sql.identifier("a", "b")}
    ${sql.list([1, 2])} ${sql.json({ a: [1] })} ${sql.datetime("2026-01-01T00:00:00Z")}`;
  const text: string = statement.toSql(engine.dialect).text;
  const dialect: Dialect = engine.dialect;
  const shown: string = table(rows, { caption: "Authors", limit: 5 }).toString();
  try {
    await engine.dispose();
  } catch (error) {
    if (error instanceof IntegrityError) {
      const constraint: string | undefined = error.constraint;
      const code: string = error.code;
      void [constraint, code];
    }
  }
  const own = createPool(async () => {
    throw new Error("no driver");
  });
  await release(own, await acquire(own));
  void [untyped, value, keys, count, names, typed, length, text, dialect, shown];
}

/** A notebook defines the package's classes once more, and hands them to the rest of the package. */
class WovenFragment<R> {
  declare readonly rowType?: R;
  readonly parts: readonly Part[] = [];
  toSql(dialect: Dialect): CompiledSql {
    return { text: dialect.name, parameters: [] };
  }
}

class WovenConnection {
  declare readonly state: object;
  readonly dialect = engine.dialect;
  execute<R>(statement: Statement<R>): Promise<SqlResult<R>> {
    return engine.execute(statement);
  }
  begin<T>(work: (connection: Connection) => Promise<T> | T): Promise<T> {
    return engine.begin(work);
  }
  stream<R>(statement: Statement<R>): AsyncGenerator<R, void, undefined> {
    return engine.stream(statement);
  }
  async close(): Promise<void> {}
}

export const wovenFragment: Fragment = new WovenFragment<Row>();
export const wovenConnection: Connection = new WovenConnection();
export const nested: Fragment = sql`SELECT ${wovenFragment}`;

export async function doesNot(): Promise<void> {
  // @ts-expect-error a string is not a statement
  await engine.execute("SELECT 1");
  // @ts-expect-error an object is not one value
  sql`SELECT ${{ id: 1 }}`;
  // @ts-expect-error an array is not one value
  sql`SELECT ${[1, 2]}`;
  // @ts-expect-error a function is not a value
  sql`SELECT ${() => 1}`;
  // @ts-expect-error there is no such option
  createEngine("mysql://", { ecko: true });
  // @ts-expect-error seconds are a number
  createEngine("mysql://", { pool: { timeout: "30" } });
  const rows = await engine.execute(sql<{ name: string }>`SELECT name FROM authors`);
  // @ts-expect-error the row has no such column
  rows[0]?.nmae;
  // @ts-expect-error name is a string
  const wrong: number | undefined = rows[0]?.name;
  // @ts-expect-error a fragment never changes
  sql`SELECT 1`.parts = [];
  // @ts-expect-error what an engine is made of is not part of its type
  engine.state;
  void wrong;
}
