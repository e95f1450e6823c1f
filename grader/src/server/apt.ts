import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../bootstrap/lock.mjs";
import type { Failure } from "../base/failure.js";
import { findProgram, type Note, run } from "./run-command.js";

/** What Podman needs on Debian, besides itself: networks, and a runtime for every kind of cgroup. */
export const podmanPackages = ["podman", "netavark", "aardvark-dns", "runc", "iptables"];

/** What the Debian-built image needs on Debian. */
export const imagePackages = ["mmdebstrap", "debian-archive-keyring"];

/** True on Debian, Ubuntu, and their kin. */
export async function isDebian(): Promise<boolean> {
  return existsSync("/etc/debian_version") && (await findProgram("apt-get")) !== undefined;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * Installs packages. Package lists that are missing or out of date are fetched, then it is tried
 * once more. Waits up to five minutes for another program that is installing.
 * @throws Failure when they cannot be installed.
 */
export function installPackages(packages: string[], note: Note): Promise<void> {
  const busy = () => note("waiting for another apt-get");
  const work = async () => {
    for (const end = Date.now() + patience; ; ) {
      try {
        return await install(packages, note);
      } catch (error) {
        // apt-get waits for the lock on packages by itself, but not for the one on their lists.
        const locked = /Could not get lock|Unable to lock/.test((error as Failure).why ?? "");
        if (!locked || Date.now() > end) throw error;
      }
      busy();
      await sleep(1_000);
    }
  };
  return withLock("apt", work, { waiting: busy });
}

/** Milliseconds to wait for another program that is installing. */
const patience = 300_000;

async function install(packages: string[], note: Note): Promise<void> {
  const apt = (args: string[]) =>
    run("apt-get", [...aptOptions, ...args], {
      failure: `apt-get could not install ${packages.join(", ")}.`,
      remedy: `Try it by hand: apt-get install ${packages.join(" ")}`,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      onLine: (line) => {
        const text = aptNote(line);
        if (text !== undefined) note(text);
      },
    });
  const arguments_ = ["install", "-y", "--no-install-recommends", ...packages];
  note(`apt-get: installing ${packages.join(", ")}`);
  try {
    await apt(arguments_);
  } catch (error) {
    const said = String((error as { why?: string }).why);
    if (
      !/Unable to locate|no installation candidate|404|Not Found|have been installed/i.test(said)
    ) {
      throw error;
    }
    note("apt-get: fetching the lists of packages");
    await apt(["update"]);
    await apt(arguments_);
  }
}

const aptOptions = [
  "-o",
  `DPkg::Lock::Timeout=${patience / 1000}`,
  "-o",
  "Acquire::Retries=2",
  "-o",
  "Acquire::http::Timeout=15",
  "-o",
  "Acquire::https::Timeout=15",
];

/** What a line of apt's or mmdebstrap's output says, in short; most say nothing. */
export function aptNote(line: string): string | undefined {
  const fetched = /^Get:\d+ \S+ \S+ \S+ (\S+) \S+ \S+ \[(.+)\]/.exec(line);
  if (fetched) return `fetching ${fetched[1]} (${fetched[2]})`;
  const step = /^(Unpacking|Setting up) (\S+)/.exec(line);
  if (step) return `${step[1]?.toLowerCase()} ${step[2]?.split(":")[0]}`;
  const mmdebstrap = /^I: (running apt-get update|downloading|extracting|creating tarball)/.exec(
    line,
  );
  return mmdebstrap ? `mmdebstrap: ${line.slice(3)}` : undefined;
}
