import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import { inRoot } from "../../src/base/paths.js";
import { runNotebook } from "../../src/notebooks/run-notebook.js";
import { toIpynb } from "../../src/weave/course.js";
import { weaveCourse, weaveTo } from "../../src/weave/index.js";
import { printNotebook } from "../../src/weave/ipynb.js";
import { faultsOf, withoutGrading } from "../../src/weave/verify.js";
import { write } from "../../src/weave/write.js";

/**
 * Runs the notebooks of one chapter, each twice in one kernel and once in a fresh one.
 *
 * @param number the chapter's; each has a test file, as all of them take many minutes
 */
export function testNotebooks(number: number): void {
  const test = suite(`notebooks: chapter ${number} does what it says`);
  const folder = mkdtempSync(`${tmpdir()}/ormlet-chapters-test-`);

  test.before(async () => {
    await weaveTo(folder);
    symlinkSync(inRoot("node_modules"), `${folder}/node_modules`);
    write(`${folder}/package.json`, '{ "type": "module" }\n');
  });

  test.after(() => rmSync(folder, { recursive: true, force: true }));

  const { notebooks } = weaveCourse(inRoot());
  for (const notebook of notebooks.filter(({ chapter }) => chapter.number === number)) {
    // Grading looks at the learner's own files and has tests of its own.
    const path = `${folder}/${notebook.path}`;
    for (const times of [2, 1]) {
      const kernel = times === 2 ? "twice in one kernel" : "in a fresh kernel";
      test(`${notebook.name} passes Run All ${kernel}`, async () => {
        write(path, printNotebook(withoutGrading(toIpynb(notebook))));
        const runs = await runNotebook(path, { cwd: folder, times });
        const faults = runs.flatMap((outcomes, index) =>
          faultsOf(notebook, outcomes).map((fault) => `Run All ${index + 1}: ${fault}`),
        );
        if (runs.length < times) faults.push(`only ${runs.length} of ${times} Run Alls began`);
        if (faults.length > 0) throw new Error(`\n${faults.join("\n")}`);
      });
    }
  }

  test.run();
}
