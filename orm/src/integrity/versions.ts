import type { WriteRule } from "../session/plan.js";

/**
 * The optimistic lock: a row is found only if it still has the version that the program has seen, and each UPDATE
 * counts it up. Nobody waits; who comes second finds no row, and gets a StaleDataError.
 *
 *     UPDATE books SET price = ?, version = version + 1 WHERE id = ? AND version = ?
 *     DELETE FROM books WHERE (id, version) IN ((?, ?))
 *
 * The version that the program sees is the one expected. So a version that came from elsewhere, such as a form that
 * somebody had open for an hour, can be set before the change: `book.version = form.version`. One that is not
 * loaded, as after `expire`, is not asked for. The idea is that of Kung and Robinson, "On Optimistic Methods for
 * Concurrency Control" (1981), in the form of SQLAlchemy's `version_id_col`.
 */
export const optimisticVersions: WriteRule = ({ mapper, values }, changed) => {
  const { columns, primaryKey } = mapper.table;
  const count = columns.filter(({ version }) => version);
  if (count.length === 0) return { set: changed, count, where: primaryKey };
  const known = count.filter(({ position }) => values[position] !== undefined);
  return {
    set: changed.filter(({ version }) => !version),
    count,
    where: [...primaryKey, ...known],
  };
};
