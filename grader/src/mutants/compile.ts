import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../base/failure.js";
import { inRoot } from "../base/paths.js";
import { type ExerciseEntry, target } from "../judge/catalogue.js";
import { writeConfig } from "../judge/compile.js";
import { compile, type Diagnostic } from "../judge/compiler.js";
import { exchange } from "../judge/exchange.js";
import type { RunFolder } from "../judge/run-folder.js";

/** How many texts the compiler is given at a time; it is there with a limit on its memory. */
const batch = 50;

/**
 * Compiles many texts of one exercise in one go: each as a module of its own beside the one that it would take
 * the place of, so that the rest of the package is compiled once.
 *
 * @param texts the solution first: what the compiler says of that already is no fault of the others
 * @returns for each text its JavaScript; undefined where the compiler refuses it
 * @throws Failure when the compiler gives up
 */
export async function compileTexts(
  entry: ExerciseEntry,
  texts: readonly [solution: string, ...mutants: string[]],
  folder: RunFolder,
): Promise<(string | undefined)[]> {
  const [solution, ...mutants] = texts;
  const compiled: (string | undefined)[] = [];
  await writeFile(join(folder.compile, "package.json"), '{ "type": "module" }\n');
  await symlink(inRoot("node_modules"), join(folder.compile, "node_modules"));
  if (entry.kind === "build") {
    await cp(inRoot("orm/src"), join(folder.compile, "src"), { recursive: true });
  } else await mkdir(join(folder.compile, "src"));
  for (let start = 0; start === 0 || start < mutants.length; start += batch) {
    const part = await compileBatch(
      entry,
      [solution, ...mutants.slice(start, start + batch)],
      folder,
    );
    compiled.push(...(start === 0 ? part : part.slice(1)));
  }
  return compiled;
}

async function compileBatch(
  entry: ExerciseEntry,
  texts: readonly string[],
  folder: RunFolder,
): Promise<(string | undefined)[]> {
  const stem = entry.kind === "build" ? target(entry).file.replace(/\.ts$/, "") : "submission";
  const names = texts.map((_, index) => `${stem}.mutant${index}`);
  const readable = await Promise.all(
    texts.map(async (text, index) => {
      const module = await asModule(entry, text);
      const path = join(folder.compile, "src", `${names[index]}.ts`);
      await writeFile(path, module ?? "export {};\n");
      return module !== undefined;
    }),
  );
  const source = join(folder.compile, "src");
  const files = (await readdir(source, { recursive: true })).filter((path) => path.endsWith(".ts"));
  await writeConfig(
    folder,
    files.map((path) => `src/${path}`),
    "out",
    false,
  );
  const { diagnostics, gaveUp } = await compile(folder.compile);
  if (gaveUp !== undefined) {
    throw new Failure(`The compiler gave up on the mutants of exercise ${entry.id}.`, {
      why: gaveUp,
      remedy: `Run npm run exercises:check -- ${entry.id}: the solution alone must compile.`,
    });
  }
  const said = names.map((name) => messages(diagnostics, `src/${name}.ts`));
  return Promise.all(
    names.map(async (name, index) => {
      if (!readable[index] || saysMore(said[index] ?? [], said[0] ?? [])) return undefined;
      return readFile(join(folder.compile, "out", `${name}.js`), "utf8");
    }),
  );
}

/** The text as it stands in the package; undefined when it cannot be put there. */
async function asModule(entry: ExerciseEntry, text: string): Promise<string | undefined> {
  if (entry.kind === "use") return text;
  const { file, names } = target(entry);
  const reference = await readFile(inRoot("orm/src", file), "utf8");
  const made = exchange(file, names, reference, text, entry.path);
  return "module" in made ? made.module.text : undefined;
}

/** What the compiler says of a file, alike for all copies of it. */
function messages(diagnostics: readonly Diagnostic[], file: string): string[] {
  return diagnostics
    .filter((one) => one.file === file)
    .map(({ code, message }) => `${code} ${message.replaceAll(/\.mutant\d+/g, "")}`);
}

/** A copy beside the original has classes of its own, so the solution too can be told something. */
function saysMore(said: readonly string[], ofSolution: readonly string[]): boolean {
  const left = [...ofSolution];
  return said.some((message) => {
    const known = left.indexOf(message);
    if (known >= 0) left.splice(known, 1);
    return known < 0;
  });
}
