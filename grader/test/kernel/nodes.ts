import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";
import { inState } from "../../src/base/paths.js";

/** The versions of Node.js on which the kernel must behave alike. */
export const majors = [20, 22, 24] as const;

/**
 * The program of a version of Node.js: this process's own if it is of that version, else one that npm
 * fetches into `.course/nodes`, once.
 */
export async function nodeOfVersion(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = inState("nodes", String(major));
  const name = `node-${process.platform}-${process.arch}`;
  const program = `${folder}/node_modules/${name}/bin/node`;
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const what = ["install", "--no-save", "--ignore-scripts", "--prefix", folder, `${name}@${major}`];
  await promisify(execFile)("npm", what);
  return program;
}
