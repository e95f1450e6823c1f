import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { inRoot, root } from "../base/paths.js";
import { type ExerciseEntry, target } from "./catalogue.js";
import { type Compilation, compile, type Diagnostic, isSyntax, real } from "./compiler.js";
import type { Pristine } from "./pristine.js";
import type { RunFolder } from "./run-folder.js";

/** What stage 2 comes to. */
export type Compiled =
  /** It lies in the box. */
  | { ready: true }
  | { ungradable: string; diagnostics: string[] }
  | { refused: string; diagnostics: string[] };

/**
 * Stage 2: checks a submission with the project's own strict settings and compiles it into the box. A
 * use exercise compiles alone against `ormlet`; a build exercise inside a copy of it.
 *
 * @param shown the submission's name in messages
 */
export async function compileSubmission(
  entry: ExerciseEntry,
  text: string,
  shown: string,
  folder: RunFolder,
  shared: Pristine,
): Promise<Compiled> {
  await writeFile(join(folder.compile, "package.json"), '{ "type": "module" }\n');
  await symlink(inRoot("node_modules"), join(folder.compile, "node_modules"));
  return entry.kind === "use"
    ? compileUse(entry, text, shown, folder)
    : compileBuild(entry, text, shown, folder, shared);
}

async function compileUse(
  entry: ExerciseEntry,
  text: string,
  shown: string,
  folder: RunFolder,
): Promise<Compiled> {
  const name = basename(entry.path, ".ts");
  await mkdir(join(folder.compile, "src"));
  await writeFile(join(folder.compile, "src", `${name}.ts`), text);
  await writeConfig(folder, [`src/${name}.ts`], "out");
  const result = await compile(folder.compile);
  const problem = judge(result, folder, shown, ({ file, line }) =>
    file === `src/${name}.ts` ? line : undefined,
  );
  if (problem) return problem;
  await cp(join(folder.compile, "out", `${name}.js`), join(folder.box, "submission.js"));
  return { ready: true };
}

async function compileBuild(
  entry: ExerciseEntry,
  text: string,
  shown: string,
  folder: RunFolder,
  shared: Pristine,
): Promise<Compiled> {
  // The parser is large: only build exercises wait for it.
  const { exchange } = await import("./exchange.js");
  const { file, names } = target(entry);
  const source = inRoot("orm/src");
  const copied = cp(source, join(folder.compile, "src"), { recursive: true });
  const made = exchange(file, names, await readFile(join(source, file), "utf8"), text, shown);
  await copied;
  if ("parse" in made) return unparsed(shown, made.parse);
  if ("refused" in made) return { refused: made.refused, diagnostics: [] };
  const { text: module, offset, lines } = made.module;
  await writeFile(join(folder.compile, "src", file), module);
  const files = (await readdir(source, { recursive: true })).filter((path) => path.endsWith(".ts"));
  const box = join(folder.box, "node_modules", "ormlet");
  await mkdir(box, { recursive: true });
  await cp(join(shared.modules, "ormlet", "package.json"), join(box, "package.json"));
  await writeConfig(
    folder,
    files.map((path) => `src/${path}`),
    join(box, "dist"),
  );
  const problem = judge(await compile(folder.compile), folder, shown, (place) => {
    const own = place.file === `src/${file}` && place.line > offset && place.line <= offset + lines;
    return own ? place.line - offset : undefined;
  });
  return problem ?? { ready: true };
}

/**
 * The project's own configuration; nothing that lies beside a submission counts.
 *
 * @param noEmitOnError false writes also what has mistakes in it
 */
export async function writeConfig(
  folder: RunFolder,
  files: string[],
  outDir: string,
  noEmitOnError = true,
): Promise<void> {
  const config = {
    extends: inRoot("tsconfig.json"),
    compilerOptions: {
      rootDir: "src",
      outDir,
      noEmit: false,
      noEmitOnError,
      declaration: false,
      // A variable that is not used is no mistake in an answer.
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [inRoot("node_modules/@types")],
    },
    files,
  };
  await writeFile(join(folder.compile, "tsconfig.json"), JSON.stringify(config));
}

/** Turns the compiler's messages into a verdict; undefined when there is nothing to say. */
function judge(
  result: Compilation,
  folder: RunFolder,
  shown: string,
  ownLine: (place: Diagnostic) => number | undefined,
): Compiled | undefined {
  if (result.gaveUp !== undefined) {
    return { refused: `The compiler gave up on ${shown}: ${result.gaveUp}.`, diagnostics: [] };
  }
  const allowed = [real(folder.compile), real(inRoot("orm/dist"))];
  const foreign = result.files.find(
    (file) => !file.includes("/node_modules/") && !allowed.some((p) => file.startsWith(`${p}/`)),
  );
  if (foreign !== undefined) return { refused: outside(shown, foreign), diagnostics: [] };
  if (result.diagnostics.length === 0) return undefined;
  const messages = result.diagnostics.map((one) => inWords(one, shown, ownLine(one)));
  const own = result.diagnostics.filter((one) => ownLine(one) !== undefined);
  if (own.length > 0 && own.every(isSyntax)) return unparsed(shown, messages);
  const count = messages.length === 1 ? "a type error" : `${messages.length} type errors`;
  return { refused: `${shown} has ${count}.`, diagnostics: messages.slice(0, 20) };
}

function outside(shown: string, foreign: string): string {
  const path = relative(root, foreign);
  const name = path.startsWith("..") ? foreign : path;
  return (
    `${shown} refers to ${name}. Only the file itself is graded: it can import from "ormlet" and ` +
    "from Node, not from files beside it."
  );
}

function unparsed(shown: string, diagnostics: string[]): Compiled {
  return {
    ungradable: `${shown} cannot be read as TypeScript: ${diagnostics[0] ?? "syntax error"}`,
    diagnostics,
  };
}

function inWords(one: Diagnostic, shown: string, line: number | undefined): string {
  const message = `${one.message} (TS${one.code})`;
  if (line !== undefined) return `${shown}:${line}:${one.column}: ${message}${advice(one)}`;
  const file = one.file.replace(/^src\//, "");
  if (file === "") return message;
  return `the rest of ormlet does not fit your code any more: ${dirname(file) === "." ? file : `ormlet/${file}`}: ${message}`;
}

function advice(one: Diagnostic): string {
  if (one.code === 2307 && /'\.{1,2}\//.test(one.message)) {
    return '\n  Only the file itself is graded: it can import from "ormlet" and from Node.';
  }
  return "";
}
