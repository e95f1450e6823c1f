import { readFile, stat, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Failure } from "../base/failure.js";
import { type Catalogue, type ExerciseEntry, testFile } from "./catalogue.js";
import type { Exercise } from "./exercise.js";

/**
 * The verdicts of an exercise, checked for mistakes that would make a grading meaningless.
 *
 * @throws Failure when the file is not an exercise, or is another's
 */
export async function loadVerdicts(catalogue: Catalogue, entry: ExerciseEntry): Promise<Exercise> {
  const path = await testFile(catalogue, entry, "verdict");
  const { default: exercise } = (await import(pathToFileURL(path).href)) as { default?: Exercise };
  if (!exercise || exercise.id !== entry.id || !(exercise.tests?.length > 0)) {
    throw new Failure(`The tests of exercise ${entry.id} are broken.`, {
      why: `${path} has no default export with the id ${entry.id} and tests`,
      remedy: "Please report this; it is not about your answer.",
    });
  }
  return exercise;
}

/** Copies an exercise's probes into the box. */
export async function placeProbes(
  catalogue: Catalogue,
  entry: ExerciseEntry,
  to: string,
): Promise<void> {
  await writeFile(to, await asJavaScript(await testFile(catalogue, entry, "probe")));
}

/** Copies the runner into the box. */
export async function placeRunner(to: string): Promise<void> {
  const compiled = fileURLToPath(new URL("../runner/runner.js", import.meta.url));
  const isCompiled = (await stat(compiled).catch(() => undefined)) !== undefined;
  await writeFile(to, await asJavaScript(isCompiled ? compiled : compiled.replace(/js$/, "ts")));
}

/** Module text as JavaScript; where the grader runs from source, types are taken off first. */
async function asJavaScript(path: string): Promise<string> {
  const text = await readFile(path, "utf8");
  if (!path.endsWith(".ts")) return text;
  const { parser } = await import("./parser.js");
  const { ScriptTarget, ModuleKind } = parser;
  const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.ES2022 };
  return parser.transpileModule(text, { compilerOptions }).outputText;
}
