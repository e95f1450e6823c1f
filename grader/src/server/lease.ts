import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { Connection } from "mysql2/promise";
import { connect, rows, withConnection } from "./connect.js";

/** A database of one's own, for a time. */
export interface Lease {
  /** The database's URL: the lease's own account where one was asked for, else the admin's. */
  url: string;
  /** The name of the database, and of the account. */
  name: string;
  /** Drops the database and the account. Calling it again does nothing. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** Also makes an account of the same name that has rights on this database alone. */
  account?: boolean;
  /** How many connections that account may have at a time; as many as it likes by default. */
  maxConnections?: number;
}

/** The names of leased databases, and of no others. */
const leased = /^ormlet_[a-z0-9_]+_[0-9a-f]{8}$/;

/** What a database's owner needs; nothing that reaches beyond the database, and no GRANT OPTION. */
const rights =
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, " +
  "LOCK TABLES, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, TRIGGER";

/**
 * Makes an empty database that is dropped when it is released, or swept when this process dies.
 * The lease is a named lock, `GET_LOCK('<name>')`, held by a connection of its own that does not
 * keep the process alive: when the process ends, however it ends, the server frees the lock.
 * @param adminUrl an account that may create databases and accounts.
 * @param prefix says what it is for: up to 14 letters and digits, as in `ormlet_<prefix>_<random>`.
 */
export async function leaseDatabase(
  adminUrl: string,
  prefix: string,
  options: LeaseOptions = {},
): Promise<Lease> {
  // An account's name has at most 32 characters.
  const letters = prefix.toLowerCase().replace(/[^a-z0-9]+/g, "_");
  const word = letters.replace(/^_|_$/g, "").slice(0, 14) || "lease";
  const name = `ormlet_${word}_${randomBytes(4).toString("hex")}`;
  const holder = await connect(adminUrl);
  try {
    await holder.query("SET SESSION wait_timeout = 31536000");
    // The lock comes first, so that a sweep never sees the database without it.
    await rows(holder, "SELECT GET_LOCK(?, 10) AS held", [name]);
    await holder.query(`CREATE DATABASE ${name}`);
    const password = options.account ? await makeAccount(holder, name, options) : undefined;
    const url = new URL(adminUrl);
    url.pathname = name;
    if (password !== undefined) {
      url.username = name;
      url.password = password;
    }
    socketOf(holder).unref();
    return { url: url.href, name, release: releaser(adminUrl, name, holder) };
  } catch (error) {
    await drop(holder, name).catch(() => {});
    holder.destroy();
    throw error;
  }
}

async function makeAccount(
  holder: Connection,
  name: string,
  options: LeaseOptions,
): Promise<string> {
  // The end satisfies servers that insist on every kind of character.
  const password = `${randomBytes(18).toString("base64url")}-aA1`;
  const limit = options.maxConnections ?? 0;
  await holder.query(
    `CREATE USER '${name}'@'%' IDENTIFIED BY '${password}' WITH MAX_USER_CONNECTIONS ${limit}`,
  );
  // In a GRANT an underscore stands for any character, unless it is escaped.
  const database = name.replaceAll("_", "\\_");
  await holder.query(`GRANT ${rights} ON \`${database}\`.* TO '${name}'@'%'`);
  return password;
}

function releaser(adminUrl: string, name: string, holder: Connection): () => Promise<void> {
  let released: Promise<void> | undefined;
  const release = async () => {
    socketOf(holder).ref();
    try {
      await drop(holder, name);
      await holder.end();
    } catch {
      holder.destroy();
      // The holder's connection was lost. Without a server there is nothing to drop.
      await withConnection(adminUrl, (connection) => drop(connection, name), 2_000).catch(() => {});
    }
  };
  return () => {
    released ??= release();
    return released;
  };
}

/** The driver's socket: a lease must not keep a process alive that has nothing else to do. */
function socketOf(connection: Connection): Pick<Socket, "ref" | "unref"> {
  const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
  return stream;
}

/**
 * Drops a leased database and its account. Connections that use them are ended first: an open
 * transaction would hold the DROP up.
 */
async function drop(connection: Connection, name: string): Promise<void> {
  const users = await rows(
    connection,
    "SELECT id FROM information_schema.processlist WHERE (user = ? OR db = ?) AND id <> CONNECTION_ID()",
    [name, name],
  );
  for (const { id, ID } of users) await connection.query(`KILL ${id ?? ID}`).catch(() => {});
  await connection.query("SET SESSION lock_wait_timeout = 10");
  // The account first, so that nobody comes in again.
  await connection.query(`DROP USER IF EXISTS '${name}'@'%'`);
  await connection.query(`DROP DATABASE IF EXISTS ${name}`);
}

/**
 * Drops the leased databases and accounts whose holder is gone.
 * @returns their names.
 */
export function sweep(adminUrl: string): Promise<string[]> {
  return withConnection(adminUrl, async (connection) => {
    const swept: string[] = [];
    for (const name of await leasedNames(connection)) {
      // Taking the lock proves that nobody holds it, and keeps other sweeps away.
      const [answer] = await rows(connection, "SELECT GET_LOCK(?, 0) AS held", [name]);
      if (Number(answer?.held) !== 1) continue;
      await drop(connection, name);
      await connection.query("DO RELEASE_LOCK(?)", [name]);
      swept.push(name);
    }
    return swept;
  });
}

async function leasedNames(connection: Connection): Promise<string[]> {
  const databases = await rows(
    connection,
    "SELECT schema_name AS name FROM information_schema.schemata",
  );
  // Some administrators may not read the accounts; an account alone does no harm.
  const accounts = await rows(connection, "SELECT user AS name FROM mysql.user").catch(() => []);
  const names = [...databases, ...accounts].map(({ name }) => String(name));
  return [...new Set(names)].filter((name) => leased.test(name));
}
