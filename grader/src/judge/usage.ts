import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { platform } from "node:os";

/** What a process group uses now: bytes of resident memory, seconds of processor time. */
export interface Usage {
  memory: number;
  cpu: number;
}

// Both are compiled into every Linux kernel that Node runs on.
const pageSize = 4096;
const ticksPerSecond = 100;

/** Measures one process; cheap enough to be asked every few milliseconds. Only Linux has it. */
export function processMemory(pid: number): number {
  if (platform() !== "linux") return 0;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * pageSize;
  } catch {
    return 0;
  }
}

/** Measures a process group. */
export function groupUsage(group: number): Usage {
  try {
    return platform() === "linux" ? fromProc(group) : fromPs(group);
  } catch {
    // The group ended while it was being measured.
    return { memory: 0, cpu: 0 };
  }
}

function fromProc(group: number): Usage {
  const usage = { memory: 0, cpu: 0 };
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    let text: string;
    try {
      text = readFileSync(`/proc/${name}/stat`, "utf8");
    } catch {
      continue;
    }
    // After the name in parentheses: state, parent, group, … (proc_pid_stat(5), from field 3 on).
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    if (Number(fields[2]) !== group) continue;
    usage.cpu += (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    usage.memory += Number(fields[21]) * pageSize;
  }
  return usage;
}

function fromPs(group: number): Usage {
  const usage = { memory: 0, cpu: 0 };
  const table = execFileSync("ps", ["-A", "-o", "pgid=,rss=,time="], { encoding: "utf8" });
  for (const line of table.split("\n")) {
    const [pgid, rss, time = ""] = line.trim().split(/\s+/);
    if (Number(pgid) !== group) continue;
    usage.memory += Number(rss) * 1024;
    usage.cpu += time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  }
  return usage;
}
