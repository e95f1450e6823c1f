import { variantOfRow } from "../mapping/family.js";
import { instanceOf } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import type { Loader } from "./executable.js";
import { objectListeners, tellObject } from "./flush-events.js";
import { findIdentity } from "./identity-map.js";
import { isHeard, type Listener } from "./listeners.js";
import { letGo } from "./snapshot.js";
import type { SessionState } from "./state.js";

/**
 * A loader that tells listeners of `load` of each object that it makes; one that the session has already is not told
 * again. Who listens is asked once for each class that a statement gives. A listener that throws leaves its object
 * outside of the session, so that the next load tells it anew.
 */
export function withLoadEvents(state: SessionState, loader: Loader): Loader {
  if (!isHeard("load")) return loader;
  const classes = new Map<Mapper, readonly Listener[]>();
  return {
    siblings: (item) => loader.siblings(item),
    load(given, row) {
      const mapper = variantOfRow(given, row);
      let listeners = classes.get(mapper);
      if (listeners === undefined) {
        listeners = objectListeners(mapper, "load");
        classes.set(mapper, listeners);
      }
      if (listeners.length === 0) return loader.load(mapper, row);
      const isNew = findIdentity(state.identities, mapper, row) === undefined;
      const object = loader.load(mapper, row);
      if (!isNew) return object;
      try {
        tellObject(state, "load", listeners, instanceOf(object));
      } catch (error) {
        letGo(state, instanceOf(object));
        throw error;
      }
      return object;
    },
  };
}
