import { engineUses } from "./engine.js";
import { mappingUses } from "./mapping.js";
import { laterUses, sessionUses } from "./session.js";
import type { Uses } from "./use.js";

export { imports } from "./use.js";

/** A use of each class of `orm/src`. */
export const uses: Uses = { ...engineUses, ...mappingUses, ...sessionUses, ...laterUses };
