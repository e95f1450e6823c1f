import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Failure } from "../base/failure.js";
import { inState, root } from "../base/paths.js";
import { type Engine, engineAt } from "./engine-api.js";
import { failureFrom, findProgram } from "./run-command.js";

/** The address of a unix socket has 108 bytes, the last of them 0; a deep checkout has more. */
const longestSocketPath = 100;

/** A short name for this checkout, the same in every command. */
export const checkoutId = createHash("sha256").update(root).digest("hex").slice(0, 8);

/** Seconds after the last request until the service ends by itself: more than a busy machine needs between two. */
const idleSeconds = 60;

/** Where our own Podman service listens. */
export function podmanSocket(): string {
  const inCheckout = inState("podman.sock");
  if (Buffer.byteLength(inCheckout) <= longestSocketPath) return inCheckout;
  return `${tmpdir()}/ormlet-${process.getuid?.() ?? 0}-${checkoutId}/podman.sock`;
}

/**
 * What Podman has to be told on machines where its defaults fail, as the text of a containers.conf;
 * undefined where they work. Two such machines are known: where cgroups are in hybrid mode crun
 * does not start, and without CAP_SYS_RESOURCE the limits that Podman asks for cannot be raised.
 */
export function containersConf(machine = thisMachine()): string | undefined {
  const containers = machine.mayRaiseLimits
    ? ""
    : `[containers]\ndefault_ulimits = ["nofile=${machine.openFiles}:${machine.openFiles}","nproc=${machine.processes}:${machine.processes}"]\n`;
  const engine = machine.hybridCgroups
    ? `[engine]\ncgroup_manager = "cgroupfs"\nruntime = "runc"\n`
    : "";
  return containers + engine === "" ? undefined : containers + engine;
}

/** What containersConf depends on. */
export interface Machine {
  hybridCgroups: boolean;
  mayRaiseLimits: boolean;
  openFiles: number;
  processes: number;
}

function thisMachine(): Machine {
  const limits = readOr("/proc/self/limits");
  const hard = (name: string, most: number) => {
    const value = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, "m").exec(limits)?.[1];
    return Math.min(Number(value ?? most), most);
  };
  const capabilities = /^CapEff:\s+([0-9a-f]+)/m.exec(readOr("/proc/self/status"))?.[1];
  const sysResource = 1n << 24n; // CAP_SYS_RESOURCE, see capabilities(7)
  const isRoot = process.getuid?.() === 0;
  return {
    hybridCgroups:
      existsSync("/sys/fs/cgroup/unified") || existsSync("/sys/fs/cgroup/systemd/cgroup.procs"),
    // A user other than root has no capabilities, and Podman then asks for no more than there is.
    mayRaiseLimits:
      !isRoot || capabilities === undefined || (BigInt(`0x${capabilities}`) & sysResource) !== 0n,
    openFiles: hard("Max open files", 65_536),
    processes: hard("Max processes", 32_768),
  };
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The environment for Podman: our containers.conf where one is needed, unless the user has one. */
async function podmanEnvironment(): Promise<NodeJS.ProcessEnv> {
  const text = containersConf();
  if (text === undefined || process.env.CONTAINERS_CONF !== undefined) return process.env;
  const path = inState("containers.conf");
  await mkdir(inState(), { recursive: true });
  if ((await readFile(path, "utf8").catch(() => "")) !== text) await writeFile(path, text);
  return { ...process.env, CONTAINERS_CONF: path };
}

/**
 * Podman's API on a socket of our own, started if need be by `podman system service`; it ends by
 * itself soon after its last request. Nothing is changed on the machine.
 * @returns undefined where Podman is not installed.
 * @throws Failure when it is installed but does not work.
 */
export async function podmanEngine(): Promise<Engine | undefined> {
  const podman = process.platform === "linux" ? await findProgram("podman") : undefined;
  if (podman === undefined) return undefined;
  const socket = podmanSocket();
  const host = `unix://${socket}`;
  const running = existsSync(socket) ? await engineAt(host) : undefined;
  if (running !== undefined) return running;

  await mkdir(socket.slice(0, socket.lastIndexOf("/")), { recursive: true, mode: 0o700 });
  await mkdir(inState("logs"), { recursive: true });
  await rm(socket, { force: true });
  const log = inState("logs", "podman.log");
  const output = openSync(log, "w");
  const service = spawn(podman, ["system", "service", `--time=${idleSeconds}`, host], {
    detached: true,
    stdio: ["ignore", output, output],
    env: await podmanEnvironment(),
  });
  let ended: string | undefined;
  service.on("error", (error) => {
    ended = error.message;
  });
  service.on("exit", (code, signal) => {
    ended = `ended with ${signal ?? code}`;
  });
  service.unref();
  const end = Date.now() + 15_000;
  while (Date.now() < end) {
    const engine = existsSync(socket) ? await engineAt(host) : undefined;
    if (engine !== undefined) return engine;
    if (ended !== undefined) {
      throw failureFrom("Podman does not work.", `${await tail(log)}\npodman ${ended}`.trim());
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Failure("Podman does not work.", {
    why: `Its service did not answer within 15 seconds. ${await tail(log)}`.trim(),
    remedy: "Try `podman info`; it often says what is wrong.",
  });
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-5).join("\n");
}
