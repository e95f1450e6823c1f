import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../bootstrap/lock.mjs";
import { Failure } from "../base/failure.js";
import { installPackages, isRoot } from "../server/apt.js";

/** Whether this is a Debian or a child of it, where a person with sudo can use apt. */
export function hasApt(): boolean {
  return existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
}

/** Whether packages of Debian or Ubuntu can be installed here without asking. */
export function canInstallByApt(): boolean {
  return hasApt() && isRoot();
}

/**
 * Installs packages with apt-get, as root, and waits while another program installs something.
 *
 * @throws Failure when they cannot be installed
 */
export async function installByApt(
  packages: string[],
  note: (text: string) => void,
): Promise<void> {
  await withLock("apt", async () => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await installPackages(packages, note);
      } catch (error) {
        // apt-get waits for the lock on packages by itself, not for the one on their lists.
        const locked =
          error instanceof Failure && /Could not get lock|Unable to lock/.test(error.why ?? "");
        if (!locked || attempt === 60) throw error;
      }
      note("waiting for another apt-get");
      await sleep(3000);
    }
  });
}
