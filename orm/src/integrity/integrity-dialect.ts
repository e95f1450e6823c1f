import { ArgumentError, type Dialect } from "../engine/index.js";
import type { TransactionOptions } from "./options.js";

/** What differs between databases in transactions and in what they say of broken rules. */
export interface IntegrityDialect {
  /** The statements that begin a transaction. */
  readonly begin: (options: TransactionOptions) => readonly string[];
  /** Stops what another connection, of this number, is doing. */
  readonly stop: (connection: number) => string;
  /** What a message of the server names: a constraint, or a column. */
  readonly named: (message: string) => Named;
}

/** A rule, which is a constraint or, as `table.key`, a key; or else a column. */
export interface Named {
  readonly rule?: string | undefined;
  readonly column?: string | undefined;
}

export const mysqlIntegrity: IntegrityDialect = {
  // SET TRANSACTION is for the next transaction alone. BEGIN cannot say it, and a driver that took two statements
  // at once would let an injected one through, so that it costs a round trip; READ ONLY does not.
  begin: ({ isolation, readOnly }) => {
    const start = readOnly ? "START TRANSACTION READ ONLY" : "BEGIN";
    if (isolation === undefined) return [start];
    return [`SET TRANSACTION ISOLATION LEVEL ${isolation.toUpperCase()}`, start];
  },
  stop: (connection) => `KILL QUERY ${connection}`,
  // Duplicate entry 'a' for key 'books.uq_books_title' · CONSTRAINT `fk_books_author_id_authors` · Check constraint
  // 'ck_books_1' is violated · Column 'title' cannot be null · Field 'title' doesn't have a default value ·
  // Data too long for column 'title' at row 1
  named: (message) => {
    const rules =
      /(?:for key '|^Cannot .* CONSTRAINT `|^Check constraint ')([^'`]+)['`](?:$| is| FOREIGN)/;
    const rule = rules.exec(message)?.[1];
    if (rule !== undefined) return { rule };
    // The last one: the value can stand before it, with anything in it.
    return { column: /^.*(?:column|Column|Field) '(?:[^']+\.)?([^'.]+)'/s.exec(message)?.[1] };
  },
};

/** @throws ArgumentError `dialect-missing` for a database that is not known here yet. */
export function integrityDialect({ name }: Dialect): IntegrityDialect {
  if (name === "mysql") return mysqlIntegrity;
  throw new ArgumentError(`Transactions of ${name} are not known yet.`, {
    code: "dialect-missing",
    hint: "Use MySQL.",
  });
}
