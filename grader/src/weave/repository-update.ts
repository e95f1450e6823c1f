import { root } from "../base/paths.js";
import { toIpynb, weaveCourse } from "./course.js";
import { findNotebook } from "./index.js";
import { printNotebook } from "./ipynb.js";
import { committedNotebook } from "./repository.js";
import { updateNotebook } from "./update.js";
import { write } from "./write.js";

/**
 * Updates one notebook of a checkout, or all.
 *
 * @param name `01-engines`; all notebooks without it
 * @returns a line for each notebook, for the terminal
 */
export function updateRepository(name?: string, options: { from?: string } = {}): string[] {
  const from = options.from ?? root;
  const course = weaveCourse(from);
  const notebooks = name === undefined ? course.notebooks : [findNotebook(course, name)];
  return notebooks.map((notebook) => {
    const woven = toIpynb(notebook);
    const learners = committedNotebook(from, notebook.path);
    if (!learners) {
      write(`${from}/${notebook.path}`, printNotebook(woven));
      return `${notebook.path}: new`;
    }
    const updated = updateNotebook(learners, woven);
    const before = printNotebook(learners);
    const after = printNotebook(updated.notebook);
    if (before === after) return `${notebook.path}: nothing new`;
    write(`${from}/${notebook.path}`, after);
    const { renewed, added, removed, doubled } = updated;
    const parts = [
      `cells with new text: ${renewed.length + doubled.length}`,
      `new: ${added.length}`,
      `gone: ${removed.length}`,
    ];
    if (doubled.length > 0) parts.push(`yours, kept below the new text: ${doubled.length}`);
    return `${notebook.path}: ${parts.join(", ")}. Reload it in JupyterLab if it is open.`;
  });
}
