import { createHash } from "node:crypto";
import { chmodSync, constants, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { access, cp, link, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../base/failure.js";
import { inRoot, root } from "../base/paths.js";
import { isOpenToAll, temporaryFolder } from "./temporary.js";

/**
 * Copies of what every sandbox may read: the finished `ormlet` and the database driver with its
 * dependencies. They are made once, lie where an unprivileged user can reach them, and are replaced when
 * their sources change.
 */
export interface Pristine {
  folder: string;
  /** `<folder>/node_modules` */
  modules: string;
  /** A Node that an unprivileged user can execute. */
  node: string;
}

/** A copy is made anew each day, before a cleaner of the temporary folder could thin it out. */
const day = 24 * 3600 * 1000;

const building = new Map<string, Promise<void>>();

/** The copies, made if need be. Looked at each time: sources change, and cleaners come by. */
export async function pristine(): Promise<Pristine> {
  const uid = process.getuid?.() ?? 0;
  const sources = sourcesOfModules();
  const prefix = `ormlet-course-${uid}-${short(root)}-`;
  const base = temporaryFolder();
  const folder = join(base, prefix + short(fingerprint(sources)));
  if (!isUsable(folder, uid)) {
    const made = building.get(folder) ?? build(folder, sources);
    building.set(folder, made);
    await made.finally(() => building.delete(folder));
    await removeOld(base, `ormlet-course-${uid}-`, folder);
  }
  return { folder, modules: join(folder, "node_modules"), node: nodeIn(folder) };
}

/** Ours, not a link, and nobody else may write there: the temporary folder is everybody's. */
function isUsable(folder: string, uid: number): boolean {
  try {
    const entry = lstatSync(folder);
    lstatSync(join(folder, "node_modules", "ormlet", "package.json"));
    return entry.isDirectory() && entry.uid === uid && (entry.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

async function build(folder: string, sources: Map<string, string>): Promise<void> {
  const work = await mkdtemp(`${folder}-`);
  for (const [name, from] of sources) {
    const to = join(work, "node_modules", name);
    await mkdir(dirname(to), { recursive: true });
    if (name === "ormlet") {
      await cp(join(from, "package.json"), join(to, "package.json"));
      await cp(join(from, "dist"), join(to, "dist"), { recursive: true });
    } else {
      await cp(from, to, { recursive: true, dereference: true });
    }
  }
  if (!executableByOthers(process.execPath)) await copyNode(join(work, "node"));
  makeReadable(work);
  if (await moved(work, folder)) return;
  // Another grader was faster, and may be using its copy, which is as good as this one.
  if (!isUsable(folder, process.getuid?.() ?? 0)) {
    await moved(folder, `${work}-damaged`);
    await moved(work, folder);
  }
  await rm(work, { recursive: true, force: true });
  await rm(`${work}-damaged`, { recursive: true, force: true });
}

/** False when there is something at the new place already. */
async function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

/** `ormlet`, and mysql2 with all that it depends on, by name; found where npm put them. */
function sourcesOfModules(): Map<string, string> {
  const sources = new Map([["ormlet", inRoot("orm")]]);
  if (!lstatSync(inRoot("orm/dist/index.js"), { throwIfNoEntry: false })) {
    throw new Failure("The package ormlet is not built.", { remedy: "Run npm run build." });
  }
  const add = (name: string): void => {
    if (sources.has(name)) return;
    const folder = inRoot("node_modules", name);
    const text = readFileSync(join(folder, "package.json"), "utf8");
    sources.set(name, folder);
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    for (const dependency of Object.keys(dependencies)) add(dependency);
  };
  add("mysql2");
  return sources;
}

function fingerprint(sources: Map<string, string>): string {
  const today = Math.floor(Date.now() / day);
  const parts = [process.execPath, process.version, String(today)];
  for (const [name, folder] of sources) {
    const { mtimeMs, size } = statSync(join(folder, "package.json"));
    parts.push(`${name} ${mtimeMs} ${size}`);
  }
  const dist = inRoot("orm/dist");
  for (const path of readdirSync(dist, { recursive: true, encoding: "utf8" }).sort()) {
    if (!path.endsWith(".js")) continue;
    const { mtimeMs, size } = statSync(join(dist, path));
    parts.push(`${path} ${mtimeMs} ${size}`);
  }
  return parts.join("\n");
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function nodeIn(folder: string): string {
  const copy = join(folder, "node");
  return lstatSync(copy, { throwIfNoEntry: false }) ? copy : process.execPath;
}

/** A Node below a home folder that is closed to others (nvm as root) cannot be run by them. */
function executableByOthers(path: string): boolean {
  if (process.getuid?.() !== 0) return true;
  return (statSync(path).mode & 0o005) === 0o005 && isOpenToAll(dirname(path));
}

async function copyNode(to: string): Promise<void> {
  await link(process.execPath, to).catch(() => cp(process.execPath, to));
  await access(to, constants.X_OK);
}

function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(path);
    else if (entry.isFile() && entry.name !== "node") chmodSync(path, 0o644);
  }
}

async function removeOld(base: string, prefix: string, except: string): Promise<void> {
  for (const name of await readdir(base)) {
    const path = join(base, name);
    if (!name.startsWith(prefix) || path === except) continue;
    const age = Date.now() - (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    // A younger one may be in use by a grader that started before it was replaced.
    if (age > 2 * day) await rm(path, { recursive: true, force: true });
  }
}
