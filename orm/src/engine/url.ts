import { ArgumentError } from "./errors.js";

/** A database URL, taken apart. */
export interface DatabaseUrl {
  readonly dialect: "mysql" | "postgresql" | "sqlite";
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number;
  /** A file's path for SQLite; undefined there means in memory. */
  readonly database: string | undefined;
  /** `socket`: the path of a Unix socket, used in place of host and port. */
  readonly socket: string | undefined;
  /** `ssl-mode`, in lower case with `_`: disabled, required, verify_ca or verify_identity. */
  readonly sslMode: string | undefined;
  /** `ssl-ca`: the path of a PEM file with the authorities to trust. */
  readonly sslCa: string | undefined;
  /** `connect_timeout`, in seconds. */
  readonly connectTimeout: number | undefined;
}

/** For each database its default port and the one driver that ormlet has for it, which may be named. */
const databases = {
  mysql: { port: 3306, driver: "mysql2" },
  postgresql: { port: 5432, driver: "pg" },
  sqlite: { port: 0, driver: "node" },
} as const;

const pattern =
  /^[\w+.-]+:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?:\[(?<ipv6>[^\]/?]+)\]|(?<host>[^:/?@[\]]*))(?::(?<port>\d*))?(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/;

/**
 * Takes a database URL apart: `mysql://user:password@host:3306/database?charset=utf8mb4`. An empty host is
 * localhost; user, password and database are percent-decoded. The form is SQLAlchemy's.
 * @throws ArgumentError with a code that starts with `url`; the password never stands in the message.
 * @example
 * ```ts
 * const { dialect, user, host, port, database } = parseUrl("mysql://ada:p%40ss@db.example.org/library");
 * console.log(dialect, user, host, port, database); // mysql ada db.example.org 3306 library
 * ```
 */
export function parseUrl(url: string): DatabaseUrl {
  const scheme = typeof url === "string" ? /^([\w+.-]+):\/\//.exec(url)?.[1] : undefined;
  if (scheme === undefined) throw unreadable(url);
  const dialect = checkScheme(scheme, url);
  const parts = pattern.exec(url)?.groups;
  if (parts === undefined) throw unreadable(url);
  const parameters = readParameters(parts.query ?? "", url);
  const port = parts.port ? Number(parts.port) : databases[dialect].port;
  if (port > 65535) throw badUrl(url, `the port ${port} is above 65535`, "MySQL's is 3306.");
  return {
    dialect,
    user: decode(parts.user, url) || undefined,
    password: decode(parts.password, url),
    host: parts.ipv6 ?? (decode(parts.host, url) || "localhost"),
    port,
    database: decode(parts.database, url) || undefined,
    ...readSettings(parameters, url),
  };
}

function unreadable(url: string): ArgumentError {
  if (typeof url !== "string") {
    return new ArgumentError(`A database URL is a string, not ${typeof url}.`, {
      code: "url",
      hint: 'createEngine("mysql://user:password@localhost/library")',
    });
  }
  return badUrl(
    url,
    "it is not of the form mysql://user:password@host:port/database",
    "In user and password write %40 for @, %3A for :, %2F for /.",
  );
}

/** The dialect that a scheme such as `mysql` or `mysql+mysql2` names; refuses the drivers of Python. */
function checkScheme(scheme: string, url: string): keyof typeof databases {
  const [name = "", driver] = scheme.split("+");
  if (!Object.hasOwn(databases, name)) {
    const meant = { mariadb: "mysql", postgres: "postgresql", sqlite3: "sqlite" }[name];
    throw badUrl(
      url,
      `ormlet does not know the database ${JSON.stringify(name)}`,
      meant === undefined
        ? "It knows mysql, postgresql and sqlite."
        : `Write ${meant}${maskPassword(url).slice(scheme.length)}`,
      "url-database",
    );
  }
  const dialect = name as keyof typeof databases;
  if (driver === undefined || driver === databases[dialect].driver) return dialect;
  throw badUrl(
    url,
    `${driver} is not a driver of ormlet; the name is known from SQLAlchemy, in Python`,
    `Write ${name}${maskPassword(url).slice(scheme.length)}`,
    "url-driver",
  );
}

function readParameters(query: string, url: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query === "" ? [] : query.split("&")) {
    const [name = "", ...value] = pair.split("=");
    if (parameters.has(name)) {
      throw badUrl(url, `the parameter ${name} stands in it twice`, "Keep one.", "url-parameter");
    }
    parameters.set(name, decode(value.join("="), url) ?? "");
  }
  return parameters;
}

const sslModes = ["disabled", "required", "verify_ca", "verify_identity"];
const known = ["charset", "ssl-mode", "ssl-ca", "socket", "connect_timeout"];

/** Reads the parameters that ormlet knows and refuses all others, so that a slip is not passed over. */
function readSettings(parameters: ReadonlyMap<string, string>, url: string) {
  const fail = (what: string, hint: string) => badUrl(url, what, hint, "url-parameter");
  for (const name of parameters.keys()) {
    if (!known.includes(name)) {
      const meant = known.find((other) => alike(other) === alike(name));
      throw fail(
        `the parameter ${JSON.stringify(name)} is not known`,
        meant === undefined ? `Known are ${known.join(", ")}.` : `Write ${meant}=…`,
      );
    }
  }
  const charset = parameters.get("charset") ?? "utf8mb4";
  if (charset.toLowerCase() !== "utf8mb4") {
    throw fail(`charset=${charset} is not offered`, "ormlet speaks utf8mb4, which holds any text.");
  }
  const sslMode = parameters.get("ssl-mode")?.toLowerCase();
  if (sslMode !== undefined && !sslModes.includes(sslMode)) {
    throw fail(
      `ssl-mode=${sslMode} is not offered`,
      `Choose ${sslModes.join(", ").toUpperCase()}.`,
    );
  }
  const timeout = parameters.get("connect_timeout");
  const connectTimeout = timeout === undefined ? undefined : Number(timeout);
  if (connectTimeout !== undefined && !(timeout !== "" && connectTimeout > 0)) {
    throw fail(
      `connect_timeout=${timeout} is not a number of seconds`,
      "Write connect_timeout=10.",
    );
  }
  const socket = parameters.get("socket");
  return { socket, sslMode, sslCa: parameters.get("ssl-ca"), connectTimeout };
}

function alike(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "").replace("unixsocket", "socket");
}

function decode(text: string | undefined, url: string): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl(url, "a % in it is not followed by two hexadecimal digits", "Write %25 for %.");
  }
}

function badUrl(url: string, why: string, hint: string, code = "url"): ArgumentError {
  return new ArgumentError(`The URL ${maskPassword(url)} was refused: ${why}.`, { code, hint });
}

/** The URL with `***` for its password, fit for a message or a log, however badly it is written. */
export function maskPassword(url: string): string {
  return url.replace(passwordIn(url), "$1***").replace(/(passw(?:or)?d=)[^&]*/gi, "$1***");
}

/** Finds the password, behind a group to be kept. In what is no URL, it is all that can be one. */
function passwordIn(url: string): RegExp {
  if (pattern.test(url)) return /(:\/\/[^:/@]*:)[^@/]*(?=@)/;
  const isBeforeHost = /^([\w+.-]*:\/\/(?:[^:/@]*:)?)?.*(?=@)/s;
  const isBehindColon = /(:\/\/[^:/?]*:)(?!\d*(?:[/?]|$)).*/s;
  return url.includes("@") ? isBeforeHost : isBehindColon;
}
