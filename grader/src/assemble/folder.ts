import { existsSync, renameSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inRoot, inState } from "../base/paths.js";
import { digest } from "../weave/ipynb.js";

/** The file that tells an assembled folder from any other. */
export const marker = "assembled.json";

/** Where the package is assembled when nothing else is said. */
export const assembledFolder = inState("assembled");

/** What an assembled folder says of itself, in `assembled.json`: by this it is known to be one. */
export interface Assembled {
  /** UTC, ISO 8601. */
  at: string;
  parts: { id: string; path: string; digest: string }[];
  /** Of the package's own source, to see whether that has changed since. */
  source: string;
}

/** What a folder says of itself; undefined when nothing is assembled there. */
export async function readAssembled(folder = assembledFolder): Promise<Assembled | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, marker), "utf8")) as Assembled;
  } catch {
    return undefined;
  }
}

/** A digest of the package's own source. */
export async function sourceDigest(): Promise<string> {
  const source = inRoot("orm/src");
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith(".ts"));
  const texts = await Promise.all(files.sort().map((file) => readFile(join(source, file), "utf8")));
  return digest(texts.join("\0"));
}

/** Where an earlier package lies while a new one takes its place. */
export const oldName = (folder: string): string => `${folder}.old`;

/** Finishes, or takes back, what an interruption left between two renames. */
export function mendSwap(folder = assembledFolder): void {
  const old = oldName(folder);
  if (!existsSync(join(old, marker))) return;
  if (existsSync(folder)) rmSync(old, { recursive: true, force: true });
  else renameSync(old, folder);
}
