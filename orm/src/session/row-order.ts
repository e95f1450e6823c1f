import { InvalidRequestError } from "../engine/index.js";
import type { Instance } from "../mapping/instance.js";
import { keyPairs } from "../mapping/relationship-keys.js";
import type { Column, Table } from "../mapping/table.js";
import { groupBy } from "./batches.js";
import { keyPart } from "./identity-map.js";
import type { RowDependency } from "./plan.js";
import { currentValue } from "./row-changes.js";
import { findCycles, topologicalLayers } from "./topological.js";

/** A foreign key that points from one row of a flush at another. */
export type Edge = RowDependency & { readonly parent: Instance };

export const tableOf = (row: Instance): Table => row.mapper.table;

/** Layers of rows, and the foreign keys that had to be left out of the order. */
export interface RowOrder {
  readonly layers: readonly (readonly Instance[])[];
  readonly broken: ReadonlySet<RowDependency>;
}

/**
 * Puts rows in layers, each after the rows that it points at. Of rows that point at each other in a circle, one
 * foreign key is left out, to be set by an UPDATE.
 * @throws InvalidRequestError `row-cycle` when no foreign key of a circle can be null.
 */
export function orderRows(rows: readonly Instance[], edges: readonly Edge[]): RowOrder {
  const broken = new Set<RowDependency>();
  if (edges.length === 0) return { layers: rows.length === 0 ? [] : [rows], broken };
  for (;;) {
    const kept = edges.filter((edge) => !broken.has(edge));
    const pairs = kept.map(({ parent, child }) => [parent, child] as const);
    const { layers, rest } = topologicalLayers(rows, pairs);
    if (rest.length === 0) return { layers, broken };
    const left = new Set(rest);
    const waiting = kept.filter(({ parent }) => left.has(parent));
    const waits = new Map(waiting.map((edge) => [edge.child, edge]));
    for (const cycle of findCycles(waits, ({ parent }) => parent)) broken.add(weakestOf(cycle));
  }
}

/** The foreign key of a circle that can be NULL for a moment. */
function weakestOf(cycle: readonly Edge[]): Edge {
  const weakest = cycle.find(({ columns }) => columns.every(({ child }) => child.nullable));
  if (weakest !== undefined) return weakest;
  const path = [...cycle, ...cycle.slice(0, 1)].map(({ child }) => child.mapper.name).join(" → ");
  throw new InvalidRequestError(`Rows point at each other in a circle: ${path}.`, {
    code: "row-cycle",
    hint: "Make one of these foreign keys nullable(): it is set after both rows are inserted.",
  });
}

/** The edges among new rows: by relationships, and by foreign keys that the program set itself. */
export function edgesOfInserts(
  rows: readonly Instance[],
  dependencies: ReadonlyMap<Instance, readonly RowDependency[]>,
): Edge[] {
  const inserted = new Set<Instance | null>(rows);
  const filled = rows.flatMap((row) => dependencies.get(row) ?? []);
  const related = filled.filter(
    (edge): edge is Edge => inserted.has(edge.parent) && !knowsItself(edge),
  );
  const filledColumns = groupBy(filled, ({ child }) => child);
  const given = edgesAmong(rows, currentValue).filter(
    ({ child, parent, columns: [pair] }) =>
      child !== parent &&
      !filledColumns.get(child)?.some(({ columns }) => columns[0]?.child === pair?.child),
  );
  return [...related, ...given];
}

/** Whether a row points at itself, by a key that need not be generated. */
function knowsItself({ child, parent, columns }: RowDependency): boolean {
  return parent === child && columns.every((pair) => child.values[pair.parent.position] != null);
}

/**
 * The foreign keys of rows whose values are those of one of the rows. MySQL deletes no row that points at
 * itself, so that such a key is cut as well.
 */
export function edgesAmong(
  rows: readonly Instance[],
  read: (row: Instance, column: Column) => unknown,
): Edge[] {
  const byTable = groupBy(rows, tableOf);
  const tables = [...byTable.keys()];
  return tables.flatMap((table) =>
    table.foreignKeys.flatMap((key) => {
      const target = tables.find(({ name }) => name === key.table);
      if (target === undefined) return [];
      const columns = keyPairs(table, key, target);
      const textOf = (row: Instance, end: "child" | "parent") =>
        keyText(columns.map((pair) => keyPart(pair[end], read(row, pair[end]))));
      const parents = byTable.get(target) ?? [];
      const byText = new Map(parents.map((parent) => [textOf(parent, "parent"), parent]));
      return (byTable.get(table) ?? []).flatMap((child) => {
        const text = textOf(child, "child");
        const parent = text === undefined ? undefined : byText.get(text);
        const isFixed = parent === child && columns.some((pair) => !pair.child.nullable);
        return parent === undefined || isFixed ? [] : [{ child, parent, columns }];
      });
    }),
  );
}

/** undefined for a key that is not known, or NULL in a part, so that it points at nothing. */
function keyText(parts: readonly unknown[]): string | undefined {
  return parts.some((part) => part == null) ? undefined : JSON.stringify(parts.map(String));
}
