import { randomBytes } from "node:crypto";
import { Failure } from "../base/failure.js";
import { isSupported, rows, withConnection } from "./connect.js";

/** The environment variable that names a server of the user's own. */
export const ownVariable = "ORMLET_DATABASE_URL";

/** The user's own server, when one is named. */
export function ownUrl(): string | undefined {
  return process.env[ownVariable] || undefined;
}

/** What a connection's error code means for the URL, and what to do. */
const meanings: Record<string, { why: (host: string) => string; remedy: string }> = {
  ER_ACCESS_DENIED_ERROR: {
    why: () => "The server refuses its user or its password.",
    remedy: "Correct the user and the password. Characters such as @ : / # are written as %40 …",
  },
  ECONNREFUSED: {
    why: (host) => `Nothing listens at ${host}.`,
    remedy: "Start that server, or correct the host and the port.",
  },
  ENOTFOUND: {
    why: (host) => `There is no host of the name in ${host}.`,
    remedy: "Correct the host.",
  },
  ETIMEDOUT: {
    why: (host) => `Nothing answered at ${host}.`,
    remedy: "Correct the host and the port, and look for a firewall on the way.",
  },
};
meanings.EAI_AGAIN = meanings.ENOTFOUND as (typeof meanings)[string];

const advice = `Correct ${ownVariable}, or unset it to let the course get a MySQL by itself.`;

/**
 * Checks the URL that the user gave and asks the server there for its version.
 * @param thorough also tries whether it may make a database and an account.
 * @returns the URL of the server without a database, and its version.
 * @throws Failure when it cannot be used, saying why.
 */
export async function checkOwnServer(
  text: string,
  thorough: boolean,
): Promise<{ url: string; version: string }> {
  const unusable = (why: string, remedy = "", cause?: unknown) =>
    new Failure(`${ownVariable} cannot be used.`, {
      why,
      remedy: `${remedy} ${advice}`.trim(),
      ...(cause === undefined ? {} : { cause }),
    });
  if (!URL.canParse(text) || !/^mysql:\/\/[^/]/.test(text)) {
    throw unusable("It is not a URL like mysql://user:password@127.0.0.1:3306.");
  }
  const url = new URL(text);
  // `localhost` may mean IPv6 to Node and IPv4 to the server.
  if (url.hostname === "localhost") url.hostname = "127.0.0.1";
  const bare = `mysql://${url.username}${url.password && `:${url.password}`}@${url.host}`;
  try {
    const version = await withConnection(
      bare,
      async (connection) => {
        const found = String((await rows(connection, "SELECT VERSION() AS v"))[0]?.v);
        if (!isSupported(found)) {
          throw unusable(`It leads to a server of version ${found}; MySQL 8.4 or later is needed.`);
        }
        if (!thorough) return found;
        const name = `ormlet_check_${randomBytes(4).toString("hex")}`;
        await connection.query(`CREATE DATABASE ${name}`);
        await connection.query(`DROP DATABASE ${name}`);
        await connection.query(`CREATE USER ${name} IDENTIFIED BY 'aA1!${name}'`);
        await connection.query(`DROP USER ${name}`);
        return found;
      },
      5_000,
    );
    return { url: bare, version };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code = "", message } = error as { code?: string; message: string };
    const meaning = meanings[code];
    if (meaning) throw unusable(meaning.why(url.host), meaning.remedy, error);
    if (/DENIED|SPECIFIC_ACCESS/.test(code)) {
      throw unusable(
        `Its user may not make databases and accounts. The server said: ${message}`,
        "Use an account with CREATE, DROP and CREATE USER on *.*, and GRANT OPTION.",
        error,
      );
    }
    throw unusable(`The server at ${url.host} said: ${message}`, "", error);
  }
}
