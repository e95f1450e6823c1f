import type { Instance } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import { readValue } from "../mapping/reading.js";
import type { Column, Table } from "../mapping/table.js";
import { type Flush, groupBy, inBatches, names } from "./batches.js";
import { keyIn, keysOf } from "./delete-rows.js";
import { type IdentityKey, identityKey } from "./identity-map.js";
import type { FlushPlan } from "./plan.js";

/** Selects what the server made of `.fetched()` columns in a flush: one statement for each class. */
export async function fetchRows(flush: Flush, { steps }: FlushPlan): Promise<void> {
  const written = steps.flatMap((step) =>
    (step.kind === "insert" || step.kind === "update") && isFetched(step.table) ? step.rows : [],
  );
  const unknown = [...new Set(written.filter(lacksFetched))];
  for (const [table, rows] of groupBy(unknown, ({ mapper }) => mapper.table)) {
    const columns = table.columns.filter(({ fetched, primaryKey }) => fetched || primaryKey);
    const found = await selectRows(flush, table, columns, rows);
    for (const { mapper, values } of rows) {
      Object.assign(values, found.get(identityKey(mapper, values)));
    }
  }
}

const isFetched = ({ columns }: Table) => columns.some(({ fetched }) => fetched);

function lacksFetched({ mapper, values }: Instance): boolean {
  return mapper.columns.some(({ fetched, position }) => fetched && values[position] === undefined);
}

/**
 * SELECT id, created_at FROM authors WHERE id IN (?, ?)
 *
 * @param columns the primary key is among them.
 * @param lock `" FOR SHARE"` to see rows as they are now, not as they were when the transaction began.
 * @returns by key the values of those that are there, at their places.
 */
export async function selectRows(
  flush: Flush,
  table: Table,
  columns: readonly Column[],
  rows: readonly Instance[],
  lock = "",
): Promise<Map<IdentityKey | undefined, unknown[]>> {
  const { dialect } = flush;
  const select = `SELECT ${names(dialect, columns)} FROM ${dialect.quote(table.name)} WHERE `;
  const textFor = (count: number) => select + keyIn(dialect, table.primaryKey, count) + lock;
  const found = new Map<IdentityKey | undefined, unknown[]>();
  const prepare = (part: readonly Instance[]) => ({ parameters: keysOf(table, part), textFor });
  for await (const { items, result } of inBatches(flush, rows, prepare)) {
    const { mapper } = items[0] as Instance;
    for (const raw of result.rows) {
      const values = readValues(mapper, columns, raw);
      found.set(identityKey(mapper, values), values);
    }
  }
  return found;
}

/** The values of some columns, at their places; there is nothing at the others. */
export function readValues(
  mapper: Mapper,
  columns: readonly Column[],
  raw: readonly unknown[],
): unknown[] {
  const values: unknown[] = [];
  for (const [index, column] of columns.entries()) {
    values[column.position] = readValue(mapper, column, raw[index]);
  }
  return values;
}
