import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../bootstrap/lock.mjs";

/**
 * The kernels that a Jupyter server has started. On Linux they are found also after the server has
 * died, by the variable that Jupyter gives each of them.
 */
export function kernelsOf(server: number): number[] {
  if (process.platform === "linux") {
    return processIds().filter((pid) =>
      `\0${read(`/proc/${pid}/environ`)}\0`.includes(`\0JPY_PARENT_PID=${server}\0`),
    );
  }
  if (process.platform === "win32") return [];
  const table = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" });
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return rows.filter(([, parent]) => parent === server).map(([pid]) => pid as number);
}

/** Asks a process to end, and after a while makes it. Returns when it is gone. */
export async function endProcess(pid: number, patience = 8000): Promise<void> {
  signal(pid, "SIGTERM");
  const until = Date.now() + patience;
  while (isAlive(pid) && Date.now() < until) await sleep(50);
  if (isAlive(pid)) signal(pid, "SIGKILL");
}

/** Ends processes and what each has started in its own group. */
export function killGroups(pids: number[]): void {
  for (const pid of pids.filter(isAlive)) {
    signal(-pid, "SIGKILL");
    signal(pid, "SIGKILL");
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone already, or leads no group.
  }
}

/** Who listens on a TCP port of this machine, as "name (process id)"; undefined when that cannot be seen. */
export function listenerOn(port: number): string | undefined {
  try {
    return process.platform === "linux" ? listenerFromProc(port) : listenerFromLsof(port);
  } catch {
    return undefined;
  }
}

function listenerFromProc(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const lines = `${read("/proc/net/tcp")}\n${read("/proc/net/tcp6")}`.split("\n");
  const listening = lines.map((line) => line.trim().split(/\s+/)).filter((row) => row[3] === "0A");
  const inode = listening.find((row) => row[1]?.endsWith(`:${hex}`))?.[9];
  const owner = processIds().find((pid) => inode && sockets(pid).includes(`socket:[${inode}]`));
  return owner === undefined
    ? undefined
    : `${read(`/proc/${owner}/comm`).trim()} (process ${owner})`;
}

function listenerFromLsof(port: number): string | undefined {
  const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"];
  const fields = execFileSync("lsof", args, { encoding: "utf8" });
  const [, pid, name] = /^p(\d+)[\s\S]*?^c(.+)$/m.exec(fields) ?? [];
  return pid && `${name} (process ${pid})`;
}

function processIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function sockets(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((name) => readlinkSync(`${folder}/${name}`));
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
