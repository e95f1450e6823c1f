/** What a cell imports from "course". */
export { CellReport, grade } from "./judge/cell.js";
export { openDatabase } from "./notebooks/database.js";
export { progress } from "./progress/cell.js";
