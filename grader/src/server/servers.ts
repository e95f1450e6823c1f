import { Failure } from "../base/failure.js";
import { serverVersion } from "./connect.js";
import { endContainer, killContainer } from "./container.js";
import { engineAt } from "./engine-api.js";
import { whileLocked } from "./lock.js";
import { killMemoryServer, stopMemoryServer } from "./memory-server.js";
import { checkOwnServer, ownUrl } from "./own.js";
import { podmanEngine, podmanSocket } from "./podman.js";
import { readState, removeState, type ServerState, type Way, writeState } from "./state.js";

/** A MySQL that is ready for an account that may create databases and users. */
export interface Server {
  /** `mysql://root:…@127.0.0.1:port`, with no database. */
  url: string;
  way: Way;
  version: string;
  /** Whether the call that gave it started it. */
  started: boolean;
  /** How it runs, for people. */
  detail: string;
}

/** The server of a state, as callers see it. */
export function serverOf(state: ServerState, started: boolean): Server {
  const { url, way, version, detail } = state;
  return { url, way, version, started, detail };
}

/** The user's own server, when ORMLET_DATABASE_URL names one. It stands for "main" alone. */
export async function ownServer(instance: string, thorough: boolean): Promise<Server | undefined> {
  const own = instance === "main" ? ownUrl() : undefined;
  if (own === undefined) return undefined;
  const { url, version } = await checkOwnServer(own, thorough);
  const detail = `ORMLET_DATABASE_URL, ${new URL(url).host}`;
  return { url, way: "own", version, started: false, detail };
}

/**
 * The server that runs, if one does. Starts nothing, and takes milliseconds.
 * @param instance "main", or the name of a separate server.
 * @throws Failure when ORMLET_DATABASE_URL is set and cannot be used.
 */
export async function runningServer(instance = "main"): Promise<Server | undefined> {
  const own = await ownServer(instance, false);
  if (own !== undefined) return own;
  const state = await readState(instance);
  if (state === undefined || state.stopped) return undefined;
  try {
    const version = await serverVersion(state.url, 2_000);
    return serverOf({ ...state, version }, false);
  } catch {
    return undefined;
  }
}

/** The engine of a container, started again if it is our Podman service and has gone to sleep. */
export async function engineOf(host: string): Promise<string | undefined> {
  const engine = await engineAt(host);
  if (engine !== undefined) return engine.host;
  return host === `unix://${podmanSocket()}` ? (await podmanEngine())?.host : undefined;
}

/**
 * Ends a server and removes its container and its temporary files. The data of a durable server
 * stay, and are there again at its next start.
 * @returns whether there was one to end. A server of the user's own is never touched.
 */
export async function stopServer(instance = "main"): Promise<boolean> {
  if ((await readState(instance)) === undefined) return false;
  return whileLocked(
    () => {},
    async () => {
      const state = await readState(instance);
      if (state === undefined || state.stopped) return false;
      if (state.keeper !== undefined) await stopMemoryServer(state.keeper);
      if (state.container !== undefined) {
        const host = await engineOf(state.container.engine);
        if (host !== undefined) await endContainer(host, state.container.id, state.durable);
      }
      if (state.durable) await writeState({ ...state, stopped: true });
      else await removeState(instance);
      return true;
    },
  );
}

/**
 * Ends an instance's MySQL with SIGKILL, as a crash would; for tests.
 * @throws Failure when there is no server of that name.
 */
export async function killServer(instance: string): Promise<void> {
  const state = await readState(instance);
  if (state?.keeper !== undefined) return killMemoryServer(state.keeper);
  const host = state?.container && (await engineOf(state.container.engine));
  if (state?.container === undefined || host === undefined) {
    throw new Failure(`There is no server "${instance}" to kill.`, {
      remedy: "Start it first: ensureServer({ instance }).",
    });
  }
  await killContainer(host, state.container.id);
}
