import { existsSync, renameSync, rmSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isAlive } from "../../bootstrap/lock.mjs";
import { Failure } from "../base/failure.js";
import { linkPackages } from "../base/link-packages.js";
import { inRoot } from "../base/paths.js";
import { type Compilation, compile, type Diagnostic } from "../judge/compiler.js";
import { digest } from "../weave/ipynb.js";
import {
  type Assembled,
  assembledFolder,
  marker,
  mendSwap,
  oldName,
  sourceDigest,
} from "./folder.js";
import { Merged } from "./merged.js";
import type { Part } from "./parts.js";

/** An assembled package: a folder laid out as a checkout, with `orm/` and what that needs. */
export interface Package {
  folder: string;
  /** The modules that hold parts, by their path below `orm/src`. */
  merged: Map<string, Merged>;
}

/** Seconds for the compiler: each part did compile when it was graded. */
const patience = 180;

/** What of `orm/` is copied, as far as it is there: an edition of the course may go without tests. */
const copied = ["package.json", "tsconfig.json", "README.md", "LICENSE", "src", "test", "bench"];

/**
 * Builds the package with the parts in it, beside the folder, and puts it in the folder's place when it is
 * whole. What was assembled there before stays as it was until then.
 *
 * @throws Failure naming the exercise and the line of a part that does not fit or does not compile; when the
 *   folder holds something else
 */
export async function makePackage(parts: readonly Part[], to = assembledFolder): Promise<Package> {
  const folder = resolve(to);
  mendSwap(folder);
  await checkFolder(folder);
  await removeLeftovers(folder);
  const merged = await mergeAll(parts);
  const work = `${folder}.making-${process.pid}`;
  const clean = () => rmSync(work, { recursive: true, force: true });
  process.once("exit", clean);
  try {
    await fill(work, merged);
    const { diagnostics, gaveUp } = await compile(join(work, "orm"), patience);
    if (gaveUp !== undefined || diagnostics.length > 0) throw broken(diagnostics, gaveUp, merged);
    await writeFile(join(work, marker), `${JSON.stringify(await describe(parts), undefined, 2)}\n`);
    swap(work, folder);
    return { folder, merged };
  } finally {
    process.removeListener("exit", clean);
    clean();
  }
}

async function describe(parts: readonly Part[]): Promise<Assembled> {
  return {
    at: new Date().toISOString(),
    parts: parts.map(({ entry, path, text }) => ({ id: entry.id, path, digest: digest(text) })),
    source: await sourceDigest(),
  };
}

/** Anything else than an earlier package is somebody's own, and is left alone. */
async function checkFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const names = await readdir(folder).catch(() => ["a file"]);
  if (names.length === 0 || names.includes(marker)) return;
  throw new Failure(`${folder} is not empty, and nothing was assembled there.`, {
    why: `it holds ${names.slice(0, 3).join(", ")}, which would be lost`,
    remedy: "Name a folder that is empty or not there yet: course assemble --to <folder>.",
  });
}

async function mergeAll(parts: readonly Part[]): Promise<Map<string, Merged>> {
  const merged = new Map<string, Merged>();
  for (const file of new Set(parts.map(({ target }) => target.file))) {
    const own = parts.filter(({ target }) => target.file === file);
    const reference = await readFile(inRoot("orm/src", file), "utf8");
    const made = Merged.make(file, reference, own);
    if ("refused" in made) throw unfit(made.refused, own);
    merged.set(file, made);
  }
  return merged;
}

/** The layout of a checkout, so that tests and benchmark find what they look for. */
async function fill(work: string, merged: Map<string, Merged>): Promise<void> {
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, "orm"), { recursive: true });
  for (const name of copied.filter((name) => existsSync(inRoot("orm", name)))) {
    await cp(inRoot("orm", name), join(work, "orm", name), { recursive: true, filter: isSource });
  }
  for (const { file, text } of merged.values()) {
    await writeFile(join(work, "orm/src", file), text);
  }
  await writeFile(join(work, "tsconfig.json"), await lenientConfig());
  const modules = await linkPackages(work);
  await symlink("../orm", join(modules, "ormlet"));
}

/** The benchmark has hundreds of megabytes of packages of its own, and what was compiled of it. */
function isSource(path: string): boolean {
  return !["node_modules", "dist"].includes(basename(path));
}

/** The project's own settings; a variable that is not used is no mistake in an answer. */
async function lenientConfig(): Promise<string> {
  const config = JSON.parse(await readFile(inRoot("tsconfig.json"), "utf8"));
  Object.assign(config.compilerOptions, { noUnusedLocals: false, noUnusedParameters: false });
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function unfit(why: string, parts: readonly Part[]): Failure {
  const part = parts.find(({ path }) => why.startsWith(path)) ?? (parts[0] as Part);
  const { id } = part.entry;
  return new Failure(`Your part for exercise ${id} does not fit into the package.`, {
    why,
    remedy: remedyFor(id),
  });
}

function remedyFor(id: string): string {
  return `Mend it (npm run grade -- ${id} helps), or assemble without it: npx course assemble --without ${id}.`;
}

/** Says whose line the compiler does not take, when it is somebody's. */
function broken(
  diagnostics: readonly Diagnostic[],
  gaveUp: Compilation["gaveUp"],
  merged: Map<string, Merged>,
): Failure {
  const found = diagnostics.map((one) => {
    const module = merged.get(one.file.replace(/^src\//, ""));
    return { one, module, place: module?.locate(one.line) };
  });
  const lines = found.slice(0, 10).map(({ one, place }) => {
    const where = place ? `${place.part.path}:${place.line}` : `${one.file}:${one.line}`;
    return `${where}:${one.column}: ${one.message} (TS${one.code})`;
  });
  // In a module with one part, what is not the package's own fault is that part's.
  const suspects = found.flatMap(({ place, module }) => place?.part ?? module?.parts ?? []);
  const ids = [...new Set(suspects.map(({ entry }) => entry.id))];
  const what =
    ids.length === 0
      ? "The assembled package does not compile."
      : `The package does not compile with your ${ids.length === 1 ? "part for exercise" : "parts for exercises"} ${ids.join(", ")} in it.`;
  const [first] = ids;
  return new Failure(what, {
    why: gaveUp === undefined ? lines.join("\n") : `the compiler gave up: ${gaveUp}`,
    remedy: first ? remedyFor(first) : "Run npm run build: the finished package must compile.",
  });
}

/**
 * Puts the new folder into the old one's place. Of two renames the second may not come to pass: the next
 * command then finds the old folder under its other name, and puts it back.
 */
function swap(work: string, folder: string): void {
  const old = oldName(folder);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(work, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Folders of commands that were killed while they were making one. */
async function removeLeftovers(folder: string): Promise<void> {
  const above = dirname(folder);
  for (const name of await readdir(above).catch(() => [])) {
    const [stem, pid] = name.split(".making-");
    if (stem !== basename(folder) || pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(above, name), { recursive: true, force: true });
  }
}
