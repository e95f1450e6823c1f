import { type Flush, openFlush } from "./batches.js";
import { deleteRows } from "./delete-rows.js";
import { fetchRows } from "./fetch-rows.js";
import { insertRows } from "./insert-rows.js";
import { addLinks, removeLinks } from "./link-rows.js";
import type { FlushConnection, FlushPlan, FlushStep } from "./plan.js";
import { fillIn } from "./row-changes.js";
import { updateRows } from "./update-rows.js";

/**
 * Sends the statements of a plan. Afterwards the rows have their generated keys and foreign keys; what else the
 * server made of them is undefined, or selected where a column is `.fetched()`.
 * @throws StaleDataError when a row is gone; and what the database refuses. The values of the rows are then
 *   changed in part: the caller brings them back.
 */
export async function runPlan(plan: FlushPlan, connection: FlushConnection): Promise<void> {
  const flush = openFlush(connection);
  for (const step of plan.steps) await runStep(flush, step);
  await fetchRows(flush, plan);
}

const linkWriters = { link: addLinks, unlink: removeLinks };
const writers = { insert: insertRows, update: updateRows, delete: deleteRows };

async function runStep(flush: Flush, step: FlushStep): Promise<void> {
  if (!("dependencies" in step)) return linkWriters[step.kind](flush, step.table, step.rows);
  for (const { child, columns } of step.postponed) {
    for (const { child: column } of columns) child.values[column.position] = null;
  }
  for (const dependency of step.dependencies) fillIn(dependency);
  const written = flush.tell?.(step);
  await writers[step.kind](flush, step.table, step.rows);
  written?.();
}
