import { Failure } from "../base/failure.js";
import { onShutdown } from "../kernel/shutdown.js";
import { type Lease, leaseDatabase, runningServer } from "../server/index.js";

/** The databases that this process has open, by the names that cells gave them. */
const open = new Map<string, Promise<Lease>>();

/**
 * Opens the database of a notebook: empty, each time that the cell with this line is run, and dropped
 * when the notebook's kernel ends (or at the next start, if the kernel was killed).
 *
 * @param name the notebook's name, as in "01-engines"; it becomes part of the database's name
 * @returns a URL for `createEngine`, with an account that may do anything in this database and
 *   nothing outside of it
 * @throws Failure when no MySQL runs, with what to do
 */
export async function openDatabase(name: string): Promise<string> {
  const previous = open.get(name);
  const next = replace(name, previous);
  open.set(name, next);
  // A try that failed must not keep the next one from starting afresh.
  next.catch(() => open.get(name) === next && open.delete(name));
  return (await next).url;
}

async function replace(name: string, previous: Promise<Lease> | undefined): Promise<Lease> {
  const old = await previous?.catch(() => undefined);
  await old?.release();
  const server = await runningServer();
  if (server === undefined) {
    throw new Failure("No MySQL is running.", {
      why: "The notebooks keep their tables in the course's own MySQL server.",
      remedy:
        "In a terminal, run `npx course db` in the course's folder (`npm start` does it as well)," +
        " then run this cell again.",
    });
  }
  return leaseDatabase(server.url, name, { account: true });
}

onShutdown(async () => {
  const leases = [...open.values()];
  open.clear();
  await Promise.allSettled(leases.map(async (lease) => (await lease).release()));
});
