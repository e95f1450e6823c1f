import { deepStrictEqual } from "node:assert";
import type { DriverConnection } from "../../src/engine/driver.js";
import { mysqlDriver } from "../../src/engine/mysql-driver.js";
import { parseUrl } from "../../src/engine/url.js";
import type { ColumnType } from "../../src/mapping/column-type.js";
import type { Suite } from "../suite.js";
import { type TestDatabase, testDatabase } from "../support.js";

/** A driver's connection to a database of its own: what comes back is what the engine would convert, unconverted. */
export interface RawDatabase {
  readonly database: TestDatabase;
  connection: DriverConnection;
}

export function rawDatabase(test: Suite): RawDatabase {
  const raw = { database: testDatabase(test) } as RawDatabase;
  test.before(async () => {
    raw.connection = await mysqlDriver(parseUrl(raw.database.url)).connect();
  });
  test.after(() => raw.connection.close());
  return raw;
}

/** Makes a table anew whose column `v` has the type that the SQL names. */
export async function makeTable({ connection }: RawDatabase, column: string): Promise<void> {
  await connection.run("DROP TABLE IF EXISTS kept", []);
  await connection.run(`CREATE TABLE kept (id INT PRIMARY KEY, v ${column} NULL)`, []);
}

/**
 * Checks the law of a column type: what `take` keeps of the values equals, to the sign of a zero, what `read`
 * makes of the rows, for a statement without parameters (text) and one with (binary).
 */
export async function checkLaw<T>(
  { connection }: RawDatabase,
  type: ColumnType<T>,
  values: readonly unknown[],
): Promise<void> {
  const kept = values.map((value) => type.take(value));
  await connection.run("DELETE FROM kept", []);
  const rows = kept.map((_, index) => `(${index}, ?)`).join(", ");
  await connection.run(
    `INSERT INTO kept (id, v) VALUES ${rows}`,
    kept.map((value) => type.bind(value)),
  );
  const read = async (text: string, parameters: number[]) => {
    const result = await connection.run(text, parameters);
    return result.rows.map(([raw]) => (type.read === undefined ? raw : type.read(raw as never)));
  };
  deepStrictEqual(await read("SELECT v FROM kept ORDER BY id", []), kept, "as text");
  deepStrictEqual(await read("SELECT v FROM kept WHERE id >= ? ORDER BY id", [0]), kept, "binary");
}
