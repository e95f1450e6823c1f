import type { Connection } from "mysql2/promise";
import { Failure } from "../base/failure.js";
import { leaseDatabase, sweep } from "../server/index.js";
import type { Sql } from "./exercise.js";
import { limits } from "./limits.js";

/** The run's own database: made for it, emptied before each test, dropped at the end. */
export interface RunDatabase {
  /** For the runner: the run's own account, with rights on this database alone. */
  url: string;
  /** For the judge, with the administrator's account. */
  sql: Sql;
  /** Drops everything in it, and whatever a test left open. */
  reset(): Promise<void>;
  /** Ends all connections of the run's account, with the statements that they run. */
  cutOff(): Promise<void>;
  /** @throws Failure when the server does not answer any more */
  check(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Leases a database and an account for one run.
 *
 * @param serverUrl an account that may create databases and users
 * @throws Failure when the server cannot be reached
 */
export async function openRunDatabase(serverUrl: string): Promise<RunDatabase> {
  const { createConnection } = await import("mysql2/promise");
  const options = { account: true, maxConnections: limits.connections };
  const [connected, leased] = await Promise.allSettled([
    createConnection({
      uri: serverUrl,
      multipleStatements: true,
      dateStrings: true,
      supportBigNumbers: true,
      timezone: "Z",
    }),
    leaseDatabase(serverUrl, "run", options),
  ]);
  if (connected.status === "rejected" || leased.status === "rejected") {
    if (connected.status === "fulfilled") connected.value.destroy();
    if (leased.status === "fulfilled") await leased.value.release();
    const failed = connected.status === "rejected" ? connected : leased;
    throw gone((failed as PromiseRejectedResult).reason as Error);
  }
  const [admin, lease] = [connected.value, leased.value];
  admin.on("error", () => {});
  await admin.query(`SET SESSION lock_wait_timeout = 1; USE ${lease.name}`);
  return new LeasedDatabase(admin, lease);
}

/** What a learner reads when MySQL stops in the middle. */
export function gone(cause: Error): Failure {
  return new Failure("MySQL does not answer, so this was not graded.", {
    why: cause.message || ((cause as NodeJS.ErrnoException).code ?? "no connection"),
    remedy: "No attempt was counted. Run the same command again: it starts MySQL if need be.",
    cause,
  });
}

class LeasedDatabase implements RunDatabase {
  readonly #admin: Connection;
  readonly #lease: Awaited<ReturnType<typeof leaseDatabase>>;
  #isEmpty = true;

  constructor(admin: Connection, lease: Awaited<ReturnType<typeof leaseDatabase>>) {
    this.#admin = admin;
    this.#lease = lease;
  }

  get url(): string {
    return this.#lease.url;
  }

  sql: Sql = async (text, parameters = []) => {
    const [rows] = await this.#admin.query(text, parameters);
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  };

  async reset(): Promise<void> {
    if (this.#isEmpty) {
      this.#isEmpty = false;
      return;
    }
    const { name } = this.#lease;
    const again = `DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name}; USE ${name}`;
    try {
      await this.#admin.query(again);
    } catch {
      // A transaction that a test left open holds its tables.
      await this.cutOff();
      await this.#admin.query(again);
    }
  }

  async cutOff(): Promise<void> {
    const [rows] = await this.#admin.query(
      "SELECT id AS id FROM information_schema.processlist WHERE user = ?",
      [this.#lease.name],
    );
    for (const { id } of rows as { id: number }[]) {
      await this.#admin.query(`KILL ${Number(id)}`).catch(() => undefined);
    }
  }

  async check(): Promise<void> {
    await this.#admin.ping().catch((cause: Error) => {
      throw gone(cause);
    });
  }

  async release(): Promise<void> {
    await Promise.allSettled([this.#lease.release(), this.#admin.end()]);
    this.#admin.destroy();
  }
}

/** Drops what runs left that were killed. */
export async function sweepDatabases(serverUrl: string): Promise<void> {
  await sweep(serverUrl).catch(() => undefined);
}
