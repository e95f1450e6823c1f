import { mkdir } from "node:fs/promises";
import lockfile from "proper-lockfile";
import { Failure } from "../base/failure.js";
import { inState } from "../base/paths.js";
import type { Note } from "./run-command.js";

/** A holder touches its lock every 2 seconds; one not touched for 10 belongs to a dead process. */
const timing = { stale: 10_000, update: 2_000, poll: 200, giveUp: 15 * 60_000 };

/**
 * Runs work while no other command of this checkout sets up or ends a server. Waits for one that
 * does, saying so. A lock whose holder died is taken over after 10 seconds.
 */
export async function whileLocked<T>(note: Note, work: () => Promise<T>): Promise<T> {
  await mkdir(inState(), { recursive: true });
  const release = await acquire(note);
  try {
    return await work();
  } finally {
    await release().catch(() => {});
  }
}

async function acquire(note: Note): Promise<() => Promise<void>> {
  const end = Date.now() + timing.giveUp;
  let seconds = -1;
  const begin = Date.now();
  for (;;) {
    try {
      return await lockfile.lock(inState(), {
        lockfilePath: inState("server.lock"),
        stale: timing.stale,
        update: timing.update,
        // The work goes on: two at once are told apart by the container's name.
        onCompromised: () => {},
      });
    } catch (error) {
      if ((error as { code?: string }).code !== "ELOCKED") throw error;
      if (Date.now() > end) {
        throw new Failure("Another command has been setting up MySQL for 15 minutes.", {
          why: "It holds the lock .course/server.lock.",
          remedy: "End that command, then start again.",
        });
      }
      const waited = Math.floor((Date.now() - begin) / 1000);
      if (waited !== seconds) note(`another command is setting up MySQL; waiting (${waited} s)`);
      seconds = waited;
      await new Promise((resolve) => setTimeout(resolve, timing.poll));
    }
  }
}
