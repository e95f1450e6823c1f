/// <reference lib="dom" />
import { mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";
import type { OwnLab } from "../../src/setup/start-lab.js";
import { type Checkout, copyCheckout } from "../../src/testing/checkout.js";

/** Pictures of what the learner sees; the workflow keeps this folder. */
const screenshots = inRoot("test-results", "screenshots");
const python = process.env.ORMLET_PYTHON ?? inRoot(".venv", "bin", "python");
const browserPath = process.env.ORMLET_BROWSER;

const test = suite<{ checkout: Checkout; lab: OwnLab; browser: Browser; page: Page }>(
  "a learner in JupyterLab",
);

test("JupyterLab starts in a copy of the checkout", async (context) => {
  await mkdir(screenshots, { recursive: true });
  context.checkout = await copyCheckout();
  const { root } = context.checkout;
  // The copy weaves, installs and grades with its own code, as a learner's checkout does.
  const from = (path: string) => import(pathToFileURL(join(root, "grader/dist", path)).href);
  await (await from("weave/index.js")).weaveTo(root);
  const kernels = join(root, ".jupyter");
  await (await from("kernel/install.js")).installKernel(kernels);
  await symlink(dirname(dirname(python)), join(root, ".venv"));
  // Before the kernels of .venv, which belong to the real checkout.
  process.env.JUPYTER_PATH = join(kernels, "share", "jupyter");
  context.lab = await (await from("setup/start-lab.js")).startLab();
  context.browser = await chromium.launch({
    executablePath: browserPath as string,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });
  context.page = await context.browser.newPage({ viewport: { width: 1280, height: 1000 } });
  context.page.setDefaultTimeout(60_000);
  await context.page.goto((await from("setup/jupyter.js")).labAddress(context.lab));
});

test.after(async ({ browser, lab, checkout }) => {
  await browser?.close();
  await lab?.stop();
  await checkout?.remove();
});

test("opens the welcome notebook and runs all cells", async ({ page }) => {
  await page.locator(".jp-NotebookPanel .jp-Cell").first().waitFor();
  await page.getByText("TypeScript (ormlet) | Idle").waitFor();
  await runAll(page);
  assert.is(await page.locator(".jp-Dialog").count(), 0);
  assert.ok((await page.locator(".jp-OutputArea-output").count()) >= 5);
  assert.is(await page.locator('.jp-OutputArea-output[data-mime-type*="stderr"]').count(), 0);
  assert.is(await page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count(), 0);
  await shoot(page, "welcome-after-run-all");
});

test("the starter of exercise 1.1 is graded 0 under its cell", async ({ page }) => {
  const report = await gradeCell(page);
  assert.match(report, /\b0\/10\b/);
  await page.screenshot({ path: join(screenshots, "exercise-starter.png") });
});

test("an answer typed into its file is graded full", async ({ page, checkout }) => {
  const { path, solution } = await exercise(checkout.root, "1.1");
  const answer = await readFile(join(checkout.root, solution), "utf8");
  await typeIntoFile(page, path, answer);
  assert.is((await readFile(join(checkout.root, path), "utf8")).trim(), answer.trim());
  await page.getByRole("tab", { name: "00-welcome.ipynb" }).click();
  const report = await gradeCell(page);
  assert.match(report, /\b10\/10\b/);
  await page.screenshot({ path: join(screenshots, "exercise-solved.png") });
});

async function runAll(page: Page): Promise<void> {
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: /^Run All Cells/ }).click();
  await settled(page);
}

/** Waits until no cell runs or waits: a prompt shows `[*]` while one does, and `[ ]` before. */
async function settled(page: Page): Promise<void> {
  await sleep(500);
  await page.waitForFunction(
    () => {
      const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputArea-prompt")];
      return prompts.length > 0 && prompts.every((p) => !/\*/.test(p.textContent ?? ""));
    },
    undefined,
    { timeout: 90_000 },
  );
}

/** Runs the cell that grades exercise 1.1 and returns what stands under it. */
async function gradeCell(page: Page): Promise<string> {
  const cell = page.locator(".jp-CodeCell", { hasText: 'grade("1.1")' }).last();
  await cell.scrollIntoViewIfNeeded();
  await cell.locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await settled(page);
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
  await page.screenshot({ path: join(screenshots, "exercise-answer.png") });
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

/** A picture of the whole notebook: the window is made as high as what it holds. */
async function shoot(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 4500 });
  await page.locator(".jp-Notebook .jp-Cell").first().scrollIntoViewIfNeeded();
  await sleep(1_000);
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
  await page.setViewportSize({ width: 1280, height: 1000 });
}

if (browserPath) test.run();
else console.log("SKIPPED: no Chromium or Chrome was found and none could be installed");
