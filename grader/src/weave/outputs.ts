import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { Failure } from "../base/failure.js";
import { toIpynb } from "./course.js";
import { hasPattern, mismatch, textOf } from "./expect.js";
import { type Cell, type Ipynb, joinLines, type Output, printNotebook } from "./ipynb.js";
import type { WovenCell, WovenNotebook } from "./notebook.js";
import { type CellOutcome, faultsOf, withoutGrading } from "./verify.js";
import { write } from "./write.js";

/** Runs a notebook's file `times` times in one kernel: `notebooks/run-notebook.ts`, or a test's own. */
export type Run = (
  path: string,
  options: { cwd: string; times: number },
) => Promise<CellOutcome[][]>;

/**
 * Puts into a woven notebook the outputs of a run, after comparing them with the chapter.
 * It runs twice in one kernel. Where the two runs differ, or where the expectation leaves room, an
 * output varies (times, ports, ids): then `committed` keeps its own if that still fits.
 *
 * @param from the checkout's root, where the kernel works
 * @throws Failure with every fault, by the chapter's file and line
 */
export async function withOutputs(
  woven: WovenNotebook,
  committed: Ipynb | undefined,
  options: { from: string; run: Run },
): Promise<Ipynb> {
  const folder = mkdtempSync(`${tmpdir()}/ormlet-weave-`);
  try {
    const path = `${folder}/${woven.name}.ipynb`;
    write(path, printNotebook(withoutGrading(toIpynb(woven))));
    const runs = await options.run(path, { cwd: options.from, times: 2 });
    const faults = [...new Set(runs.flatMap((outcomes) => faultsOf(woven, outcomes)))];
    if (faults.length > 0) {
      throw new Failure(`${woven.path} does not do what its chapter says`, {
        why: faults.join("\n"),
        remedy: "Mend the cell or the output beside it in the chapter, and weave again.",
      });
    }
    return fill(woven, committed, runs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(woven: WovenNotebook, committed: Ipynb | undefined, runs: CellOutcome[][]): Ipynb {
  const [first = [], second = []] = runs.map(
    (outcomes) => new Map(outcomes.map((one) => [one.id, merge(one.outputs as Output[])])),
  );
  let count = 0;
  const cells = woven.cells.map((one): Cell => {
    const { cell, grades } = one;
    if (cell.cell_type !== "code") return cell;
    count += 1;
    if (grades) return cell;
    const before = committed?.cells.find((other) => other.id === cell.id);
    const fresh = new Map(first).get(cell.id) ?? [];
    const outputs = choose(one, before, fresh, new Map(second).get(cell.id) ?? []);
    return { ...cell, execution_count: count, outputs: outputs.map((out) => numbered(out, count)) };
  });
  return { ...toIpynb(woven), cells };
}

function numbered(output: Output, count: number): Output {
  const { transient: _, ...rest } = output;
  return output.output_type === "execute_result" ? { ...rest, execution_count: count } : rest;
}

/** Pieces of one stream that follow each other become one, however the kernel cut them. */
function merge(outputs: readonly Output[]): Output[] {
  const merged: Output[] = [];
  for (const output of outputs) {
    const last = merged.at(-1);
    const joins = output.output_type === "stream" && last?.output_type === "stream";
    if (joins && last.name === output.name) {
      merged[merged.length - 1] = { ...last, text: joinLines(last.text) + joinLines(output.text) };
    } else merged.push(output);
  }
  return merged;
}

function choose(woven: WovenCell, before: Cell | undefined, fresh: Output[], again: Output[]) {
  const kept = merge(before?.outputs ?? []);
  if (!before || before.source !== woven.cell.source || kept.length === 0) return fresh;
  const expected = woven.expected?.text;
  const varies = comparable(fresh) !== comparable(again);
  if (!varies && (expected === undefined || !hasPattern(expected))) return fresh;
  const fits = expected === undefined || mismatch(expected, textOf(kept)) === undefined;
  return fits && shape(kept) === shape(fresh) ? kept : fresh;
}

/** The outputs without what the kernel counts up. */
function comparable(outputs: readonly Output[]): string {
  return JSON.stringify(outputs.map(({ execution_count: _, ...rest }) => rest));
}

function shape(outputs: readonly Output[]): string {
  const kinds = outputs.map((one) => {
    const data = one.data as Record<string, unknown> | undefined;
    return [one.output_type, one.name, ...Object.keys(data ?? {}).sort()];
  });
  return JSON.stringify(kinds);
}
