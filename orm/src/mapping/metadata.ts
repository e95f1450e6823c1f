import { brand } from "../engine/brand.js";
import { type Dialect, Fragment, type SqlResult, type Statement } from "../engine/index.js";
import { createStatements, ddlDialect, dropStatement, type Present } from "./ddl.js";
import type { Table } from "./table.js";

/** What statements can be sent to: an Engine or a Connection. */
export interface Executor {
  readonly dialect: Dialect;
  execute<R>(statement: Statement<R>): Promise<SqlResult<R>>;
}

/** The tables of one `declarativeBase()`, and the SQL that makes them. */
export class Metadata {
  /** The tables of classes by name, in the order of their declaration. */
  readonly tables: Map<string, Table> = new Map();
  /** Tables that have no class, as that between two classes which are many-to-many; made when they are needed. */
  readonly implied: Map<string, () => Table> = new Map();

  constructor() {
    brand(this, "metadata");
  }

  /** Takes a table in; an earlier one of that name is forgotten. */
  add(table: Table): void {
    this.tables.set(table.name, table);
  }

  /**
   * The statements that make all tables, in an order in which a database takes them.
   * @param existing names of tables that are in the database already, where others can point at them.
   * @throws ArgumentError `column-definition` for a foreign key that points nowhere.
   * @example
   * ```ts
   * const statements = Base.metadata.ddl(engine.dialect);
   * console.log(statements.map((text) => text.split(" (")[0]?.trim()));
   * // [
   * //   'CREATE TABLE `authors`',
   * //   'CREATE TABLE `books`',
   * //   'CREATE TABLE `tags`',
   * //   'CREATE TABLE `members`',
   * //   'CREATE TABLE `cards`',
   * //   'CREATE TABLE `loans`',
   * //   'CREATE TABLE `book_tags`'
   * // ]
   * ```
   */
  ddl(dialect: Dialect, existing: Iterable<string> = []): string[] {
    return createStatements(allTables(this), dialect, {
      tables: new Set(existing),
      foreignKeys: new Set(),
    });
  }

  /**
   * Makes the tables that there are not: CREATE TABLE IF NOT EXISTS, and ALTER TABLE for circles of foreign keys. A
   * table that exists is left as it is, whatever its columns. MySQL commits an open transaction before DDL.
   * @example
   * ```ts
   * class Journal extends Base.mapped("journals", { id: integer().primaryKey() }) {}
   * await Base.metadata.createAll(engine);
   * await Base.metadata.createAll(engine);
   * console.log(await session.query(Journal).count()); // 0
   * ```
   */
  createAll(on: Executor): Promise<void> {
    return createAll(allTables(this), on);
  }

  /**
   * Drops the tables that there are, with all their rows: DROP TABLE IF EXISTS. All of them go, or none.
   * @example
   * ```ts
   * class Journal extends Base.mapped("journals", { id: integer().primaryKey() }) {}
   * await Base.metadata.createAll(engine);
   * await Base.metadata.dropAll(engine);
   * const left = await engine.execute(sql`
   *   SELECT 1 AS one FROM information_schema.tables
   *   WHERE table_schema = DATABASE() AND table_name = ${"journals"}`);
   * console.log(left.length, Journal.name); // 0 Journal
   * ```
   */
  dropAll(on: Executor): Promise<void> {
    return dropAll(allTables(this), on);
  }
}

/** The tables of the classes, and those between them. */
export function allTables({ tables, implied }: Metadata): Table[] {
  const more = [...implied].filter(([name]) => !tables.has(name));
  return [...tables.values(), ...more.map(([, make]) => make())];
}

/** Makes what there is not, one statement after the other. */
export async function createAll(tables: readonly Table[], on: Executor): Promise<void> {
  const present = await readPresent(on);
  const create = "CREATE TABLE IF NOT EXISTS";
  for (const text of createStatements(tables, on.dialect, present, create)) {
    await on.execute(raw(text));
  }
}

async function readPresent(on: Executor): Promise<Present> {
  const { present } = ddlDialect(on?.dialect);
  const rows = await on.execute(present);
  const named = (kind: string) =>
    new Set(rows.filter((row) => row.kind === kind).map(({ name }) => String(name)));
  return { tables: named("table"), foreignKeys: named("foreign key") };
}

/** Drops them all; of no tables, nothing is sent. */
export async function dropAll(tables: readonly Table[], on: Executor): Promise<void> {
  if (tables.length === 0) return;
  // Only for its refusal of what is no engine.
  ddlDialect(on?.dialect);
  await on.execute(raw(dropStatement(tables, on.dialect)));
}

/** A statement that is SQL already. */
function raw(text: string): Fragment {
  return new Fragment([{ kind: "text", text }]);
}
