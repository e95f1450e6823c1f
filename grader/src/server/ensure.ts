import { rm } from "node:fs/promises";
import { Failure } from "../base/failure.js";
import { quiet, type Report } from "../base/report.js";
import { imagePackages, installPackages, isDebian, isRoot, podmanPackages } from "./apt.js";
import { containerName, startContainer } from "./container.js";
import { makeRootfs, type Rootfs, removeHalfBuilt } from "./debian-image.js";
import { findEngine } from "./engine.js";
import { readyImage } from "./image.js";
import { sweep } from "./lease.js";
import { makeVolume, removeLeftovers } from "./leftovers.js";
import { whileLocked } from "./lock.js";
import { startMemoryServer, stopMemoryServer } from "./memory-server.js";
import { chosenImage } from "./registry.js";
import { DiskFull, findProgram, type Note } from "./run-command.js";
import { engineOf, ownServer, runningServer, type Server, serverOf } from "./servers.js";
import { checkedInstance, readState, removeState, type ServerState, writeState } from "./state.js";

export interface EnsureOptions {
  report?: Report;
  /** Other names than "main" are separate servers, never the user's own; for tests. */
  instance?: string;
  /** Data on a volume that survives a restart, and every commit on disk; for benchmarks. */
  durable?: boolean;
  /** Asked before packages are installed; without it they are, and the report says so. */
  ask?: (question: string) => Promise<boolean>;
}

/**
 * A MySQL that is ready: the one that runs already, or one that is started now, in the first way
 * that works here. The ways, in order: ORMLET_DATABASE_URL; a container of the official image; a
 * container of an image built from Debian's packages; mysql-memory-server; Podman installed by
 * apt, then a container. Databases and accounts whose holder died are dropped.
 * @throws Failure when ORMLET_DATABASE_URL cannot be used, or no way works here.
 */
export async function ensureServer(options: EnsureOptions = {}): Promise<Server> {
  const { report = quiet, instance = "main" } = options;
  checkedInstance(instance);
  const server =
    (await ownServer(instance, true)) ??
    (await warmServer(instance, options)) ??
    (await report.step("MySQL", (note) =>
      whileLocked(
        note,
        async () => (await warmServer(instance, options)) ?? setUp(instance, options, note),
      ),
    ));
  await sweep(server.url);
  if (!server.started) await cleanNowAndThen(instance);
  return server;
}

/** The server that runs, unless it forgets its data and this caller wants them kept. */
async function warmServer(instance: string, options: EnsureOptions): Promise<Server | undefined> {
  const state = await readState(instance);
  return options.durable && !state?.durable ? undefined : runningServer(instance);
}

/** Milliseconds from one look for leftovers to the next, while the server stays warm. */
const cleaningInterval = 3_600_000;

/** What other checkouts have left goes when a server is started, and once an hour besides. */
async function cleanNowAndThen(instance: string): Promise<void> {
  const due = (state: ServerState | undefined) =>
    state?.container !== undefined && Date.now() - (state.cleaned ?? 0) > cleaningInterval;
  if (!due(await readState(instance))) return;
  await whileLocked(
    () => {},
    async () => {
      const state = await readState(instance);
      if (state?.container === undefined || !due(state)) return;
      const host = await engineOf(state.container.engine);
      if (host !== undefined) await removeLeftovers(host);
      await writeState({ ...state, cleaned: Date.now() });
    },
  ).catch(() => {}); // The server runs: that is what was asked for.
}

/** Starts a server in the first way that works. The lock is held. */
async function setUp(instance: string, options: EnsureOptions, note: Note): Promise<Server> {
  const before = await readState(instance);
  await removeHalfBuilt();
  if (before?.keeper !== undefined) await stopMemoryServer(before.keeper);
  const job: Job = { instance, durable: options.durable ?? false, before, note, ask: options.ask };
  const failures: Failure[] = [];
  for (const way of [inContainer, inMemory, inInstalledPodman]) {
    try {
      const state = await way(job);
      if (state === undefined) continue;
      await writeState({ ...state, cleaned: Date.now() });
      return serverOf(state, true);
    } catch (error) {
      // Another way would not fare better on a full disk, and anything else is a fault of ours.
      if (error instanceof DiskFull || !(error instanceof Failure)) throw error;
      failures.push(error);
      note(`${error.message} ${error.why ?? ""}`.trim());
    }
  }
  if (!before?.durable) await removeState(instance);
  throw noWay(failures);
}

interface Job {
  instance: string;
  durable: boolean;
  before: ServerState | undefined;
  note: Note;
  ask: EnsureOptions["ask"];
}

/** Ways 2 and 3: a container, where there is an engine. */
async function inContainer(job: Job, early?: Promise<Rootfs>): Promise<ServerState | undefined> {
  job.note("looking for a container engine");
  const engine = await findEngine();
  if (engine === undefined) return undefined;
  await removeLeftovers(engine.host, job.instance);
  const image = await readyImage(engine, job.note, early);
  if (job.durable) await makeVolume(engine.host, containerName(job.instance), job.instance);
  const password = job.before?.durable ? new URL(job.before.url).password : undefined;
  return startContainer(
    {
      engine,
      image: image.name,
      way: image.way,
      instance: job.instance,
      durable: job.durable,
      ...(password === undefined ? {} : { password }),
    },
    job.note,
  );
}

/** Way 4: mysql-memory-server. */
function inMemory(job: Job): Promise<ServerState> {
  return startMemoryServer(job.instance, job.note);
}

/** Way 5: Podman from Debian's packages, then a container. */
async function inInstalledPodman(job: Job): Promise<ServerState | undefined> {
  if (!(await isDebian()) || (await findEngine().catch(() => true)) !== undefined) return undefined;
  const command = `apt-get install ${podmanPackages.join(" ")}`;
  const agreed = isRoot() && (job.ask === undefined || (await job.ask(`May I run: ${command}?`)));
  if (!agreed) {
    throw new Failure("There is no container engine.", {
      why: isRoot() ? "It was not to be installed." : "Only root may install one.",
      remedy: `Run as root: ${command} ${imagePackages.join(" ")}`,
    });
  }
  if (chosenImage().chosen) {
    await installPackages(podmanPackages, job.note);
    return inContainer(job);
  }
  // Whether the official image can be had is known once there is Podman. In case it cannot, the
  // files of the other image are fetched meanwhile; mmdebstrap, which does that, comes first.
  if ((await findProgram("mmdebstrap")) === undefined)
    await installPackages(imagePackages, job.note);
  const abandoned = new AbortController();
  const early = makeRootfs(job.note, abandoned.signal);
  early.catch(() => {}); // It may fail before anyone waits for it.
  try {
    await installPackages(podmanPackages, job.note);
    return await inContainer(job, early);
  } finally {
    // Whatever became of it, its files are removed.
    abandoned.abort();
    await early.then(
      ({ folder }) => rm(folder, { recursive: true, force: true }),
      () => {},
    );
  }
}

function noWay(failures: Failure[]): Failure {
  const reasons = failures.map(({ message, why }) => `- ${message} ${why ?? ""}`.trimEnd());
  const remedies = [...new Set(failures.map(({ remedy }) => remedy).filter(Boolean))];
  return new Failure("There is no MySQL, and none could be started.", {
    why: `Every way was tried:\n${reasons.join("\n")}`,
    remedy: [
      "One of these is enough:",
      ...remedies.map((remedy) => `- ${remedy}`),
      "- Set ORMLET_DATABASE_URL to a MySQL of your own: mysql://user:password@host:3306",
      "`npm run doctor` shows each way.",
    ].join("\n"),
  });
}
