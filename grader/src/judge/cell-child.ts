/** Grades for a notebook's cell (see cell.ts): one answer on standard output, and nothing else. */
import type { Failure } from "../base/failure.js";
import type { CellAnswer } from "./cell.js";
import { htmlFragment } from "./formats/html.js";
import { plainText } from "./formats/terminal.js";
import { gradeAll, loadCatalogue, select, total } from "./index.js";

process.stdin
  .on("end", () => process.exit(1))
  .on("error", () => process.exit(1))
  .resume();

async function answer(selector: string): Promise<CellAnswer> {
  try {
    const catalogue = await loadCatalogue();
    const grading = total(await gradeAll(catalogue, select(catalogue, [selector])));
    return { grading, html: htmlFragment(grading), text: plainText(grading) };
  } catch (error) {
    const { message, why, remedy } = error as Failure;
    return { failure: { message, ...(why && { why }), ...(remedy && { remedy }) } };
  }
}

const text = JSON.stringify(await answer(process.argv[2] ?? ""));
process.stdout.write(text, () => process.exit());
