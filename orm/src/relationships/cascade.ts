import type { Instance } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { cascadeOf } from "../mapping/relationship.js";
import { touchedRelationships } from "../session/changes.js";
import { stepIn } from "./in-step.js";
import { membersOf } from "./members.js";
import { takenOut } from "./orphans.js";

/**
 * The objects that come into the session together with this one: those that its relationships with the
 * cascade `save-update` hold. What was not loaded stays unloaded, and what is being deleted brings nothing in. One
 * that comes in anew is put in step with them first: before, they may have been in no session together.
 * @param changedOnly as a flush asks: what was there at the last one is in the session already, or was let go.
 */
export function savedWith(instance: Instance, changedOnly: boolean): Iterable<Instance> {
  if (instance.state === "deleted") return none;
  if (changedOnly) return membersIn(instance, touchedRelationships(instance));
  takenOut.delete(instance);
  // Most new objects are related to nothing, and need no more than this look.
  if (!isRelated(instance)) return none;
  stepIn(instance);
  return membersIn(instance, [...instance.mapper.relationships.values()]);
}

const none: readonly Instance[] = [];

/** Whether any relationship of an object holds something. They stand behind the columns. */
function isRelated({ mapper, values }: Instance): boolean {
  for (let place = mapper.table.columns.length; place < values.length; place += 1) {
    if (values[place] != null) return true;
  }
  return false;
}

function membersIn(
  { values }: Instance,
  relationships: readonly Relationship[],
): readonly Instance[] {
  // Most objects that change have none that changed, and get no list made.
  let members: Instance[] | undefined;
  for (const relationship of relationships) {
    const value = values[relationship.position];
    if (value === undefined || !cascadeOf(relationship).has("save-update")) continue;
    const held = membersOf(value);
    members = members === undefined ? held : members.concat(held);
  }
  return members ?? none;
}
