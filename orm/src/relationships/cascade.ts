import type { Instance } from "../mapping/instance.js";
import { cascadeOf } from "../mapping/relationship.js";
import { stepIn } from "./in-step.js";
import { membersOf } from "./members.js";
import { takenOut } from "./orphans.js";

/**
 * The objects that come into the session together with this one: those that its relationships with the
 * cascade `save-update` hold. What was not loaded stays unloaded, and what is being deleted brings nothing in. One
 * that comes in anew is put in step with them first: before, they may have been in no session together.
 * @param changedOnly as a flush asks: what was there at the last one is in the session already, or was let go.
 */
export function* savedWith(
  instance: Instance,
  changedOnly: boolean,
): Generator<Instance, void, undefined> {
  if (instance.state === "deleted") return;
  if (!changedOnly) {
    takenOut.delete(instance);
    stepIn(instance);
  }
  for (const relationship of instance.mapper.relationships.values()) {
    const value = instance.values[relationship.position];
    if (changedOnly && !instance.before?.has(relationship.position)) continue;
    if (value === undefined || !cascadeOf(relationship).has("save-update")) continue;
    yield* membersOf(value);
  }
}
