import type { Instance } from "../mapping/instance.js";
import { sortComponents } from "../mapping/order.js";
import type { Table } from "../mapping/table.js";
import { groupBy } from "./batches.js";
import type { FlushPlan, FlushStep, LinkStep, RowDependency, RowStep, Work } from "./plan.js";
import { hasChangedColumns, storedValue } from "./row-changes.js";
import { edgesAmong, edgesOfInserts, orderRows, tableOf } from "./row-order.js";

/** Foreign keys to fill in, by the row that has them. */
type Edges = ReadonlyMap<Instance, readonly RowDependency[]>;

const byChild = (edges: readonly RowDependency[]): Edges => groupBy(edges, ({ child }) => child);

/** The work of a flush, sorted by table. */
interface SortedWork {
  readonly inserts: ReadonlyMap<Table, readonly Instance[]>;
  readonly updates: ReadonlyMap<Table, readonly Instance[]>;
  readonly deletes: ReadonlyMap<Table, readonly Instance[]>;
  readonly dependencies: Edges;
}

/**
 * Puts the work of a flush in order. A table that others point at is inserted into and updated before them, and
 * deleted from after them. Rows of many-to-many tables are removed first of all, because what they point at may
 * go, and added when all that they point at is there. Deletes come last, as with SQLAlchemy: a row that points
 * at another parent from now on has to be updated before its old parent can go. So a unique value of a deleted
 * row is free for another row only in the next flush.
 */
export function planFlush(work: Work): FlushPlan {
  const sorted = sortWork(work);
  const components = sortTables(sorted);
  const steps = [
    ...linkSteps(work, "remove", "unlink"),
    ...components.flatMap((tables) => writeSteps(sorted, tables)),
    ...linkSteps(work, "add", "link"),
    ...components.reverse().flatMap((tables) => deleteSteps(sorted, tables)),
  ];
  return { steps };
}

function sortWork({ inserts, updates, deletes, dependencies }: Work): SortedWork {
  const gone = new Set(deletes);
  const kept = dependencies.filter(({ child }) => !gone.has(child));
  const edges = byChild(kept);
  const changed = updates.filter((row) => edges.has(row) || hasChangedColumns(row));
  return {
    inserts: groupBy(inserts, tableOf),
    updates: groupBy(changed.sort(inKeyOrder), tableOf),
    deletes: groupBy(deletes, tableOf),
    dependencies: edges,
  };
}

/** Sorted by key, rows are locked in the same order by every session that changes them: fewer deadlocks. */
function inKeyOrder(one: Instance, other: Instance): number {
  for (const { position } of tableOf(one).primaryKey) {
    const [key, otherKey] = [one.values[position] as number, other.values[position] as number];
    if (key !== otherKey) return key < otherKey ? -1 : 1;
  }
  return 0;
}

/** Tables after those that their foreign keys point at; tables that point at each other come together. */
export function sortTables({ inserts, updates, deletes }: SortedWork): Table[][] {
  const tables = new Set([...inserts.keys(), ...updates.keys(), ...deletes.keys()]);
  const byName = new Map(Array.from(tables, (table) => [table.name, table]));
  return sortComponents(tables, ({ foreignKeys }) =>
    foreignKeys.flatMap(({ table }) => byName.get(table) ?? []),
  );
}

/** Whether rows of these tables can point at each other, so that their order matters. */
function isCyclic([table, ...others]: readonly Table[]): boolean {
  return others.length > 0 || table?.foreignKeys.some((key) => key.table === table.name) === true;
}

/**
 * What is written to some tables. Where no row can wait for another, updates come before inserts, as with
 * SQLAlchemy: they free unique values that a new row takes. Else the inserts come first, in layers, then the
 * updates, those that close circles last.
 */
export function writeSteps(work: SortedWork, tables: readonly Table[]): FlushStep[] {
  const { dependencies } = work;
  const rows = rowsOf(work.inserts, tables);
  const { layers, broken } = orderRows(
    rows,
    isCyclic(tables) ? edgesOfInserts(rows, dependencies) : [],
  );
  const isKept = (edge: RowDependency) => !broken.has(edge);
  const kept =
    broken.size === 0 ? dependencies : byChild(edgesOf(rows, dependencies).filter(isKept));
  const later = byChild([...broken]);
  const inserted = layers.flatMap((layer) => rowSteps("insert", layer, kept, later));
  const updated = rowSteps("update", rowsOf(work.updates, tables), dependencies);
  if (!isCyclic(tables)) return [...updated, ...inserted];
  return [...inserted, ...updated, ...rowSteps("update", [...later.keys()], later)];
}

/** The deletes of some tables: rows that point at others first. Circles are cut before. */
export function deleteSteps({ deletes }: SortedWork, tables: readonly Table[]): FlushStep[] {
  const rows = rowsOf(deletes, tables);
  const { layers, broken } = orderRows(rows, isCyclic(tables) ? edgesAmong(rows, storedValue) : []);
  const cuts = byChild(Array.from(broken, (edge) => ({ ...edge, parent: null })));
  return [
    ...rowSteps("update", [...cuts.keys()], cuts),
    ...[...layers].reverse().flatMap((layer) => rowSteps("delete", layer)),
  ];
}

/** The rows of some tables. Mostly it is one, and its list is not copied. */
function rowsOf(byTable: SortedWork["inserts"], tables: readonly Table[]): readonly Instance[] {
  const [first = [], ...others] = tables.map((table) => byTable.get(table) ?? []);
  return others.length === 0 ? first : first.concat(...others);
}

const noEdges: Edges = new Map();

/** The foreign keys of some rows. Where nobody has any, no row is looked for. */
function edgesOf(rows: readonly Instance[], edges: Edges): readonly RowDependency[] {
  return edges.size === 0 ? [] : rows.flatMap((row) => edges.get(row) ?? []);
}

/** A step for each table of the rows. */
function rowSteps(
  kind: RowStep["kind"],
  rows: readonly Instance[],
  edges: Edges = noEdges,
  later: Edges = noEdges,
): RowStep[] {
  return Array.from(groupBy(rows, tableOf), ([table, batch]) => {
    const dependencies = edgesOf(batch, edges);
    return { kind, table, rows: batch, dependencies, postponed: edgesOf(batch, later) };
  });
}

/** Rows of many-to-many tables, a step for each table; for each end by which all rows of it are removed, one. */
function linkSteps({ links }: Work, action: "add" | "remove", kind: LinkStep["kind"]): LinkStep[] {
  const chosen = links.filter((link) => link.action === action);
  const placeOf = ({ ends: [end, other], table }: Work["links"][number]) =>
    [table.name, ...(other ? [] : (end?.columns ?? [])).map(({ link }) => link.name)].join();
  return Array.from(groupBy(chosen, placeOf).values(), (rows) => {
    const [first] = rows as [Work["links"][number]];
    return { kind, table: first.table, rows };
  });
}
