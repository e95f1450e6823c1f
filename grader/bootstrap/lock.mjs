import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./failure.mjs";

/** A holder that has not touched its lock for so long (milliseconds) is gone, whatever its id says. */
const staleAfter = 30_000;

/**
 * Does some work that only one process of this checkout may do at a time. The lock is a file that
 * names its holder; one whose holder has died is taken over.
 *
 * @param name which work; the lock is `.course/locks/<name>`
 * @param work what to do while nobody else does it
 * @param options.waiting is called once, with the holder's process id, when there is one
 */
export async function withLock(name, work, { waiting = () => {} } = {}) {
  const folder = join(root, ".course", "locks");
  const file = join(folder, name);
  mkdirSync(folder, { recursive: true });
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (!told) {
      told = true;
      waiting(holder);
    }
    await sleep(200);
  }
  const release = () => rmSync(file, { force: true });
  const beat = setInterval(() => touch(file), staleAfter / 6);
  beat.unref();
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener("exit", release);
    release();
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    // On a full disk the file is made and stays empty, and nobody's.
    rmSync(file, { force: true });
    throw error;
  }
}

/** The process that holds the lock; undefined when it has gone, and then the lock is free. */
function holderOf(file) {
  try {
    const text = readFileSync(file, "utf8");
    const age = Date.now() - statSync(file).mtimeMs;
    const pid = Number(text);
    if (age < staleAfter && (text === "" || isAlive(pid))) return pid;
    // Renamed first: of two that find the same dead lock, only one may remove it.
    const grave = `${file}.${process.pid}.stale`;
    renameSync(file, grave);
    rmSync(grave, { force: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return undefined;
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Someone removed .course; the work goes on.
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
