import { type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import type { SqlValue } from "./values.js";

/** The message of `ormlet:connect`: a connection is opened. */
export interface ConnectEvent {
  readonly dialect: string;
  /** Where to, without the password. */
  readonly url: string;
  /** Set when it failed; Node sets it. */
  error?: unknown;
}

/** The message of `ormlet:execute`: a statement is sent, BEGIN, COMMIT and ROLLBACK included. */
export interface ExecuteEvent {
  readonly dialect: string;
  readonly text: string;
  readonly parameters: readonly SqlValue[];
  /** The server's number of the connection. */
  readonly connection: number;
  /** Set when it succeeded: rows given or rows changed. */
  rowCount?: number;
  /** Set when it ended. */
  milliseconds?: number;
  /** Set when it failed. */
  error?: unknown;
}

/**
 * Runs `work` between the start and the end of an event on `node:diagnostics_channel`. The channels are
 * `tracing:ormlet:connect:*` and `tracing:ormlet:execute:*`, with * one of start, end, asyncStart, asyncEnd and
 * error, as Node's TracingChannel has them. With no subscriber it costs one test.
 */
export function traced<Event extends object, Result>(
  channel: TracingChannel<string, object>,
  event: Event,
  work: () => Promise<Result>,
): Promise<Result> {
  return isWatched(channel) ? channel.tracePromise(work, event) : work();
}

function isWatched({ start, end, asyncStart, asyncEnd, error }: TracingChannel<string, object>) {
  return [start, end, asyncStart, asyncEnd, error].some((part) => part.hasSubscribers);
}

export const connectChannel = tracingChannel<string, object>("ormlet:connect");
export const executeChannel = tracingChannel<string, object>("ormlet:execute");
