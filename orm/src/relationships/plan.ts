import type { RelationshipPlan } from "../session/plan.js";
import { savedWith } from "./cascade.js";
import { deleteRelated } from "./delete-cascade.js";
import { rowDependencies } from "./dependencies.js";
import { followKeys } from "./follow-keys.js";
import { linkChanges } from "./links.js";

/** What a flush asks of relationships, answered. */
export const relationshipPlan: RelationshipPlan = {
  async prepare(state) {
    await deleteRelated(state);
    // Only now: by a key that was set to null, nothing becomes an orphan.
    followKeys(state);
  },
  related: savedWith,
  dependencies: rowDependencies,
  links: linkChanges,
};
