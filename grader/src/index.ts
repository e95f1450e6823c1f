/** What a cell imports from "course". */
export { CellReport, grade } from "./judge/cell.js";
export { openDatabase } from "./notebooks/database.js";
