import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ExecuteEvent } from "../engine/events.js";

/** What is called when a statement is sent, and when its answer has come or it has failed. */
export interface Listener {
  start(event: ExecuteEvent): void;
  end?(event: ExecuteEvent): void;
}

/** Runs `work`, and hears of every statement that is sent meanwhile, whoever sends it. */
export async function hearStatements<T>(listener: Listener, work: () => Promise<T>): Promise<T> {
  const start = (event: unknown) => listener.start(event as ExecuteEvent);
  const end = (event: unknown) => listener.end?.(event as ExecuteEvent);
  subscribe("tracing:ormlet:execute:start", start);
  subscribe("tracing:ormlet:execute:asyncEnd", end);
  try {
    return await work();
  } finally {
    unsubscribe("tracing:ormlet:execute:start", start);
    unsubscribe("tracing:ormlet:execute:asyncEnd", end);
  }
}

/** The statements that are sent while `work` runs, by it alone. */
export async function recordStatements(work: () => Promise<unknown>): Promise<ExecuteEvent[]> {
  const statements: ExecuteEvent[] = [];
  const own = new AsyncLocalStorage<true>();
  const start = (event: ExecuteEvent) => {
    if (own.getStore()) statements.push(event);
  };
  await hearStatements({ start }, () => own.run(true, work));
  return statements;
}
