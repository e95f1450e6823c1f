import type { RunReport } from "./way-process.js";

/**
 * A line for each way: median and range of wall and processor time, and of their ratios to the first way's. A way
 * without reports has dashes.
 *
 * @param memory adds the most memory that the processes had.
 */
export function reportTable(
  ways: readonly string[],
  reports: readonly (readonly RunReport[])[],
  memory = false,
): string {
  const cells = reports.map((list, index) => {
    const times = (["wall", "cpu"] as const).flatMap((kind) => [
      spread(
        list.map((report) => report[kind]),
        1,
      ),
      index === 0 ? "1" : spread(ratios(reports, index, kind), 2),
    ]);
    const peak = spread(
      list.map((report) => report.peak),
      1,
    );
    return [ways[index] ?? "", ...times, ...(memory ? [peak] : [])];
  });
  const heads = ["way", "wall ms (range)", "× by hand", "CPU ms (range)", "× by hand"];
  if (memory) heads.push("peak MiB (range)");
  const rows = [heads, heads.map(() => ":--"), ...cells];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`)
    .join("\n");
}

/** A way's times beside the first way's, taken within each round, so that a slow moment of the machine falls on both. */
export function ratios(
  reports: readonly (readonly RunReport[])[],
  way: number,
  kind: "wall" | "cpu",
): number[] {
  const base = reports[0] ?? [];
  return (reports[way] ?? []).map(
    (report, round) => report[kind] / (base[round]?.[kind] ?? Number.NaN),
  );
}

/** Of an even number of values the lower of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  return ascending(values)[(values.length - 1) >> 1] ?? Number.NaN;
}

/** Median, least and greatest: `103.2 (98.7–120.4)`; a dash for no values. */
export function spread(values: readonly number[], digits: number): string {
  if (values.length === 0) return "–";
  const sorted = ascending(values);
  const [middle, least, most] = [median(values), sorted.at(0), sorted.at(-1)].map((value) =>
    value?.toFixed(digits),
  );
  return `${middle} (${least}–${most})`;
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((one, other) => one - other);
}
