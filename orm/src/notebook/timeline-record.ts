import { AsyncLocalStorage } from "node:async_hooks";
import type { Connection } from "../engine/connection.js";
import type { ExecuteEvent } from "../engine/events.js";
import type { Session } from "../session/session.js";
import { hearStatements } from "./statements.js";

/** Who takes part: a session, a connection, or a function that is run beside the other functions. */
export type Lane = Session | Connection | (() => unknown);

export const isFunction = (lane: Lane): lane is () => unknown => typeof lane === "function";

/** A statement as it was recorded; begin and end are counted together, so that they can be compared. */
export interface Sent {
  readonly event: ExecuteEvent;
  readonly begin: number;
  lane: number | undefined;
  end: number;
}

/** Runs a function as the one whose statements are those of a lane; below 0 they are nobody's. */
type Enter = (lane: number, run: () => unknown) => Promise<unknown>;

/** What is sent while `work` runs, by the lanes, in order of time. */
export async function recordLanes(
  lanes: readonly Lane[],
  work: (enter: Enter) => Promise<void>,
): Promise<Sent[]> {
  const inside = new AsyncLocalStorage<number>();
  const all = new Map<ExecuteEvent, Sent>();
  /** Whose transaction is open on a connection. */
  const holders = new Map<number, number>();
  let time = 0;
  const start = (event: ExecuteEvent) => {
    const { connection } = event;
    const named = lanes.findIndex((lane) => connectionOf(lane) === connection);
    const known = named === -1 ? inside.getStore() : named;
    const lane = known ?? holders.get(connection);
    if (lane !== undefined) {
      holders.set(connection, lane);
      // A session has its connection when BEGIN was answered, so only its next statement tells whose that was.
      for (const one of all.values()) if (isBegin(one, connection)) one.lane ??= lane;
    }
    all.set(event, { event, begin: ++time, lane, end: Infinity });
  };
  const end = (event: ExecuteEvent) => {
    const one = all.get(event);
    if (one === undefined) return;
    one.end = ++time;
    if (/^(COMMIT|ROLLBACK)$/.test(event.text)) holders.delete(event.connection);
  };
  await hearStatements({ start, end }, () =>
    work(async (lane, run) => (lane < 0 ? run() : inside.run(lane, run))),
  );
  return [...all.values()].filter(({ lane }) => lane !== undefined);
}

/** The server's number of the connection that a lane has now. */
function connectionOf(lane: Lane): number | undefined {
  if (isFunction(lane)) return undefined;
  const state = lane.state as Partial<Session["state"] & Connection["state"]>;
  return (state.driver ?? state.transaction?.connection?.driver)?.id;
}

function isBegin({ event, lane }: Sent, connection: number): boolean {
  const begins = /^(BEGIN|START TRANSACTION|SET TRANSACTION)/.test(event.text);
  return begins && lane === undefined && event.connection === connection;
}
