import { inspect } from "node:util";
import { hasBrand } from "../engine/brand.js";
import {
  ArgumentError,
  type Dialect,
  mysqlDialect,
  type SqlResult,
  type Statement,
} from "../engine/index.js";
import { checkStatement } from "../engine/sql.js";
import type { Executable, RowFilters } from "../session/executable.js";
import type { WriteStatement } from "./write.js";

/** What runs statements: an engine, a connection or a session. */
export interface Runs {
  execute(statement: Statement<{ EXPLAIN: string }>): Promise<SqlResult<{ EXPLAIN: string }>>;
}

/** How the database would run a statement. */
export interface Explanation {
  /** As a tree of steps, the innermost first; only for `update` and `deleteFrom` MySQL says nothing there. */
  readonly text: string;
  /** As data: `access_type`, `index_name`, `estimated_rows`; their names are the server's. */
  readonly json: { readonly [name: string]: unknown };
}

/**
 * Asks the database how it would run a statement, which is not run: EXPLAIN FORMAT=TREE, then FORMAT=JSON.
 *
 *     console.log((await explain(select(Author).where(Author.c.name.eq("Ada")), engine)).text);
 * @example
 * ```ts
 * const { text } = await explain(select(Book).where(Book.c.id.eq(1)), engine);
 * console.log(text.startsWith("-> ")); // true
 * ```
 */
export async function explain(
  statement: Statement<unknown>,
  on: Runs,
  filters?: RowFilters,
): Promise<Explanation> {
  checkStatement(statement);
  if (typeof on?.execute !== "function") {
    throw new ArgumentError("explain() needs something that runs statements.", {
      code: "not-an-engine",
      hint: "Write explain(statement, engine); a connection or a session will do as well.",
    });
  }
  const ask = async (format: string) => {
    const [row] = await on.execute({
      toSql(dialect) {
        const { text, parameters } = compiled(statement, dialect, filters);
        return { text: `EXPLAIN FORMAT=${format} ${text}`, parameters };
      },
    });
    return row?.EXPLAIN ?? "";
  };
  return { text: await ask("TREE"), json: JSON.parse(await ask("JSON")) };
}

/** The text of a statement, as a session with these filters sends it. */
function compiled(statement: Statement<unknown>, dialect: Dialect, filters?: RowFilters) {
  if (hasBrand(statement, "executable")) {
    return (statement as Executable<unknown>).compile(dialect, filters);
  }
  return (statement as WriteStatement).toSql(dialect, filters);
}

/** What `console.log` shows of a statement: its SQL, as MySQL gets it, or what is missing in it. */
export function inspectStatement(
  this: Statement<unknown> | { readonly statement: Statement<unknown> },
): string {
  const statement = "statement" in this ? this.statement : this;
  const name = this.constructor.name;
  try {
    const { text, parameters } = statement.toSql(mysqlDialect);
    return `${name} { ${text}${parameters.length > 0 ? ` ${inspect(parameters)}` : ""} }`;
  } catch (error) {
    return `${name} { ${(error as Error).message} }`;
  }
}
