import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { inState, root } from "../base/paths.js";

/** How a server came to be; the order in which the ways are tried. */
export type Way = "own" | "container" | "built-image" | "memory-server";

/** The processes of a mysql-memory-server, and the folder of its data. */
export interface Keeper {
  pid: number;
  mysqld: number;
  folder: string;
}

/** What is remembered about a server between two commands. */
export interface ServerState {
  /** The checkout that the server belongs to: a copied `.course/` does not count. */
  root: string;
  instance: string;
  url: string;
  way: Way;
  version: string;
  detail: string;
  durable: boolean;
  /** The container and the engine that runs it, for the ways `container` and `built-image`. */
  container?: { id: string; name: string; engine: string };
  /** The processes, for the way `memory-server`. */
  keeper?: Keeper;
  /** When leftovers were last looked for, in milliseconds since 1970. */
  cleaned?: number;
  /** True when stopServer ended a durable server: its volume and its password are kept. */
  stopped?: boolean;
}

/** Names of instances become names of files and containers, so they are kept simple. */
export function checkedInstance(instance: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(instance)) {
    throw new TypeError(
      `an instance is named with up to 31 of a–z, 0–9 and "-", not ${JSON.stringify(instance)}`,
    );
  }
  return instance;
}

/** The file that holds the state of an instance: `.course/server.json` for "main". */
export function stateFile(instance: string): string {
  return inState(instance === "main" ? "server.json" : `server-${checkedInstance(instance)}.json`);
}

/** Reads an instance's state. A file that is absent, cut short, or another checkout's is nothing. */
export async function readState(instance: string): Promise<ServerState | undefined> {
  try {
    const state = JSON.parse(await readFile(stateFile(instance), "utf8")) as ServerState;
    const whole = typeof state?.url === "string" && URL.canParse(state.url);
    return whole && state.root === root && state.instance === instance ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Writes it at once and whole, readable by this user alone: it holds a password. */
export async function writeState(state: ServerState): Promise<void> {
  await mkdir(inState(), { recursive: true });
  const path = stateFile(state.instance);
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.writeFile(`${JSON.stringify(state, null, 2)}\n`);
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

export async function removeState(instance: string): Promise<void> {
  await rm(stateFile(instance), { force: true });
}
