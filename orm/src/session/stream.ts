import { stream } from "../engine/connection.js";
import { isWatched } from "../engine/events.js";
import { ArgumentError, InvalidRequestError } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import { variantOfRow } from "../mapping/family.js";
import type { InstanceOwner, Standing } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import { expire } from "./changes.js";
import type { Executable, Loader } from "./executable.js";
import { fetchResults, tuplesRefused } from "./execute.js";
import { autoflush } from "./flush.js";
import { identityKey } from "./identity-map.js";
import { concurrent, enter, refuseBeside } from "./in-flight.js";
import { refuseInListener } from "./listeners.js";
import { newLoader, standingFor } from "./load.js";
import { withLoadEvents } from "./load-events.js";
import { attach, noteTouched } from "./membership.js";
import { Result } from "./result.js";
import type { SessionState } from "./state.js";
import { loadChannel, openLoad } from "./tracing.js";
import { openTransaction } from "./transaction.js";

/** What a statement will give; `call` is the session's method, for errors. */
export function newResult<R>(
  state: SessionState,
  statement: Executable<R>,
  call: string,
  single = false,
): Result<R> {
  if (typeof statement?.compile !== "function") {
    throw new ArgumentError(`${call} was given ${describe(statement)}.`, {
      code: "not-a-query",
      hint: "Write scalars(select(Author)); SQL of your own goes through execute(sql`SELECT …`).",
    });
  }
  return new Result({
    fetch: (end) => fetchResults(state, statement, `${call}.${end}`, single),
    stream: (end) => streamResults(state, statement, `${call}.${end}`, single),
  });
}

/**
 * Sends a statement, after a flush, and gives its results one after the other, as their rows come. Until the loop
 * is left, the connection reads rows: other calls that need it are refused, and name both. Only what ends the
 * session, or a block around, goes before: then the loop ends with an error.
 */
export async function* streamResults<R>(
  state: SessionState,
  statement: Executable<R>,
  name: string,
  single = false,
): AsyncGenerator<R, void, undefined> {
  const query = statement.compile(state.engine.dialect, state.filters);
  const { text, parameters } = query;
  if (single && query.tuples) throw tuplesRefused();
  if (query.after !== undefined) throw needsAllRows(name);
  refuseInListener(state, `session.${name} was called`);
  refuseBeside(state, name);
  const earlier = [...state.calls].at(-1)?.ended;
  let batches: ReturnType<typeof stream> | undefined;
  let load: ReturnType<typeof openLoad<R>> | undefined;
  let stopped: Error | undefined;
  const stop = (other: string) => {
    stopped = concurrent(`session.${name} was being read`, other);
    load?.end({ error: stopped });
    // The program is in its loop, and may wait for the other call: this one ends without it.
    void batches?.return().then(end);
  };
  const end = enter(state, { name, alone: true, stop });
  try {
    await earlier;
    await autoflush(state, name);
    if (isWatched(loadChannel)) load = openLoad(query);
    const reading = load?.query ?? query;
    batches = stream(await openTransaction(state), { text, parameters });
    const loader = visitorLoader(state);
    for await (const { rows, columns } of batches) {
      for (const result of reading.hydrate(rows, loader, columns)) {
        if (!stopped) yield result;
        if (stopped) throw stopped;
      }
    }
    if (stopped) throw stopped;
  } catch (error) {
    load?.end({ error });
    throw error;
  } finally {
    load?.end();
    end();
  }
}

/**
 * Finds objects in the identity map; those that are not there come as visitors: outside of it, so that the
 * session does not keep them. The first change brings one in, or add(), or a relation to one that is in.
 */
export function visitorLoader(state: SessionState): Loader {
  const known = newLoader(state);
  const owner = visitorOwner(state);
  const standings = new Map<Mapper, Standing>();
  return withLoadEvents(state, {
    siblings: () => [],
    load(given, row) {
      const mapper = variantOfRow(given, row);
      const key = identityKey(mapper, row);
      const isKnown = key !== undefined && state.identities.get(mapper.root)?.has(key);
      if (isKnown) return known.load(mapper, row);
      return mapper.fromRow(row, standingFor(standings, mapper, owner, "detached"));
    },
  });
}

/** Stands in visitors, until the session is closed. To look at a Date is no change, though it can be edited. */
export function visitorOwner(state: SessionState): InstanceOwner {
  const open = state.transaction?.levels ?? [];
  // What was written before can be rolled back, and these rows were read after it.
  const doubtful = open.some((level) => level.doubtful !== undefined) ? [...open] : [];
  const { epoch } = state;
  return {
    touched(instance, toRead) {
      if (toRead === true) return;
      if (epoch !== state.epoch) {
        instance.owner = undefined;
        return;
      }
      attach(state, instance);
      if (doubtful.some(({ failure }) => failure !== undefined)) expire(instance);
      noteTouched(state, instance);
    },
  };
}

function needsAllRows(name: string): InvalidRequestError {
  return new InvalidRequestError(`session.${name} cannot load what its options ask for.`, {
    code: "stream-options",
    hint: "They need other statements while rows still come. Take all(), in pages; or join what you need.",
  });
}
