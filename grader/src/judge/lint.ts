import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Catalogue, type ExerciseEntry, testFile } from "./catalogue.js";
import type { Exercise, Probes } from "./exercise.js";
import { type GradingOptions, gradeAll } from "./index.js";
import type { ExerciseReport } from "./report.js";
import { loadVerdicts } from "./tests.js";

/**
 * The author's lint: whether exercises have all that they need, whether every starter scores 0 and
 * every solution full. (After rustlings' `dev check`.)
 *
 * @returns the problems, each with the exercise's id in front
 */
export async function lintExercises(
  catalogue: Catalogue,
  entries: readonly ExerciseEntry[],
  options: Omit<GradingOptions, "submission"> = {},
): Promise<string[]> {
  const problems = new Map(entries.map((entry) => [entry.id, [] as string[]]));
  const say = (id: string, found: string[]) => problems.get(id)?.push(...found);
  for (const entry of entries) {
    say(entry.id, lintText(entry));
    say(entry.id, await lintHints(catalogue, entry));
    say(entry.id, await lintTests(catalogue, entry).catch((error: Error) => [error.message]));
  }
  const starters = await gradeAll(catalogue, entries, { ...options, submission: "starter" });
  for (const report of starters) say(report.id, lintStarter(report));
  // Twice, since each run has its own data.
  for (const _seed of [1, 2]) {
    const solutions = await gradeAll(catalogue, entries, { ...options, submission: "solution" });
    for (const report of solutions) say(report.id, lintSolution(report));
  }
  return [...problems].flatMap(([id, found]) =>
    [...new Set(found)].map((text) => `${id}: ${text}`),
  );
}

/** What the manifest says of an exercise. */
export function lintText(entry: ExerciseEntry): string[] {
  const problems: string[] = [];
  const match = /^exercises\/(\d\d)-[a-z-]+\/(\d+)-([a-z0-9-]+)\.ts$/.exec(entry.path);
  const id = match ? `${Number(match[1])}.${match[2]}` : "";
  if (id !== entry.id || match?.[3] !== entry.name) {
    problems.push(`its file ${entry.path} does not fit its id and its name "${entry.name}"`);
  }
  if (entry.solution !== entry.path.replace(/^exercises/, "solutions")) {
    problems.push(`its solution ${entry.solution} does not lie where its exercise does`);
  }
  if (entry.statement.trim() === "") problems.push("it has no statement");
  if (entry.hints.length !== 3) problems.push(`it has ${entry.hints.length} hints instead of 3`);
  if (new Set(entry.hints).size !== entry.hints.length) problems.push("two hints are the same");
  if (entry.minutes < 5 || entry.minutes > 25) {
    problems.push(`it takes ${entry.minutes} minutes; 5 to 25 are wanted`);
  }
  if (entry.kind === "build" && !entry.weave) problems.push("it does not say what it builds");
  return problems;
}

/** No hint may hold a line of the solution that the starter does not give. */
async function lintHints(catalogue: Catalogue, entry: ExerciseEntry): Promise<string[]> {
  const path = join(catalogue.root, entry.solution);
  const solution = await readFile(path, "utf8").catch(() => undefined);
  if (solution === undefined) return [`its solution ${entry.solution} is missing`];
  const lines = tellingLines(solution, entry.starter);
  return entry.hints.flatMap((hint, index) => {
    const said = squeeze(hint);
    const line = lines.find((one) => said.includes(one));
    return line ? [`hint ${index + 1} can be pasted, it holds: ${line}`] : [];
  });
}

/** Lines of code long enough to be an answer, without spaces; comments and imports tell nothing. */
export function tellingLines(solution: string, starter: string): string[] {
  const given = squeeze(starter);
  const code = solution.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return code
    .split("\n")
    .filter((line) => !/^\s*(import|export \{)/.test(line))
    .map(squeeze)
    .filter((line) => line.length >= 16 && !given.includes(line));
}

const squeeze = (text: string): string => text.replace(/[\s`]+/g, "");

async function lintTests(catalogue: Catalogue, entry: ExerciseEntry): Promise<string[]> {
  const exercise = await loadVerdicts(catalogue, entry);
  const file = await testFile(catalogue, entry, "probe");
  const { default: probes } = (await import(pathToFileURL(file).href)) as { default: Probes };
  return [...lintVerdicts(exercise, entry.points), ...lintProbes(exercise, probes)];
}

/** Points, kinds and order of an exercise's tests. */
export function lintVerdicts({ tests }: Exercise, points: number): string[] {
  const problems: string[] = [];
  const sum = tests.reduce((total, test) => total + test.points, 0);
  if (sum !== points) problems.push(`its tests give ${sum} points, its heading ${points}`);
  if (!tests.some((test) => test.hidden)) problems.push("it has no hidden test");
  if (tests.every((test) => test.hidden)) problems.push("it has no visible test");
  const earlier = new Set<string>();
  for (const { name, needs, points: own } of tests) {
    if (earlier.has(name)) problems.push(`two tests are called "${name}"`);
    if (!(own > 0)) problems.push(`the test "${name}" gives no points`);
    if (needs !== undefined && !earlier.has(needs)) {
      problems.push(`the test "${name}" needs "${needs}", which is no earlier test`);
    }
    earlier.add(name);
  }
  return problems;
}

function lintProbes({ tests }: Exercise, probes: Probes): string[] {
  const judged = new Set(tests.map((test) => test.name));
  const lonely = Object.keys(probes).filter((name) => !judged.has(name));
  const missing = [...judged].filter((name) => typeof probes[name] !== "function");
  return [
    ...missing.map((name) => `the test "${name}" has no probe`),
    ...lonely.map((name) => `the probe "${name}" has no verdict`),
  ];
}

function lintStarter(report: ExerciseReport): string[] {
  if (report.status !== "graded") return [`its starter cannot be graded: ${report.message}`];
  if (report.diagnostics.length > 0) {
    return [`its starter does not compile: ${report.diagnostics.join("; ")}`];
  }
  const passed = report.tests.filter((test) => test.status === "pass");
  return passed.map((test) => `its starter passes "${test.name}" (seed ${report.seed})`);
}

function lintSolution(report: ExerciseReport): string[] {
  if (report.status !== "graded" || report.diagnostics.length > 0) {
    return [`its solution does not compile: ${[report.message, ...report.diagnostics].join("; ")}`];
  }
  const failed = report.tests.filter((test) => test.status !== "pass");
  return failed.map((test) => {
    const compared = test.compared ? ` (${test.compared.expected} / ${test.compared.actual})` : "";
    return `its solution fails "${test.name}" (seed ${report.seed}): ${test.message}${compared}`;
  });
}
