import type { Connection, RowDataPacket } from "mysql2/promise";
import { Failure } from "../base/failure.js";

/** The parts of a `mysql://user:password@host:port` URL, decoded. */
function partsOf(url: string) {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

/**
 * Opens one connection to a server, with no database chosen. A connection that is lost later does
 * not end the process: the next statement on it fails instead.
 * @param timeout milliseconds to wait for the server.
 */
export async function connect(url: string, timeout = 10_000): Promise<Connection> {
  // Loaded when needed: commands that find no server should not pay for it.
  const { createConnection } = await import("mysql2/promise");
  const connection = await createConnection({ ...partsOf(url), connectTimeout: timeout });
  connection.on("error", () => {});
  return connection;
}

/** Runs statements on a connection of their own. */
export async function withConnection<T>(
  url: string,
  work: (connection: Connection) => Promise<T>,
  timeout?: number,
): Promise<T> {
  const connection = await connect(url, timeout);
  try {
    return await work(connection);
  } finally {
    await connection.end().catch(() => connection.destroy());
  }
}

/** All rows of a query, as objects. */
export async function rows(
  connection: Connection,
  text: string,
  parameters: unknown[] = [],
): Promise<RowDataPacket[]> {
  const [result] = await connection.query<RowDataPacket[]>(text, parameters);
  return result;
}

/** The version that a server gives ("9.7.4-2"), or a rejection when it does not answer. */
export function serverVersion(url: string, timeout?: number): Promise<string> {
  return withConnection(
    url,
    async (connection) =>
      String((await rows(connection, "SELECT VERSION() AS version"))[0]?.version),
    timeout,
  );
}

/** True for MySQL 8.4 and later; the course uses what came with it. MariaDB is not MySQL. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return !/mariadb/i.test(version) && (major > 8 || (major === 8 && minor >= 4));
}

/** Waits until a server that is starting answers, and returns its version. */
export async function waitUntilReady(url: string, milliseconds: number): Promise<string> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await serverVersion(url, 2_000);
    } catch (cause) {
      if (Date.now() > end) {
        throw new Failure("MySQL was started, but does not answer.", {
          why: cause instanceof Error ? cause.message : String(cause),
          remedy: "Run `npx course stop`, then start again.",
          cause,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
