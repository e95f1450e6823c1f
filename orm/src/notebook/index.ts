export { type Displayable, display } from "./display.js";
export { showSql } from "./show-sql.js";
export { type TableOptions, table } from "./table.js";
