import { chmodSync, readdirSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Catalogue, ExerciseEntry } from "./catalogue.js";
import type { Pristine } from "./pristine.js";
import type { RunFolder } from "./run-folder.js";
import { placeProbes, placeRunner } from "./tests.js";

/** Puts into the box what the runner needs besides the submission. */
export async function fillBox(
  catalogue: Catalogue,
  entry: ExerciseEntry,
  folder: RunFolder,
  shared: Pristine,
): Promise<void> {
  const { box } = folder;
  const modules = join(box, "node_modules");
  const placed = [
    writeFile(join(box, "package.json"), '{ "type": "module" }\n'),
    placeProbes(catalogue, entry, join(box, "probe.js")),
    placeRunner(join(box, "runner.js")),
  ];
  if (entry.kind === "use") {
    placed.push(symlink(shared.modules, modules));
  } else {
    await mkdir(modules);
    placed.push(symlink(join(shared.modules, "mysql2"), join(modules, "mysql2")));
  }
  await Promise.all(placed);
  makeReadable(box);
}

/** For the run's group, whatever the judge's umask is; the folder itself keeps others out. */
export function makeReadable(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) chmodSync(path, 0o644);
    if (!entry.isDirectory()) continue;
    chmodSync(path, 0o755);
    makeReadable(path);
  }
}
