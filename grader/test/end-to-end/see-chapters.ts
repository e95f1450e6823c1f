import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../src/base/paths.js";
import { readChapters } from "../../src/weave/chapters.js";
import { findNotebook } from "../../src/weave/index.js";
import { type Cell, joinLines, readNotebook } from "../../src/weave/ipynb.js";
import type { WovenNotebook } from "../../src/weave/notebook.js";
import { faultsOf } from "../../src/weave/verify.js";
import { until } from "../setup/checkout.js";
import {
  browserPath,
  closeLab,
  type Lab,
  notebookFile,
  notebookIn,
  openLab,
  openNotebook,
} from "./lab.js";
import { choose, runAll, screen, shootAll } from "./lab-page.js";
import type { Look } from "./look.js";

/**
 * Looks at the notebooks of one chapter in JupyterLab: each runs all cells, and can be read in light and in darkness.
 *
 * @param number the chapter's; each has a test file, as all of them take many minutes
 */
export function testNotebooksInLab(number: number): void {
  const test = suite<Lab>(`notebooks in JupyterLab: chapter ${number}`);
  test.before((lab) => openLab(lab));
  test.after((lab) => closeLab(lab));

  const chapters = readChapters(root).filter((chapter) => chapter.number === number);
  for (const { name } of chapters.flatMap(({ notebooks }) => notebooks)) {
    test(`${name} runs all cells, and can be read in light and in darkness`, async (lab) => {
      const notebook = findNotebook(lab.course, name);
      await endKernels(lab.address);
      await lab.page.setViewportSize(screen);
      await openNotebook(lab, name);
      const all = await runWhole(lab, notebook);
      isLegible(await shootAll(lab.page, name, all.length), notebook, all);
      await useTheme(lab.page, "Dark");
      try {
        // Diagrams are drawn in the theme in which a notebook is opened.
        await openNotebook(lab, name);
        isLegible(await shootAll(lab.page, `${name}-dark`, all.length), notebook, all);
      } finally {
        await useTheme(lab.page, "Light");
      }
    });
  }

  if (browserPath) test.run();
  else console.log("SKIPPED: no Chromium or Chrome was found and none could be installed");
}

/** Runs all cells of the notebook that is open, which must do what it says, and gives them as they were saved. */
async function runWhole({ page, checkout }: Lab, notebook: WovenNotebook): Promise<Cell[]> {
  // A notebook without code, the glossary, has nothing to run and nothing to save.
  const runs = notebook.cells.some(({ cell }) => cell.cell_type === "code");
  if (runs) await runAll(page);
  assert.is(await page.locator(".jp-Dialog").count(), 0);
  const all = runs
    ? await saved(page, notebookFile(checkout.root, notebook.name))
    : (await notebookIn(checkout.root, notebook.name)).cells;
  const cells = all.filter(({ cell_type }) => cell_type === "code");
  const outcomes = cells
    .filter(({ execution_count }) => execution_count)
    .map(({ id, outputs = [] }) => ({ id, outputs }));
  assert.equal(faultsOf(notebook, outcomes), []);
  assert.is(outcomes.length, cells.length, "every cell was run");
  return all;
}

/** Whether all diagrams of the text and all pictures of the outputs are there, whole and visible. */
function isLegible(seen: Look, { cells }: WovenNotebook, saved: Cell[]): void {
  assert.equal(seen.faults, []);
  const texts = cells.filter(({ cell }) => cell.cell_type === "markdown");
  const diagrams = texts.flatMap(({ cell }) => cell.source.match(/^```mermaid$/gm) ?? []);
  assert.is(seen.diagrams.length, diagrams.length, "every diagram is drawn");
  const outputs = saved.flatMap((cell) => cell.outputs ?? []);
  const html = outputs.map(({ data }) => joinLines((data as Data | undefined)?.["text/html"]));
  const pictures = html.flatMap((text) => text.match(/<(svg|img|table)\b/g) ?? []);
  assert.is(seen.pictures.length, pictures.length, "every picture is drawn");
}

type Data = Record<string, string | string[]>;

/** Ends all kernels: each takes 200 MB. */
async function endKernels({ origin, searchParams }: URL): Promise<void> {
  const headers = { Authorization: `token ${searchParams.get("token")}` };
  const answer = await fetch(`${origin}/api/kernels`, { headers });
  for (const { id } of (await answer.json()) as { id: string }[]) {
    await fetch(`${origin}/api/kernels/${id}`, { method: "DELETE", headers });
  }
}

/** Saves the notebook, and gives its cells. */
async function saved(page: Page, file: string): Promise<Cell[]> {
  const before = await readFile(file, "utf8");
  let text = before;
  await page.keyboard.press("ControlOrMeta+s");
  await until("the notebook is saved", async () => {
    text = await readFile(file, "utf8");
    // JupyterLab may be in the middle of writing it.
    return text !== before && text.endsWith("}\n");
  });
  return readNotebook(text).cells;
}

async function useTheme(page: Page, theme: "Light" | "Dark"): Promise<void> {
  await choose(page, "Settings", "Theme", `JupyterLab ${theme}`);
  await page
    .locator(`body[data-jp-theme-name="JupyterLab ${theme}"]`)
    .waitFor({ state: "attached" });
}
