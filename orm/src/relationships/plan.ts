import type { RelationshipPlan } from "../session/plan.js";
import { savedWith } from "./cascade.js";
import { deleteRelated } from "./delete-cascade.js";
import { rowDependencies } from "./dependencies.js";
import { linkChanges } from "./links.js";

/** What a flush asks of relationships, answered. */
export const relationshipPlan: RelationshipPlan = {
  prepare: deleteRelated,
  related: savedWith,
  dependencies: rowDependencies,
  links: linkChanges,
};
