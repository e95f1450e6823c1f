import type { SqlValue } from "../engine/index.js";
import type { Table } from "../mapping/table.js";
import { bound, type Flush, inBatches, type Prepared } from "./batches.js";
import { keyIn } from "./delete-rows.js";
import { stale } from "./errors.js";
import { insertText } from "./insert-rows.js";
import type { LinkChange } from "./plan.js";

/** Inserts rows of a many-to-many table: INSERT INTO book_tags (book_id, tag_id) VALUES (?, ?), (?, ?). */
export async function addLinks(flush: Flush, table: Table, links: readonly LinkChange[]) {
  const columns = columnsOf(links);
  const textFor = (count: number) => insertText(flush.dialect, table, columns, count);
  for await (const _ of linkBatches(flush, links, textFor));
}

/**
 * Deletes rows of a many-to-many table: DELETE FROM book_tags WHERE (book_id, tag_id) IN ((?, ?), (?, ?));
 * for objects that are deleted: DELETE FROM book_tags WHERE book_id IN (?, ?).
 */
export async function removeLinks(flush: Flush, table: Table, links: readonly LinkChange[]) {
  const columns = columnsOf(links);
  const textFor = (count: number) =>
    `DELETE FROM ${flush.dialect.quote(table.name)} WHERE ${keyIn(flush.dialect, columns, count)}`;
  for await (const { items, result } of linkBatches(flush, links, textFor)) {
    const missing = items.length - result.rowCount;
    if (missing !== 0 && items[0]?.ends.length === 2)
      throw stale(`${missing} rows of ${table.name} are gone`);
  }
}

/** The columns of a link with what they take their values from, in table order, whichever end was changed. */
function partsOf({ ends }: LinkChange) {
  return ends
    .flatMap(({ instance, columns }) => columns.map((pair) => ({ instance, ...pair })))
    .sort((one, other) => one.link.position - other.link.position);
}

const columnsOf = ([first]: readonly LinkChange[]) =>
  first === undefined ? [] : partsOf(first).map(({ link }) => link);

const valuesOf = (link: LinkChange): SqlValue[] =>
  partsOf(link).map(({ instance, end }) => bound(instance, end, instance.values[end.position]));

const linkBatches = (flush: Flush, links: readonly LinkChange[], textFor: Prepared["textFor"]) =>
  inBatches(flush, links, (part) => ({ parameters: part.flatMap(valuesOf), textFor }));
