import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** The messages of one event as they come: `load:start`, then `load:asyncEnd`, and `load:error` before it. */
export interface Traced {
  readonly name: string;
  readonly message: Record<string, unknown>;
}

/**
 * What `work` puts on ormlet's channels, in order. Each message is the object itself, which has changed by the end, so
 * `note` says at once what is to be kept of it.
 */
export async function traced(
  names: readonly string[],
  note: (one: Traced) => string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const seen: string[] = [];
  const listen = (message: unknown, channel: string | symbol) => {
    const name = String(channel).replace("tracing:ormlet:", "");
    seen.push(note({ name, message: message as Record<string, unknown> }));
  };
  const channels = names.flatMap((name) =>
    ["start", "asyncEnd", "error"].map((phase) => `tracing:ormlet:${name}:${phase}`),
  );
  for (const channel of channels) subscribe(channel, listen);
  try {
    await work();
  } finally {
    for (const channel of channels) unsubscribe(channel, listen);
  }
  return seen;
}

/** The name of a message, and of what it says these parts, as far as it does. */
export function parts(...properties: readonly string[]): (one: Traced) => string {
  return ({ name, message }) => {
    const values = properties.map((property) => message[property]);
    const error = (message.error as { code?: string } | undefined)?.code;
    return [name, ...values, error].filter((value) => value !== undefined).join(" ");
  };
}

/** How often `work` asks what time it is: every event that is made asks, to say how long it took. */
export async function looksAtClock(work: () => Promise<unknown>): Promise<number> {
  const now = performance.now;
  let looks = 0;
  performance.now = () => {
    looks += 1;
    return now.call(performance);
  };
  try {
    await work();
  } finally {
    performance.now = now;
  }
  return looks;
}
