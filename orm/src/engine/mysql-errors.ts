import {
  DatabaseError,
  type DatabaseErrorDetails,
  DataError,
  DeadlockError,
  IntegrityError,
  OperationalError,
  ProgrammingError,
} from "./errors.js";
import type { SqlValue } from "./values.js";

type ErrorClass = new (what: string, details: DatabaseErrorDetails) => DatabaseError;

/** Server error number → class, code, hint. Numbers: MySQL 8 error reference, "Server Error Messages". */
const byNumber: Readonly<Record<number, readonly [ErrorClass, string, string?]>> = {
  1062: [IntegrityError, "duplicate-key", "A row with this key is there already."],
  1586: [IntegrityError, "duplicate-key", "A row with this key is there already."],
  1048: [IntegrityError, "not-null", "Give the column a value."],
  1364: [IntegrityError, "not-null", "Give the column a value; it has no default."],
  1451: [
    IntegrityError,
    "foreign-key",
    "Other rows refer to this one. Delete or change them first.",
  ],
  1452: [IntegrityError, "foreign-key", "The row referred to is not there. Insert it first."],
  1216: [IntegrityError, "foreign-key"],
  1217: [IntegrityError, "foreign-key"],
  3819: [IntegrityError, "check", "The values break a CHECK constraint of the table."],
  1213: [DeadlockError, "deadlock", "Run the whole transaction again."],
  1205: [OperationalError, "lock-timeout", "Another transaction holds the row. Try again later."],
  3572: [OperationalError, "lock-not-available", "Another transaction holds the row (NOWAIT)."],
  1044: [OperationalError, "access-denied", "The account has no rights on this database."],
  1045: [
    OperationalError,
    "access-denied",
    "Check user and password in the URL (percent-encoded).",
  ],
  1142: [OperationalError, "access-denied", "The account has no right to do this."],
  1049: [OperationalError, "unknown-database", "Create it, or correct the end of the URL."],
  1040: [OperationalError, "too-many-connections", "Use a smaller pool, or raise max_connections."],
  1203: [OperationalError, "too-many-connections", "Use a smaller pool."],
  1226: [OperationalError, "too-many-connections", "Use a smaller pool."],
  1153: [
    OperationalError,
    "packet-too-large",
    "Raise max_allowed_packet in the server's settings.",
  ],
  1317: [OperationalError, "interrupted", "Someone ended the statement with KILL QUERY."],
  3024: [
    OperationalError,
    "statement-timeout",
    "The statement took longer than max_execution_time.",
  ],
  1792: [OperationalError, "read-only", "The transaction was begun as READ ONLY."],
  1290: [OperationalError, "read-only", "The server is read-only, perhaps a replica."],
  1064: [ProgrammingError, "syntax", "The server names the place where it stopped reading."],
  1146: [ProgrammingError, "unknown-table", "Create the table, or correct its name."],
  1051: [ProgrammingError, "unknown-table", "Correct its name, or write DROP TABLE IF EXISTS."],
  1050: [ProgrammingError, "table-exists", "Drop it first, or write CREATE TABLE IF NOT EXISTS."],
  1054: [
    ProgrammingError,
    "unknown-column",
    "Correct the column's name, or the table it is asked of.",
  ],
  1052: [ProgrammingError, "ambiguous-column", "Write the table's name before it: books.id."],
  1093: [
    ProgrammingError,
    "same-table",
    "MySQL cannot read the table that it changes; let the subquery select from another one: FROM (SELECT …).",
  ],
  1136: [ProgrammingError, "column-count", "Give as many values as there are columns."],
  1305: [ProgrammingError, "unknown-function"],
  1046: [ProgrammingError, "no-database", "Name one at the end of the URL: mysql://…/library."],
  1055: [ProgrammingError, "group-by", "Add the column to GROUP BY, or aggregate it."],
  1140: [ProgrammingError, "group-by", "Add GROUP BY the column, or aggregate it."],
  1111: [ProgrammingError, "aggregate", "WHERE looks at single rows: write HAVING, or a subquery."],
  3593: [
    ProgrammingError,
    "window",
    "Ask for its value in a query around a subquery that selects it.",
  ],
  1222: [ProgrammingError, "column-count", "Give each query of the UNION as many columns."],
  1241: [ProgrammingError, "column-count", "Select one column only."],
  1406: [DataError, "too-long", "The text is longer than its column."],
  1264: [DataError, "out-of-range", "The number is beyond its column's type."],
  1690: [DataError, "out-of-range", "The result is beyond its type."],
  1265: [DataError, "wrong-value", "The value does not fit its column."],
  1292: [DataError, "wrong-value", `A time with Z is written \${sql.datetime(text)}.`],
  1366: [DataError, "wrong-value", "The value is not of its column's type."],
  3988: [DataError, "wrong-value", "The column's character set has no such character."],
  1365: [DataError, "division-by-zero"],
  3140: [DataError, "wrong-value", `Write \${sql.json(value)} for a JSON column.`],
};

/** For numbers that are not listed: the class of the SQL standard's state, its first two characters. */
const byState: Readonly<Record<string, readonly [ErrorClass, string]>> = {
  "08": [OperationalError, "connection-lost"],
  "22": [DataError, "wrong-value"],
  "23": [IntegrityError, "integrity"],
  "40": [OperationalError, "transaction-ended"],
  "42": [ProgrammingError, "programming"],
};

/** What mysql2 and Node put on an error. `fatal` means that the connection is gone. */
export interface MysqlFailure {
  readonly message?: string;
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly fatal?: boolean;
}

/** The server said goodbye: shut down, killed, or idle for longer than wait_timeout. */
const goodbyes = new Set([1053, 1077, 1079, 1927, 4031]);

/**
 * Makes ormlet's error of what mysql2 gave, in the words of the server.
 * @param inDoubt whether the statement may have been done although the connection was lost.
 */
export function mysqlError(
  failure: MysqlFailure,
  statement?: string,
  parameters?: readonly SqlValue[],
  inDoubt = false,
): DatabaseError {
  const message = failure.message || failure.code || "The connection failed.";
  const number = failure.sqlState === undefined ? undefined : failure.errno;
  const details = { cause: failure, statement, parameters, number, sqlState: failure.sqlState };
  if (number === undefined ? failure.fatal : goodbyes.has(number)) {
    return new OperationalError(`The connection was lost: ${message}`, {
      ...details,
      code: "connection-lost",
      outcome: inDoubt ? "unknown" : undefined,
      hint: inDoubt
        ? `Whether the ${statement === "COMMIT" ? "transaction was committed" : "statement was done"} is not known: look before you run it again.`
        : "The next statement opens a new connection. An open transaction was rolled back.",
    });
  }
  const [Class, code, hint] = byNumber[number ?? 0] ??
    byState[failure.sqlState?.slice(0, 2) ?? ""] ?? [DatabaseError, "database"];
  const constraint = constraintIn(message);
  return new Class(message, { ...details, code, hint, constraint });
}

/** The name in "for key 'members.email'", "CONSTRAINT `fk`" or "Check constraint 'positive'". */
function constraintIn(message: string): string | undefined {
  return /(?:for key '|CONSTRAINT `|Check constraint ')([^'`]+)/.exec(message)?.[1];
}

/** Makes ormlet's error of a connection that could not be opened. */
export function mysqlConnectError(failure: MysqlFailure, where: string): DatabaseError {
  if (failure.sqlState !== undefined && byNumber[failure.errno ?? 0]) return mysqlError(failure);
  const message = failure.message || failure.code || "no reason given";
  return new OperationalError(`No connection to ${where}: ${message}`, {
    cause: failure,
    code: "connection-failed",
    hint: "Is the server running there, and does the URL name its host and port?",
  });
}
