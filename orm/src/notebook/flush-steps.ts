import type { ForeignKey, Table } from "../mapping/table.js";
import type { FlushPlan, FlushStep } from "../session/plan.js";

/** One step must come before another, because of a foreign key or of the rows themselves. */
export interface StepOrder {
  /** Positions in `plan.steps`. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** Which steps of a plan must come before which. */
export function stepOrders({ steps }: FlushPlan): StepOrder[] {
  const rows = steps.map((step) => new Set<unknown>(step.rows));
  return steps.flatMap((later, to) =>
    steps.slice(0, to).flatMap((earlier, from) => {
      const reason = reasonFor(earlier, later, rows[from] ?? new Set());
      return reason === undefined ? [] : [{ from, to, reason }];
    }),
  );
}

/** @param rows of the earlier step */
function reasonFor(
  earlier: FlushStep,
  later: FlushStep,
  rows: ReadonlySet<unknown>,
): string | undefined {
  if (later.kind === "delete" && takesAway(earlier)) return keyReason(earlier.table, later.table);
  if (earlier.kind !== "insert" || later.kind === "delete" || later.kind === "unlink") return;
  const byClass = later.kind !== "update" && later.table !== earlier.table;
  const needed =
    "dependencies" in later && later.dependencies.some(({ parent }) => rows.has(parent));
  if (byClass || needed) return keyReason(later.table, earlier.table);
  return later.rows.some((row) => rows.has(row)) ? "the same row" : undefined;
}

/** Whether a step can take away references to rows that are deleted later. */
function takesAway({ kind }: FlushStep): boolean {
  return kind === "delete" || kind === "unlink" || kind === "update";
}

/** `books.author_id → authors.id`, for the first foreign key of one table that points at the other. */
function keyReason(child: Table, parent: Table): string | undefined {
  const key = child.foreignKeys.find(({ table }) => table === parent.name);
  return (
    key && `${columnsText(child.name, key.columns)} → ${columnsText(key.table, key.references)}`
  );
}

function columnsText(table: string, columns: ForeignKey["columns"]): string {
  return columns.map((column) => `${table}.${column}`).join(", ");
}

const words = { insert: "INSERT INTO", update: "UPDATE", delete: "DELETE FROM" } as const;

/** A step in the words of SQL: `INSERT INTO authors`. */
export function stepText({ kind, table }: FlushStep): string {
  const word = kind === "link" ? "insert" : kind === "unlink" ? "delete" : kind;
  return `${words[word]} ${table.name}`;
}

/** `3 rows`, and which foreign keys stay NULL until a later UPDATE. */
export function rowsText(step: FlushStep): string {
  const count = `${step.rows.length} ${step.rows.length === 1 ? "row" : "rows"}`;
  const postponed = "postponed" in step ? step.postponed : [];
  const columns = postponed.flatMap(({ columns }) => columns.map(({ child }) => child.name));
  return [count, ...Array.from(new Set(columns), (name) => `${name} NULL for now`)].join(", ");
}

/** The plan in lines: each step, and after which others it comes, and why. */
export function planText(plan: FlushPlan): string {
  if (plan.steps.length === 0) return "nothing to flush";
  const orders = stepOrders(plan);
  const lines = plan.steps.map((step, index) => {
    const after = orders.filter(({ to }) => to === index);
    const reasons = after.map(({ from, reason }) => `after ${from + 1} (${reason})`);
    return [`${index + 1}. ${stepText(step)}: ${rowsText(step)}`, ...reasons].join("; ");
  });
  return lines.join("\n");
}
