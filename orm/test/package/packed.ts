import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nodeOfVersion } from "../../../grader/test/kernel/nodes.js";
import type { Suite } from "../suite.js";
import { progress } from "../support.js";

export const here = fileURLToPath(new URL(".", import.meta.url));
export const orm = fileURLToPath(new URL("../..", import.meta.url));
export const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

/** Where what npm fetched for these tests is kept, so that it is fetched once. */
const cache = join(modules, ".cache/ormlet-consumers");

/** The package as its users get it, and a folder for their projects. */
export interface Packed {
  /** A temporary folder, removed after the last test. */
  folder: string;
  tarball: string;
  /** Of the tarball, in bytes; the files' paths are relative to the package. */
  contents: { size: number; unpackedSize: number; files: { path: string; size: number }[] };
}

/** Packs the package before the first test of a file. */
export function packed(test: Suite): Packed {
  const packed = {} as Packed;
  test.before(async () => {
    packed.folder = await mkdtemp(join(tmpdir(), "ormlet-packed-"));
    const source = join(packed.folder, "package");
    await succeeds(process.execPath, [join(orm, "publish.mjs"), source], packed.folder);
    const pack = ["pack", source, "--json", "--pack-destination", packed.folder];
    const [contents] = JSON.parse(await succeeds("npm", pack, packed.folder));
    packed.contents = contents;
    packed.tarball = join(packed.folder, contents.filename);
    await rm(source, { recursive: true });
  });
  test.after(async () => {
    if (packed.folder) await rm(packed.folder, { recursive: true, force: true });
  });
  return packed;
}

/** What a project's own `.js` and `.ts` files are: ES modules or CommonJS. */
export type ModuleType = "module" | "commonjs";

/**
 * Makes a fresh project in which the tarball and mysql2 are installed, as a user would.
 *
 * @returns its folder
 */
export async function makeProject(packed: Packed, type: ModuleType): Promise<string> {
  const folder = join(packed.folder, type);
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type, private: true }));
  const { devDependencies } = JSON.parse(await readFile(join(orm, "package.json"), "utf8"));
  await install(folder, [packed.tarball, `mysql2@${devDependencies.mysql2}`]);
  return folder;
}

async function install(folder: string, packages: string[]): Promise<void> {
  const quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  await succeeds("npm", ["install", ...quietly, ...packages], folder, 300);
}

/**
 * A package of a program that a user may have, which the checkout has no use for: npm fetches it once.
 *
 * @param name as npm knows it: `typescript`
 * @returns its folder
 */
export async function fromNpm(name: string, version: string): Promise<string> {
  const folder = join(cache, `${name}-${version}`);
  const found = join(folder, "node_modules", name);
  if (existsSync(found)) return found;
  progress(`npm fetches ${name} ${version}, which only this test needs`);
  // Of two tests that fetch it at once, the second finds the first one's in its way, which is as good.
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  await writeFile(join(work, "package.json"), '{ "private": true }');
  await install(work, [`${name}@${version}`]);
  await rename(work, folder).catch(() => rm(work, { recursive: true }));
  return found;
}

/** A Node.js that runs TypeScript by leaving its types out, as 22.18 and later do: this one if it can. */
export async function nodeThatStripsTypes(): Promise<string> {
  const { features } = process;
  if ("typescript" in features && features.typescript) return process.execPath;
  progress("Node.js 24 runs a program for this one, which cannot; npm fetches it, once");
  return nodeOfVersion(24);
}

/** Runs a program; its output is in the error when it fails. @param seconds how long it may take */
export async function succeeds(
  file: string,
  parameters: string[],
  cwd: string,
  seconds = 60,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(file, parameters, {
      cwd,
      timeout: seconds * 1000,
    });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${file} ${parameters.join(" ")}\n${stdout}${stderr}`);
  }
}
