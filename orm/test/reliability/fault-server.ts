import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import mysql from "mysql2/promise";
import { ensureServer, killServer } from "../../../grader/src/server/index.js";
import { progress } from "../support.js";

/**
 * A MySQL of a test's own, to be killed in the middle of work. Its data lie on a volume that survives, and it
 * writes every commit to the disk before it says OK, as a server does to which people trust their data.
 */
export interface FaultServer {
  /** An account that may do everything. After each `restart` it is at another port. */
  url: URL;
  /** Ends mysqld as a crash would: `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again on the data that are there, and waits until it answers. */
  restart(): Promise<void>;
  /** Removes the container and its data. */
  remove(): Promise<void>;
}

/**
 * Starts the server in the way in which the course starts its own. It is removed when `remove` is called, and
 * when this process ends, however it ends.
 * @returns undefined where none can be had; the reason is printed, as the runner of the tests wants it.
 */
export async function startFaultServer(): Promise<FaultServer | undefined> {
  const instance = `faults-${process.pid}`;
  const guard = startGuard(instance);
  const remove = async () => {
    guard.ref();
    guard.stdin?.end();
    if (guard.exitCode === null) await once(guard, "exit");
  };
  const start = async () => {
    const { url, way } = await ensureServer({ instance, durable: true });
    if (way === "memory-server")
      throw new Error("mysql-memory-server loses its data with its process");
    return new URL(url);
  };
  try {
    const url = await start();
    await checkDurable(url);
    const server: FaultServer = {
      url,
      kill: () => patiently(() => killServer(instance)),
      async restart() {
        server.url = await patiently(start);
      },
      remove,
    };
    return server;
  } catch (error) {
    await remove();
    const { message, why = "" } = error as Error & { why?: string };
    console.log(
      `SKIPPED: no MySQL that may be killed: ${`${message} ${why}`.replaceAll("\n", " ")}`,
    );
    return undefined;
  }
}

/** Tries again when the container engine does not answer, as it may on a machine that is very busy. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 5) throw error;
      await sleep(1000);
    }
  }
}

/** A process that outlives this one, even killed, by the moment that it takes to remove the server. */
function startGuard(instance: string): ChildProcess {
  const script = fileURLToPath(new URL("./guard.ts", import.meta.url));
  const guard = spawn(process.execPath, ["--import", "tsx", script, instance], {
    // A process group of its own: the runner of the tests ends theirs.
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

/** Whether the server is as durable as the tests say. */
async function checkDurable(url: URL): Promise<void> {
  const connection = await mysql.createConnection(url.href);
  const [rows] = await connection.query(
    "SELECT @@innodb_flush_log_at_trx_commit AS redo, @@sync_binlog AS binlog, @@log_bin AS logged, @@version AS version",
  );
  await connection.end();
  const { version, ...settings } = (rows as Record<string, unknown>[])[0] ?? {};
  if (JSON.stringify(settings) !== '{"redo":1,"binlog":1,"logged":1}')
    throw new Error(`the server is not durable: ${JSON.stringify(settings)}`);
  progress(`MySQL ${version} of its own, durable`);
}
