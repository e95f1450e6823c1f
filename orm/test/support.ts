import { randomBytes } from "node:crypto";
import mysql from "mysql2/promise";
import type { Suite } from "./suite.js";

/** The server that the tests use: an account that may create databases. */
export function serverUrl(): URL {
  const url = process.env.ORMLET_DATABASE_URL;
  if (!url)
    throw new Error("Set ORMLET_DATABASE_URL to a MySQL account that may create databases.");
  return new URL(url);
}

export interface TestDatabase {
  /** The URL of a new, empty database; set before the first test runs. */
  url: string;
  name: string;
  /** A connection of mysql2 alone, to look at the server without the code under test. */
  admin: mysql.Connection;
}

/**
 * A database for one test file, dropped after its last test. It is named and locked as the course's leases
 * are (GET_LOCK on its name), so that one left behind by a killed test run is swept.
 */
export function testDatabase(test: Suite): TestDatabase {
  const name = `ormlet_test_${randomBytes(4).toString("hex")}`;
  const url = serverUrl();
  const database = { name } as TestDatabase;
  test.before(async () => {
    database.admin = await mysql.createConnection({ uri: url.href, supportBigNumbers: true });
    await database.admin.query("DO GET_LOCK(?, 0)", [name]);
    await database.admin.query(`CREATE DATABASE ${name}`);
    url.pathname = `/${name}`;
    database.url = url.href;
  });
  test.after(async () => {
    await database.admin.query(`DROP DATABASE IF EXISTS ${name}`);
    await database.admin.end();
  });
  return database;
}

/** Waits until `condition` holds; fails after two seconds, or as many as are given. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  seconds = 2,
): Promise<void> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`The condition did not come true within ${seconds} seconds.`);
}

/** The error that `work` throws; fails when it throws none. */
export async function errorOf(work: () => unknown): Promise<Error & Record<string, unknown>> {
  try {
    await work();
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("It did not throw.");
}

/** An echo that notes each statement without its backticks, and its parameters behind it, if it has any. */
export function echoTo(sent: string[]) {
  return (
    _line: string,
    { text, parameters }: { text: string; parameters: readonly unknown[] },
  ) => {
    const values = parameters.length === 0 ? "" : ` ${JSON.stringify(parameters)}`;
    sent.push(text.replaceAll("`", "") + values);
  };
}

/**
 * How often to do something: `sample` times in `npm test`, up to `full` times in `npm run test:long`, which
 * sets ORMLET_TEST_RUNS to a factor.
 */
export function runs(sample: number, full: number): number {
  const factor = Number(process.env.ORMLET_TEST_RUNS ?? 1);
  return Math.min(full, Math.round(sample * factor));
}

/** Tells whoever waits how far a long test is; the runner shows it as it comes. */
export function progress(text: string): void {
  // The dots of the test before stand on the line.
  console.log(`\nPROGRESS: ${text}`);
}
