import { ArgumentError } from "../engine/index.js";
import type { AnyPath } from "../mapping/path.js";
import type { LoadOption } from "../query/nodes.js";
import type { Fetch } from "../session/executable.js";
import { fetchNow } from "../session/execute.js";
import { autoflush } from "../session/flush.js";
import { persistentOf } from "../session/membership.js";
import type { SessionState } from "../session/state.js";
import { takeTurn } from "../session/transaction-events.js";
import { loadRelated } from "./load.js";
import { checkPath, loadOf } from "./related-select.js";

/** What can be loaded of an object: a relationship, or what an option says. */
export type Loadable<E> =
  | (AnyPath & { readonly from?: (from: E) => void })
  | (LoadOption & { readonly loadsFrom?: (from: E) => void });

/** Loads relationships of objects that are there. */
export async function loadObjects<E extends object>(
  state: SessionState,
  objects: readonly E[],
  what: readonly Loadable<E>[],
): Promise<void> {
  if (what.length === 0) throw nothingToLoad();
  for (const one of what) if (!("path" in Object(one))) checkPath(one);
  const instances = objects.map((object) => persistentOf(state, object, "load"));
  return fetchInTurn(state, "load()", async (fetch) => {
    for (const one of what) {
      if ("load" in one) await one.load?.(instances, fetch);
      else await loadRelated(loadOf(one as AnyPath), instances, fetch);
    }
  });
}

function nothingToLoad(): ArgumentError {
  return new ArgumentError("load() was not told what to load.", {
    code: "nothing-to-load",
    hint: "Write session.load(authors, Author.r.books).",
  });
}

/** Runs work that sends statements, in its turn and after a flush. */
export function fetchInTurn(
  state: SessionState,
  name: string,
  work: (fetch: Fetch) => Promise<void>,
): Promise<void> {
  return takeTurn(state, name, async () => {
    await autoflush(state, name);
    await work((statement) =>
      fetchNow(state, statement.compile(state.engine.dialect, state.filters)),
    );
  });
}
