import { tracingChannel } from "node:diagnostics_channel";
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
 * The message of `ormlet:transaction`: from BEGIN to COMMIT or ROLLBACK, of a session or of `connection.begin`. That a
 * transaction is rolled back is no error of it; an error is a BEGIN or a COMMIT that failed.
 */
export interface TransactionEvent {
  readonly dialect: string;
  /** The server's number of the connection, as in the events of its statements. */
  readonly connection: number;
  /** Set when it ended without an error. */
  outcome?: "commit" | "rollback";
  /** Set when it ended. */
  milliseconds?: number;
  /** Set when it failed; Node sets it. */
  error?: unknown;
}

/** The part of Node's TracingChannel that ormlet uses; its own type would ask every user for `@types/node`. */
export interface EventChannel {
  readonly start: { readonly hasSubscribers: boolean };
  readonly end: { readonly hasSubscribers: boolean };
  readonly asyncStart: { readonly hasSubscribers: boolean };
  readonly asyncEnd: { readonly hasSubscribers: boolean };
  readonly error: { readonly hasSubscribers: boolean };
  tracePromise<T>(work: () => Promise<T>, event: object): Promise<T>;
}

/** `tracing:ormlet:connect:*`, whose messages are {@link ConnectEvent}s. */
export const connectChannel: EventChannel = tracingChannel("ormlet:connect");

/** `tracing:ormlet:execute:*`, whose messages are {@link ExecuteEvent}s. */
export const executeChannel: EventChannel = tracingChannel("ormlet:execute");

/** `tracing:ormlet:transaction:*`, whose messages are {@link TransactionEvent}s. */
export const transactionChannel: EventChannel = tracingChannel("ormlet:transaction");

/**
 * Runs `work` between the start and the end of an event on `node:diagnostics_channel`, where * above is start,
 * end, asyncStart, asyncEnd or error, as for any TracingChannel of Node. With no subscriber it costs one test.
 */
export function traced<T>(
  channel: EventChannel,
  event: object,
  work: () => Promise<T>,
): Promise<T> {
  return isWatched(channel) ? channel.tracePromise(work, event) : work();
}

/** As {@link traced}; it also says in the event how long `work` took, in milliseconds. */
export function timed<T>(
  channel: EventChannel,
  event: { milliseconds?: number },
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  return traced(channel, event, async () => {
    try {
      return await work();
    } finally {
      event.milliseconds = performance.now() - started;
    }
  });
}

/** Whether anybody has subscribed to one of the five. */
export function isWatched({ start, end, asyncStart, asyncEnd, error }: EventChannel): boolean {
  const isBegun = start.hasSubscribers || asyncStart.hasSubscribers;
  return isBegun || end.hasSubscribers || asyncEnd.hasSubscribers || error.hasSubscribers;
}

/** Tells that an event has ended, and the error with which it did, if there is one. Only the first call counts. */
export type EndEvent = (failure?: { readonly error: unknown }) => void;

/** As {@link traced}, for what no function is around: from now until the function that it gives is called. */
export function tracedUntil(channel: EventChannel, event: { milliseconds?: number }): EndEvent {
  const started = performance.now();
  let end: EndEvent = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = (failure) => {
      event.milliseconds ??= performance.now() - started;
      if (failure === undefined) resolve();
      else reject(failure.error);
    };
  });
  // The program has the error from where it happened.
  traced(channel, event, () => ended).catch(() => {});
  return end;
}
