import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { openSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Failure } from "../base/failure.js";
import { inState, root } from "../base/paths.js";
import { isSupported, waitUntilReady } from "./connect.js";
import { failureFrom, findProgram, type Note, run } from "./run-command.js";
import type { Keeper, ServerState } from "./state.js";

/** What a keeper is told, and what it answers. */
export interface KeeperOrder {
  password: string;
  version: string | null;
}
export type KeeperAnswer = { port: number; mysqld: number; folder: string } | { failure: string };

/** The release that is downloaded where no mysqld is installed. */
const download = "9.7.x";

/** Where mysql-memory-server downloads from, as it says itself. */
async function downloadHost(): Promise<string> {
  const { MySQLCDNArchivesBaseURL } = await import("mysql-memory-server/dist/src/constants.js");
  return new URL(MySQLCDNArchivesBaseURL).origin;
}

/** What mysql-memory-server can run here: an installed mysqld, or a download; or why nothing. */
export async function memoryServerSource(): Promise<
  { source: "installed" | "download"; detail: string } | { trouble: string }
> {
  const mysqld = await findProgram("mysqld");
  if (mysqld !== undefined) {
    const said = await run(mysqld, ["--version"], { failure: "mysqld", timeout: 5_000 }).catch(
      () => "",
    );
    const version = /Ver (\S+)/.exec(said)?.[1] ?? "";
    if (isSupported(`${version} ${said}`)) {
      return { source: "installed", detail: `${mysqld} ${version}` };
    }
  }
  const host = await downloadHost();
  try {
    await fetch(host, { method: "HEAD", signal: AbortSignal.timeout(3_000) });
    return { source: "download", detail: `MySQL ${download} from ${host}` };
  } catch {
    return { trouble: `no mysqld of version 8.4 or later here, and ${host} does not answer` };
  }
}

/**
 * Starts a MySQL through mysql-memory-server, in a process of its own that outlives this command.
 * @throws Failure when there is no mysqld and none can be downloaded, or when it does not start.
 */
export async function startMemoryServer(instance: string, note: Note): Promise<ServerState> {
  const what = "MySQL could not be started by mysql-memory-server.";
  const found = await memoryServerSource();
  if ("trouble" in found) {
    throw new Failure(what, {
      why: `There is ${found.trouble}.`,
      remedy: "Install MySQL 8.4 or later, or Docker, or Podman.",
    });
  }
  note(found.source === "download" ? `downloading ${found.detail}` : `starting ${found.detail}`);
  const password = randomBytes(18).toString("base64url");
  const order: KeeperOrder = { password, version: found.source === "download" ? download : null };
  const { pid, answer } = await startKeeper(order, found.source);
  if ("failure" in answer) throw failureFrom(what, answer.failure);
  const url = `mysql://root:${password}@127.0.0.1:${answer.port}`;
  const keeper = { pid, mysqld: answer.mysqld, folder: answer.folder };
  try {
    const version = await waitUntilReady(url, 20_000);
    const detail = `mysql-memory-server, ${found.detail}`;
    return { root, instance, url, way: "memory-server", version, durable: false, detail, keeper };
  } catch (error) {
    await stopMemoryServer(keeper);
    throw error;
  }
}

async function startKeeper(
  order: KeeperOrder,
  source: string,
): Promise<{ pid: number; answer: KeeperAnswer }> {
  await mkdir(inState("logs"), { recursive: true });
  const log = inState("logs", "memory-server.log");
  const output = openSync(log, "w");
  // The same kind of file as this one: .js when built, .ts when a test runs the sources.
  const script = fileURLToPath(import.meta.url).replace(/memory-server(\.[jt]s)$/, "keeper$1");
  const loader = script.endsWith(".ts") ? ["--import", "tsx"] : [];
  const child = spawn(process.execPath, [...loader, script], {
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
    cwd: root,
  });
  const minutes = source === "download" ? 15 : 2;
  let late: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<KeeperAnswer>((resolve) => {
      child.on("message", (message) => resolve(message as KeeperAnswer));
      child.on("error", (error) => resolve({ failure: error.message }));
      child.on("exit", (code) => {
        readFile(log, "utf8").then(
          (text) => resolve({ failure: text.trim() || `it ended with ${code}` }),
          () => resolve({ failure: `it ended with ${code}` }),
        );
      });
      late = setTimeout(() => {
        child.kill("SIGKILL");
        resolve({ failure: `it did not start within ${minutes} minutes` });
      }, minutes * 60_000);
      child.send(order);
    });
    return { pid: child.pid ?? 0, answer };
  } finally {
    clearTimeout(late);
    if (child.connected) child.disconnect();
    child.unref();
  }
}

/** Ends a MySQL of mysql-memory-server and its keeper, which removes its files. */
export async function stopMemoryServer(keeper: Keeper): Promise<void> {
  if (commandOf(keeper.pid).includes("keeper")) signal(keeper.pid, "SIGTERM");
  for (let tries = 0; tries < 50 && commandOf(keeper.pid).includes("keeper"); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // A keeper that was killed leaves its mysqld.
  if (commandOf(keeper.mysqld).includes("mysqlmsn")) signal(keeper.mysqld, "SIGKILL");
  if (keeper.folder.includes("mysqlmsn")) {
    await rm(keeper.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Ends the mysqld alone, as a crash would. */
export function killMemoryServer(keeper: Keeper): void {
  if (commandOf(keeper.mysqld).includes("mysqlmsn")) signal(keeper.mysqld, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

/** A process's command line; "" when it has ended. Numbers of processes are used again. */
function commandOf(pid: number): string {
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return "";
    }
  }
  try {
    process.kill(pid, 0);
    return "keeper mysqlmsn"; // No cheap way to tell: it is taken at its word.
  } catch {
    return "";
  }
}
