import type { WorkloadName } from "./workload.js";

/**
 * What Kysely and Knex took for these workloads beside mysql2 by hand, wall time by hand = 1, in two runs of the
 * benchmark from which this one was made. Neither makes objects, so they stay where they are as long as the work by
 * hand does.
 */
const known: Record<string, Partial<Record<WorkloadName, readonly [number, number]>>> = {
  kysely: { w2: [1.08, 1.02], w3: [0.89, 0.99], w6: [1.14, 1.16], w7: [1.04, 0.99] },
  knex: { w2: [1.09, 1.1], w3: [0.86, 0.99], w6: [1.13, 1.12], w7: [0.99, 1.0] },
};

/** By how much a ratio may differ from what is known. */
const most = 0.25;

/** Why the baseline of a run must be wrong, as somebody whose ratio is known has another one. */
export function doubt(way: string, workload: WorkloadName, ratio: number): string | undefined {
  const two = known[way]?.[workload];
  if (two === undefined || Number.isNaN(ratio)) return undefined;
  const expected = (two[0] + two[1]) / 2;
  if (Math.abs(ratio / expected - 1) <= most) return undefined;
  return `${workload.toUpperCase()}: ${way} took ${ratio.toFixed(2)} × by hand, known is ${expected.toFixed(2)}`;
}
