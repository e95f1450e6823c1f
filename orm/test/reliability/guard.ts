/**
 * Removes a server of the tests, container, data and all, as soon as the process that started this one ends or
 * closes the pipe between them. It is how nothing stays behind when a test is killed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { containerName } from "../../../grader/src/server/container.js";
import { findEngine } from "../../../grader/src/server/engine.js";
import { removeContainer } from "../../../grader/src/server/engine-api.js";
import { removeVolume } from "../../../grader/src/server/leftovers.js";
import { whileLocked } from "../../../grader/src/server/lock.js";
import { stopMemoryServer } from "../../../grader/src/server/memory-server.js";
import { readState, removeState } from "../../../grader/src/server/state.js";

const instance = process.argv[2] as string;

async function remove(): Promise<void> {
  const state = await readState(instance);
  if (state?.keeper !== undefined) await stopMemoryServer(state.keeper);
  const engine = await findEngine();
  if (engine !== undefined) {
    await removeContainer(engine.host, containerName(instance));
    await removeVolume(engine.host, containerName(instance));
  }
  await removeState(instance);
}

/** Tries again when the engine does not answer: our Podman service may just have gone to sleep. */
async function removePatiently(): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await remove();
    } catch (error) {
      if (tries === 10) throw error;
      await sleep(1000);
    }
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.stdin.resume().once("close", async () => {
  // When the other process was killed while it started the server, its lock is free in 10 seconds.
  await whileLocked(() => {}, removePatiently);
  process.exit();
});
