export { classAndTable } from "./class-and-table.js";
export { type Displayable, display } from "./display.js";
export { flushPlan, showFlush } from "./flush-plan.js";
export { compare, type IdentityPicture, type IdentityRow, identityMap } from "./identity-map.js";
export { objectStates } from "./object-states.js";
export { schema } from "./schema.js";
export { showSql } from "./show-sql.js";
export { type TableOptions, table } from "./table.js";
