import { existsSync } from "node:fs";
import { root } from "../base/paths.js";
import { labels } from "./container.js";
import { callEngine, listContainers, removeContainer } from "./engine-api.js";
import { readState } from "./state.js";

/**
 * Removes containers and volumes that no command will use again: those of checkouts that are gone,
 * and this checkout's that its state files do not name (half-started ones). Call it while holding
 * the lock.
 * @param anew the instance that is about to be made anew, whose container goes as well.
 * @returns the names of what was removed.
 */
export async function removeLeftovers(host: string, anew?: string): Promise<string[]> {
  const removed: string[] = [];
  for (const container of await listContainers(host, labels.checkout)) {
    const { [labels.checkout]: checkout = "", [labels.instance]: of = "" } = container.Labels;
    const state = checkout === root && of !== anew ? await readState(of) : undefined;
    const wanted = checkout === root ? state?.container?.id === container.Id : existsSync(checkout);
    if (!wanted && (await removeContainer(host, container.Id))) {
      removed.push(container.Names[0] ?? container.Id);
    }
  }
  for (const volume of await listVolumes(host)) {
    const checkout = volume.Labels?.[labels.checkout];
    if (checkout === undefined || existsSync(checkout)) continue;
    await removeVolume(host, volume.Name);
    removed.push(volume.Name);
  }
  return removed;
}

interface Volume {
  Name: string;
  Labels?: Record<string, string> | null;
}

async function listVolumes(host: string): Promise<Volume[]> {
  const query = { filters: JSON.stringify({ label: [labels.checkout] }) };
  const answer = (await callEngine(host, "GET", "/volumes", { query, timeout: 20_000 })) as {
    Volumes?: Volume[] | null;
  };
  return answer.Volumes ?? [];
}

/** Makes the volume of a durable server, labelled like its container; one that is there is kept. */
export async function makeVolume(host: string, name: string, instance: string): Promise<void> {
  await callEngine(host, "POST", "/volumes/create", {
    json: { Name: name, Labels: { [labels.checkout]: root, [labels.instance]: instance } },
    timeout: 20_000,
  });
}

/** Removes the volume of a durable server, and with it its data; it may be gone already. */
export async function removeVolume(host: string, name: string): Promise<void> {
  const query = { force: "true" };
  await callEngine(host, "DELETE", `/volumes/${name}`, { query, timeout: 20_000 }).catch(
    (error: { status?: number }) => {
      if (error.status !== 404 && error.status !== 409) throw error;
    },
  );
}
