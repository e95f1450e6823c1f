import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter } from "node:path";
import { Failure } from "../base/failure.js";

/** A note of a Report: one short line on what is going on. */
export type Note = (text: string) => void;

/** What a program wrote tells why it failed. The first that matches counts. */
const reasons: { pattern: RegExp; why: string; remedy: string; full?: boolean }[] = [
  {
    pattern: /No space left on device|ENOSPC|don't have enough free space|disk quota exceeded/i,
    why: "The disk is full.",
    remedy: "Free at least 2 GB, then start again.",
    full: true,
  },
  {
    pattern: /Could not get lock|lock-frontend/i,
    why: "Another program is installing packages.",
    remedy: "Wait until it has finished, then start again.",
  },
  {
    pattern: /address already in use|port is already allocated|bind.*in use/i,
    why: "The port is in use by another program.",
    remedy: "Start again: another port is taken each time.",
  },
  {
    pattern:
      /Could not resolve|Temporary failure (in name )?resol|no such host|ENOTFOUND|EAI_AGAIN|Network is unreachable|i\/o timeout|Connection timed out|Unable to connect|ECONNREFUSED|connection refused|Failed to fetch|TLS handshake timeout/i,
    why: "The network, or the server that it asked, cannot be reached.",
    remedy: "Check the network (and the proxy, if there is one), then start again.",
  },
  {
    pattern: /toomanyrequests|rate limit/i,
    why: "The registry takes no more requests from this address for now.",
    remedy: "Wait, or log in to the registry, then start again.",
  },
  {
    pattern: /permission denied|EACCES|Operation not permitted|are you root/i,
    why: "This user may not do that.",
    remedy: "Run it as an administrator, or have one install it.",
  },
];

/** A failure that no other way of getting a server would escape: the disk is full. */
export class DiskFull extends Failure {}

/** Turns what a program wrote into a Failure that says why, and what to do. */
export function failureFrom(what: string, output: string, remedy?: string): Failure {
  const lines = output.trim().split("\n");
  const reason = reasons.find(({ pattern }) => pattern.test(output));
  const told = [reason?.pattern, /\berror\b/i, /[a-z]{3}/i].find(
    (pattern) => pattern !== undefined && lines.some((line) => pattern.test(line)),
  );
  const said = lines.filter((line) => told?.test(line)).at(-1) ?? "";
  const why = reason ? `${reason.why} It said: ${said.trim()}` : said.trim();
  const parts = { why: why.slice(0, 600), remedy: reason?.remedy ?? remedy };
  const Kind = reason?.full ? DiskFull : Failure;
  return new Kind(what, {
    why: parts.why,
    ...(parts.remedy === undefined ? {} : { remedy: parts.remedy }),
  });
}

export interface RunOptions {
  /** Said of a failure: "Podman could not be installed." */
  failure: string;
  /** What to do when the output does not tell. */
  remedy?: string;
  env?: Record<string, string>;
  /** Called with each line as it is written, on either stream. */
  onLine?: (line: string) => void;
  /** Milliseconds after which the program is ended. */
  timeout?: number;
  /** Ends the program and all that it has started; they then have a process group of their own. */
  signal?: AbortSignal;
}

/**
 * Runs a program to its end and returns what it wrote on both streams.
 * @throws Failure when it cannot be started, ends with another code than 0, or takes too long.
 */
export function run(command: string, args: string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, LC_ALL: "C.UTF-8", ...options.env },
      detached: options.signal !== undefined,
    });
    const endAll = () => endGroup(child.pid);
    options.signal?.addEventListener("abort", endAll);
    if (options.signal !== undefined) process.once("exit", endAll);
    let output = "";
    let late = false;
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill("SIGKILL");
          }, options.timeout);
    const take = (chunk: string) => {
      output = `${output}${chunk}`.slice(-200_000);
      for (const line of chunk.split(/[\r\n]+/)) {
        if (line.trim() !== "") options.onLine?.(line.trim());
      }
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(failureFrom(options.failure, `${command}: ${error.message}`, options.remedy));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", endAll);
      process.removeListener("exit", endAll);
      if (code === 0) return resolve(output);
      const ending = late ? `took more than ${options.timeout} ms` : `ended with ${signal ?? code}`;
      const said = output.trim() === "" ? `${command} ${ending}` : output;
      reject(failureFrom(options.failure, said, options.remedy));
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended.
  }
}

/** The full path of a program, looked for in PATH and where administrators' programs lie. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    if (folder === "") continue;
    const path = `${folder}/${name}`;
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}
