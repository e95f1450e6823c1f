import type { RunReport } from "./way-process.js";

/**
 * A line for each way: median and range of wall and processor time, and of their ratios to the first way's.
 * A ratio is taken within each round, so that a slow moment of the machine falls on both.
 */
export function reportTable(
  ways: readonly string[],
  reports: readonly (readonly RunReport[])[],
): string {
  const [base = []] = reports;
  const cells = reports.map((list, index) => {
    const ratios = (kind: "wall" | "cpu") =>
      list.map((report, round) => report[kind] / (base[round]?.[kind] ?? Number.NaN));
    return [
      ways[index] ?? "",
      spread(
        list.map(({ wall }) => wall),
        1,
      ),
      index === 0 ? "1" : spread(ratios("wall"), 2),
      spread(
        list.map(({ cpu }) => cpu),
        1,
      ),
      index === 0 ? "1" : spread(ratios("cpu"), 2),
    ];
  });
  const heads = ["way", "wall ms (range)", "× by hand", "CPU ms (range)", "× by hand"];
  const rows = [heads, heads.map(() => ":--"), ...cells];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`)
    .join("\n");
}

/** Median, least and greatest: `103.2 (98.7–120.4)`. */
export function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (index: number) => (sorted[index] ?? Number.NaN).toFixed(digits);
  return `${at((sorted.length - 1) >> 1)} (${at(0)}–${at(sorted.length - 1)})`;
}
