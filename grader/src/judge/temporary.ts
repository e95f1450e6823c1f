import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { Failure } from "../base/failure.js";

/**
 * The folder for what sandboxes read: the system's temporary folder (`TMPDIR`), or `/tmp` where the
 * sandbox's account cannot pass through that one. Without links, as Node's permission model compares
 * paths.
 *
 * @param changesUser whether a sandbox runs as another account than the grader, as root's do
 * @throws Failure when neither folder will do
 */
export function temporaryFolder(changesUser = process.getuid?.() === 0): string {
  for (const candidate of [tmpdir(), "/tmp"]) {
    try {
      const folder = realpathSync(candidate);
      accessSync(folder, constants.W_OK | constants.X_OK);
      if (!changesUser || isOpenToAll(folder)) return folder;
    } catch {
      // It is not there, or not ours to write to.
    }
  }
  throw new Failure("There is no temporary folder that the grader can use.", {
    why: `${tmpdir()} and /tmp are missing, closed, or not passable for the sandbox's account`,
    remedy: "Set TMPDIR to a folder that every account can pass through (chmod 1777).",
  });
}

/** Whether every account can pass through a folder and those above it. */
export function isOpenToAll(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  const above = dirname(folder);
  return above === folder || isOpenToAll(above);
}
