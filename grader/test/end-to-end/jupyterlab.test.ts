import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../src/base/paths.js";
import type { Checkout } from "../../src/testing/checkout.js";
import { findNotebook, weaveCourse } from "../../src/weave/index.js";
import { type Cell, joinLines, printNotebook, readNotebook } from "../../src/weave/ipynb.js";
import type { WovenNotebook } from "../../src/weave/notebook.js";
import { faultsOf } from "../../src/weave/verify.js";
import { begin, lendVenv, type Running, setUpCheckout, until } from "../setup/checkout.js";
import { choose, opened, runAll, runCell, screen, shootAll, shootScreen } from "./lab-page.js";
import type { Look } from "./look.js";

const course = weaveCourse(root);
const browserPath = process.env.ORMLET_BROWSER;

interface Context {
  checkout: Checkout;
  start: Running;
  /** Where JupyterLab is, with the token. */
  address: URL;
  browser: Browser;
  page: Page;
}

const test = suite<Context>("a learner in JupyterLab");

/** A picture that stands in a notebook before any of its cells has been run. */
const committed = `<svg width="240" height="60"><rect width="240" height="60" fill="gold"/><text x="20" y="36">a committed picture</text></svg>`;

test("npm start opens a copy of the checkout", async (context) => {
  context.checkout = await setUpCheckout();
  const copy = context.checkout.root;
  await lendVenv(copy);
  // The copy weaves, installs and grades with its own code, as a learner's checkout does.
  const weaving = await import(pathToFileURL(join(copy, "grader/dist/weave/index.js")).href);
  await weaving.weaveTo(copy);
  await putPicture(copy, "00-welcome", "00-welcome");
  await putPicture(copy, "00-welcome", "mine");
  context.start = begin(copy, ["start", "--no-browser"]);
  const address = /http:\/\/127\.0\.0\.1:\d+\/lab\/tree\/\S+/;
  let ended: string | undefined;
  void context.start.ended.then(({ stderr }) => {
    ended = stderr;
  });
  const printed = () => {
    if (ended !== undefined) throw new Error(ended);
    return address.test(context.start.said());
  };
  await until("the address is printed", printed, 120);
  context.address = new URL(address.exec(context.start.said())?.[0] as string);
  context.browser = await chromium.launch({
    executablePath: browserPath as string,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });
  context.page = await context.browser.newPage({ viewport: screen });
  context.page.setDefaultTimeout(60_000);
});

test.after(async ({ browser, start, checkout }) => {
  await browser?.close();
  start?.child.kill("SIGTERM");
  await start?.ended;
  await checkout?.remove();
});

test("the pictures of a notebook are there before a cell is run", async ({ page, address }) => {
  await page.goto(address.href);
  await opened(page);
  await page.locator(".jp-OutputArea-output svg").waitFor();
  assert.is(await page.locator(".jp-OutputArea-output svg text").count(), 1);
  assert.not.match((await page.locator(".jp-InputArea-prompt").allTextContents()).join(), /\d/);
  await shootScreen(page, "welcome-before-run-all");
});

test("what is not the course's is not trusted", async ({ page, address }) => {
  await page.goto(inLab(address, "mine"));
  await opened(page);
  await page.locator(".jp-OutputArea-output", { hasText: "a committed picture" }).waitFor();
  assert.is(await page.locator(".jp-OutputArea-output svg").count(), 0);
});

test("the welcome notebook runs all cells", async ({ page, address, checkout }) => {
  await page.goto(inLab(address, "00-welcome"));
  await opened(page);
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

for (const woven of course.notebooks) {
  const { name } = woven;
  test(`${name} runs all cells, and can be read in light and in darkness`, async (context) => {
    const { page, address, checkout } = context;
    await endKernels(address);
    await page.setViewportSize(screen);
    await page.goto(inLab(address, name));
    await opened(page);
    const file = join(checkout.root, `notebooks/${name}.ipynb`);
    // A notebook without code, the glossary, has nothing to run and nothing to save.
    const runs = woven.cells.some(({ cell }) => cell.cell_type === "code");
    if (runs) await runAll(page);
    assert.is(await page.locator(".jp-Dialog").count(), 0);
    const all = runs ? await saved(page, file) : (await notebookIn(checkout.root, name)).cells;
    const cells = all.filter(({ cell_type }) => cell_type === "code");
    const outcomes = cells
      .filter(({ execution_count }) => execution_count)
      .map(({ id, outputs = [] }) => ({ id, outputs }));
    assert.equal(faultsOf(findNotebook(course, name), outcomes), []);
    assert.is(outcomes.length, cells.length, "every cell was run");
    isLegible(await shootAll(page, name, all.length), woven, cells);
    await useTheme(page, "Dark");
    try {
      // Diagrams are drawn in the theme in which a notebook is opened.
      await page.goto(inLab(address, name));
      await opened(page);
      isLegible(await shootAll(page, `${name}-dark`, all.length), woven, cells);
    } finally {
      await useTheme(page, "Light");
    }
  });
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

async function notebookIn(root: string, name: string): Promise<ReturnType<typeof readNotebook>> {
  return readNotebook(await readFile(join(root, `notebooks/${name}.ipynb`), "utf8"));
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
  const file = join(root, `notebooks/${name}.ipynb`);
  await writeFile(file, printNotebook({ cells, metadata }));
}

/** The address of a notebook, with nothing else open. */
function inLab(address: URL, notebook: string): string {
  const { origin, search } = address;
  return `${origin}/lab/tree/notebooks/${notebook}.ipynb${search}&reset`;
}

if (browserPath) test.run();
else console.log("SKIPPED: no Chromium or Chrome was found and none could be installed");
