import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { inRoot } from "./paths.js";

/** The packages that live in this repository; what stands for them is up to whoever lays out a folder. */
const ours = new Set(["ormlet", "course"]);

/**
 * Makes a `node_modules` in a folder, with links to what npm installed here, but for the repository's own
 * packages.
 *
 * @returns its path
 */
export async function linkPackages(folder: string): Promise<string> {
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  for (const name of await readdir(inRoot("node_modules"))) {
    if (!ours.has(name)) await symlink(inRoot("node_modules", name), join(modules, name));
  }
  return modules;
}
