import type picocolors from "picocolors";
import type { MutantResult } from "./index.js";
import { type Equivalent, equivalentsPath } from "./known.js";

type Colors = ReturnType<typeof picocolors.createColors>;

/** What came of all mutants, in lines to print, and whether something must be mended. */
export interface Verdict {
  lines: string[];
  passed: boolean;
}

/**
 * Says which mutants survive, what is wrong with the list of equivalent ones, and how many there were.
 *
 * @param listed the equivalents of the exercises that were looked at
 */
export function judgeMutants(
  results: readonly MutantResult[],
  listed: readonly Equivalent[],
  c: Colors,
): Verdict {
  const equivalent = new Map(listed.map((one) => [one.id, one]));
  const survivors = results.filter(
    ({ mutant, outcome }) => outcome.is === "survived" && !equivalent.has(mutant.id),
  );
  const problems = listProblems(results, listed);
  const lines = survivors.flatMap((one) => [...diff(one, c), ""]);
  lines.push(...problems.map((problem) => `✗ ${problem}`), ...(problems.length > 0 ? [""] : []));
  const ids = [...new Set(results.map(({ entry }) => entry.id))];
  for (const id of ids) {
    const own = results.filter(({ entry }) => entry.id === id);
    lines.push(`${id.padEnd(5)} ${counts(own, equivalent)}`);
  }
  if (ids.length > 1) lines.push(`all   ${counts(results, equivalent)}`);
  if (survivors.length > 0) {
    lines.push(
      "",
      "A survivor is a fault that no test finds: add a test, or, where it changes nothing that can be seen,",
      `list it in ${equivalentsPath} with the reason.`,
    );
  }
  return { lines, passed: survivors.length + problems.length === 0 };
}

function listProblems(results: readonly MutantResult[], listed: readonly Equivalent[]): string[] {
  const found = new Map(results.map((one) => [one.mutant.id, one]));
  const ids = listed.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    ...twice.map((id) => `${id} is listed twice as equivalent`),
    ...listed.flatMap(({ id, fault }) => {
      const outcome = found.get(id)?.outcome;
      if (outcome?.is === "survived") return [];
      if (outcome === undefined) return [`${id} (${fault}) is listed, and there is no such mutant`];
      const what = outcome.is === "killed" ? `fails "${outcome.by}"` : "does not compile";
      return [`${id} (${fault}) is listed as equivalent, and ${what}`];
    }),
  ];
}

/** `59 mutants: 3 do not compile, 2 equivalent, 53 of 54 others found, 98.1 %`. */
function counts(
  results: readonly MutantResult[],
  equivalent: ReadonlyMap<string, Equivalent>,
): string {
  const number = (is: string) => results.filter(({ outcome }) => outcome.is === is).length;
  const same = results.filter(
    ({ mutant, outcome }) => outcome.is === "survived" && equivalent.has(mutant.id),
  ).length;
  const others = results.length - number("refused") - same;
  const killed = number("killed");
  const share = others === 0 ? "100" : ((killed / others) * 100).toFixed(1);
  return (
    `${results.length} mutants: ${number("refused")} do not compile, ${same} equivalent, ` +
    `${killed} of the other ${others} found by a test, ${share} %`
  );
}

function diff({ entry, mutant }: MutantResult, c: Colors): string[] {
  const where = mutant.name === "" ? "" : ` in ${mutant.name}`;
  return [
    `${c.red("survives")} ${mutant.id}  ${mutant.kind}${where}, ${entry.solution}:${mutant.line}`,
    ...mutant.before.map((line) => c.red(`  - ${line}`)),
    ...mutant.after.map((line) => c.green(`  + ${line}`)),
  ];
}
