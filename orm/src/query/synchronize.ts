import { run } from "../engine/connection.js";
import { type SqlResult, type SqlValue, type Statement, sql } from "../engine/index.js";
import { Expr } from "../mapping/expression.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import type { Column } from "../mapping/table.js";
import { type Flush, MAX_ROWS, openFlush } from "../session/batches.js";
import { executeRaw } from "../session/execute.js";
import { readValues, selectRows } from "../session/fetch-rows.js";
import { findIdentity, identitiesOf, identityKey } from "../session/identity-map.js";
import { storedValue } from "../session/row-changes.js";
import { takeOut } from "../session/snapshot.js";
import type { SessionState } from "../session/state.js";
import { remember } from "../session/transaction.js";
import { filtersWithin } from "./filters.js";
import { isOneOf } from "./joins.js";
import { takeValues } from "./renew.js";
import { type On, select } from "./select.js";
import type { Assignment, ChangeNode, InsertNode, WriteStatement } from "./write.js";

type WriteNode = ChangeNode | InsertNode;

/** Sends a statement that writes, after a flush; then the objects follow whose rows it changed. */
export function executeWrite(
  state: SessionState,
  statement: WriteStatement,
): Promise<SqlResult<never>> {
  const { node } = statement;
  const { filters } = state;
  const filtered: Statement<never> = { toSql: (dialect) => statement.toSql(dialect, filters) };
  return executeRaw<never>(state, filtered, async (connection, compiled) => {
    const { dialect } = state.engine;
    const flush = openFlush({ dialect, run: (one) => run(connection, one) });
    // Found before: afterwards they might not match any more.
    const rows = await rowsToWrite(state, node, flush);
    const result = await run(connection, compiled);
    if (node.kind === "delete") for (const row of rows) leaveSession(state, row);
    else if (rows.length > 0) await follow(state, node.mapper, rows, flush);
    return result;
  });
}

/**
 * The objects whose rows a statement will write: SELECT id FROM books WHERE … AND (id) IN ((?), (?)) FOR UPDATE.
 * The rows are locked, so that the statement meets them as they were found.
 */
async function rowsToWrite(
  state: SessionState,
  node: WriteNode,
  flush: Flush,
): Promise<readonly Instance[]> {
  const { mapper, synchronize } = node;
  const objects = synchronize ? identitiesOf(state.identities, mapper).values() : [];
  const held = Array.from(objects, instanceOf);
  const conditions = held.length === 0 ? "none" : conditionsOf(node);
  if (conditions === "none") return [];
  if (conditions === "unknown") return held;
  const { primaryKey } = mapper.table;
  const [first, ...others] = primaryKey.map(
    (column) => new Expr({ kind: "column", mapper, column }),
  );
  const found = new Set<Instance | undefined>();
  for (let start = 0; start < held.length; start += MAX_ROWS) {
    const keys = held
      .slice(start, start + MAX_ROWS)
      .map((row) => primaryKey.map((column) => column.type.bind(storedValue(row, column))));
    const query = select(first as Expr<unknown>, ...others)
      .where(...conditions, isOneOf(mapper.table.name, primaryKey, keys))
      .forUpdate();
    // An INSERT meets rows that are hidden, too.
    const filters = node.kind === "insert" ? undefined : filtersWithin(state, node.unfiltered);
    const { rows } = await flush.run(query.compile(flush.dialect, filters));
    for (const raw of rows) {
      found.add(findIdentity(state.identities, mapper, readValues(mapper, primaryKey, raw)));
    }
  }
  return held.filter((instance) => found.has(instance));
}

/** What holds for the rows that a statement will write; sometimes only the database can tell. */
function conditionsOf(node: WriteNode): readonly On[] | "none" | "unknown" {
  if (node.kind !== "insert") return node.where?.map((one) => new Expr<boolean>(one)) ?? "none";
  const { mapper, from, conflict, rows } = node;
  if (conflict === undefined || conflict === "ignore") return "none";
  if (from !== undefined || rows.flat().some((one) => one.node.kind !== "value")) return "unknown";
  const { columns, primaryKey, uniques } = mapper.table;
  const named = uniques.map((key) => columns.filter(({ name }) => key.columns.includes(name)));
  const found = [primaryKey, ...named].flatMap((key) => {
    const values = rows.map((row) => key.flatMap((column) => boundIn(row, column)));
    const whole = values.filter(({ length }) => length === key.length);
    return whole.length === 0 ? [] : [isOneOf(mapper.table.name, key, whole)];
  });
  return found.length === 0 ? "none" : [sql.join(found, sql` OR `)];
}

/** The parameter for a column in a row that is to be inserted: in an array, which is empty where there is none. */
function boundIn(row: readonly Assignment[], column: Column): SqlValue[] {
  const node = row.find((one) => one.column === column)?.node;
  if (node?.kind !== "value") return [];
  return [node.type === undefined ? null : node.type.bind(node.value)];
}

/** Gives objects the values that their rows have now. */
async function follow(
  state: SessionState,
  { table }: Mapper,
  rows: readonly Instance[],
  flush: Flush,
): Promise<void> {
  const found = await selectRows(flush, table, table.columns, rows);
  for (const row of rows) {
    const values = found.get(identityKey(row.mapper, row.values));
    if (values !== undefined) takeValues(state, row, values);
  }
}

/** Takes an object out of the session, whose row was deleted: a rollback brings it back. */
function leaveSession(state: SessionState, row: Instance): void {
  remember(state, row);
  takeOut(state, row);
  row.state = "deleted";
}
