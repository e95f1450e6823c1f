import { randomBytes } from "node:crypto";
import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { chown, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "./temporary.js";

/**
 * Users that no account list has: systemd's table of user ids calls 60706 to 61183 unused, and they
 * exist inside containers that map 65536 users too.
 */
const firstUser = 60_706;
const users = 478;

/** The temporary folder of one run; as root, it also claims a user for the run, machine-wide. */
export interface RunFolder {
  path: string;
  /** For the compiler; closed to the runner. */
  compile: string;
  /** All of the run that the runner may read. */
  box: string;
  /** Set where the grader runs as root: the user and group that the runner gets. */
  user: number | undefined;
  release(): Promise<void>;
}

/**
 * Makes the folder of a run. As root its name is the claim of a user: `mkdir` succeeds for one only.
 */
export async function makeRunFolder(): Promise<RunFolder> {
  const changes = mayChangeUser();
  const base = temporaryFolder(changes);
  for (;;) {
    const user = changes ? firstUser + Math.floor(Math.random() * users) : undefined;
    const name = user ?? `${process.getuid?.() ?? "user"}-${randomBytes(6).toString("hex")}`;
    const path = join(base, `ormlet-run-${name}`);
    try {
      await mkdir(path, { mode: 0o711 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    const folder = { path, compile: join(path, "compile"), box: join(path, "box"), user };
    await writeFile(join(path, "owner"), `${process.pid} ${startOf(process.pid)}`, { mode: 0o600 });
    await mkdir(folder.compile, { mode: 0o700 });
    await mkdir(folder.box, { mode: 0o750 });
    if (user !== undefined) await chown(folder.box, 0, user);
    chmodSync(path, 0o711);
    const release = async () => {
      if (user !== undefined) killUser(user);
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    };
    return { ...folder, release };
  }
}

/** Root may, unless a container took the capabilities: chown 0, kill 5, setgid 6, setuid 7. */
function mayChangeUser(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    const mask = /^CapEff:\s+(\w+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
    return (Number.parseInt(mask.slice(-2), 16) & 0b11100001) === 0b11100001;
  } catch {
    return true;
  }
}

/** Removes folders, and ends processes, of graders that were killed. */
export async function sweepRunFolders(): Promise<void> {
  const base = temporaryFolder(mayChangeUser());
  for (const name of await readdir(base)) {
    const match = /^ormlet-run-(\d+)(-\w+)?$/.exec(name);
    if (!match) continue;
    const path = join(base, name);
    if (!(await isAbandoned(path))) continue;
    if (match[2] === undefined && process.getuid?.() === 0) killUser(Number(match[1]));
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const [pid = "", start] = (await readFile(join(path, "owner"), "utf8")).split(" ");
    if (start !== undefined) return startOf(Number(pid)) !== start || start === "";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return false;
  }
  // Between mkdir, the owner's file and what stands in it lies an instant; a minute is none.
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > 60_000;
}

/** When a process started, to tell it from a later one with its number; "" when it is no more. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    try {
      process.kill(pid, 0);
      return "running";
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM" ? "running" : "";
    }
  }
}

/** Ends whatever still runs as the user of a run, even if it left the run's process group. */
export function killUser(user: number): void {
  if (user < firstUser || user >= firstUser + users) return;
  for (const name of readdirOrNothing("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const owner = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
      if (owner === String(user)) process.kill(Number(name), "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
}

function readdirOrNothing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
