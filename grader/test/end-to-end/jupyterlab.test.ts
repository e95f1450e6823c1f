import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { printNotebook } from "../../src/weave/ipynb.js";
import {
  browserPath,
  closeLab,
  type Lab,
  notebookFile,
  notebookIn,
  openLab,
  openNotebook,
} from "./lab.js";
import { opened, runAll, runCell, screen, shootAll, shootScreen } from "./lab-page.js";

const test = suite<Lab>("a learner in JupyterLab");

/** A picture that stands in a notebook before any of its cells has been run. */
const committed = `<svg width="240" height="60"><rect width="240" height="60" fill="gold"/><text x="20" y="36">a committed picture</text></svg>`;

test("npm start opens a copy of the checkout", (lab) =>
  openLab(lab, async (root) => {
    await putPicture(root, "00-welcome", "00-welcome");
    await putPicture(root, "00-welcome", "mine");
  }));

test.after((lab) => closeLab(lab));

test("the pictures of a notebook are there before a cell is run", async ({ page, address }) => {
  await page.goto(address.href);
  await opened(page);
  await page.locator(".jp-OutputArea-output svg").waitFor();
  assert.is(await page.locator(".jp-OutputArea-output svg text").count(), 1);
  assert.not.match((await page.locator(".jp-InputArea-prompt").allTextContents()).join(), /\d/);
  await shootScreen(page, "welcome-before-run-all");
});

test("what is not the course's is not trusted", async (lab) => {
  const { page } = lab;
  await openNotebook(lab, "mine");
  await page.locator(".jp-OutputArea-output", { hasText: "a committed picture" }).waitFor();
  assert.is(await page.locator(".jp-OutputArea-output svg").count(), 0);
});

test("the welcome notebook runs all cells", async (lab) => {
  const { page, checkout } = lab;
  await openNotebook(lab, "00-welcome");
  await runAll(page);
  assert.is(await page.locator(".jp-Dialog").count(), 0);
  assert.ok((await page.locator(".jp-OutputArea-output").count()) >= 5);
  assert.is(await page.locator('.jp-OutputArea-output[data-mime-type*="stderr"]').count(), 0);
  assert.is(await page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count(), 0);
  const { cells } = await notebookIn(checkout.root, "00-welcome");
  await shootAll(page, "welcome-after-run-all", cells.length);
  await page.setViewportSize(screen);
});

test("the starter of exercise 1.1 is graded 0 under its cell", async ({ page }) => {
  const report = await gradeCell(page);
  assert.match(report, /\b0\/10\b/);
  await shootScreen(page, "exercise-starter");
});

test("an answer typed into its file is graded full", async ({ page, checkout }) => {
  const { path, solution } = await exercise(checkout.root, "1.1");
  const answer = await readFile(join(checkout.root, solution), "utf8");
  await typeIntoFile(page, path, answer);
  assert.is((await readFile(join(checkout.root, path), "utf8")).trim(), answer.trim());
  await page.getByRole("tab", { name: "00-welcome.ipynb" }).click();
  const report = await gradeCell(page);
  assert.match(report, /\b10\/10\b/);
  await shootScreen(page, "exercise-solved");
});

/** Runs the cell that grades exercise 1.1 and returns what stands under it. */
async function gradeCell(page: Page): Promise<string> {
  const cell = page.locator(".jp-CodeCell", { hasText: 'grade("1.1")' }).last();
  await runCell(page, cell);
  await cell.scrollIntoViewIfNeeded();
  return (await cell.locator(".jp-OutputArea").textContent()) ?? "";
}

/** Opens a file by its link in the notebook, replaces its text and saves it, as a person would. */
async function typeIntoFile(page: Page, path: string, text: string): Promise<void> {
  await page.locator(`.jp-RenderedMarkdown a[href*="${path}"]`).first().click();
  const editor = page.locator(".jp-FileEditor:visible .cm-content");
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
  await shootScreen(page, "exercise-answer");
  await page.keyboard.press("ControlOrMeta+s");
  await sleep(1_500);
}

async function exercise(root: string, id: string): Promise<{ path: string; solution: string }> {
  const manifest = join(root, "grader/src/exercises/manifest.json");
  const entries = JSON.parse(await readFile(manifest, "utf8")) as {
    id: string;
    path: string;
    solution: string;
  }[];
  const found = entries.find((entry) => entry.id === id);
  if (!found) throw new Error(`no exercise ${id} in ${manifest}`);
  return found;
}

/** Gives the first cell of a woven notebook a picture, in a file of this name. */
async function putPicture(root: string, notebook: string, name: string): Promise<void> {
  const { cells, metadata } = await notebookIn(root, notebook);
  const cell = cells.find((one) => one.cell_type === "code");
  if (!cell) throw new Error(`${notebook} has no cell of code`);
  const data = { "text/html": committed, "text/plain": `the text of ${name}` };
  cell.outputs = [{ output_type: "display_data", data, metadata: {} }];
  await writeFile(notebookFile(root, name), printNotebook({ cells, metadata }));
}

if (browserPath) test.run();
else console.log("SKIPPED: no Chromium or Chrome was found and none could be installed");
