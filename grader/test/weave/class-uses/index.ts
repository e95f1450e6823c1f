import { engineUses } from "./engine.js";
import { integrityUses } from "./integrity.js";
import { mappingUses } from "./mapping.js";
import { queryUses } from "./query.js";
import { relationshipUses } from "./relationships.js";
import { sessionUses } from "./session.js";
import type { Uses } from "./use.js";

export { imports } from "./use.js";

/** A use of each class of `orm/src`. */
export const uses: Uses = {
  ...engineUses,
  ...mappingUses,
  ...sessionUses,
  ...queryUses,
  ...relationshipUses,
  ...integrityUses,
};
