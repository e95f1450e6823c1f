/// <reference lib="dom" />
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import { inRoot } from "../../src/base/paths.js";
import { until } from "../setup/checkout.js";
import { type Look, look } from "./look.js";

/** Pictures of what the learner sees; the workflow keeps this folder. */
const screenshots = inRoot("test-results", "screenshots");

/** What fits a usual screen. */
export const screen = { width: 1280, height: 1000 };

/** How high a picture may be; Chromium draws none of 16,384 pixels. */
const highest = 12_000;

/** What stands in the status bar when the kernel has nothing to do. */
const idle = "TypeScript (ormlet) | Idle";

/** Runs a notebook as a learner would, by the menu, and waits until its last cell has ended. */
export async function runAll(page: Page): Promise<void> {
  await choose(page, "Run", "Run All Cells");
  await settled(page);
}

/** Waits until the notebook is there and its kernel has started. */
export async function opened(page: Page): Promise<void> {
  await page.locator(".jp-NotebookPanel .jp-Cell").first().waitFor();
  await page.getByText(idle).waitFor();
}

/**
 * Waits until the kernel has been idle for some time: a second and a half when all cells in sight have a number,
 * longer when one has failed and those after it are left. Cells below the screen are not in the page, so numbers
 * alone do not say that all were run.
 */
async function settled(page: Page): Promise<void> {
  const end = Date.now() + 180_000;
  for (let quiet = 0; quiet < 12; quiet++) {
    await sleep(300);
    if ((await page.getByText(idle).count()) === 0) quiet = -1;
    const prompts = await page.locator(".jp-CodeCell .jp-InputArea-prompt").allTextContents();
    const numbered = prompts.length > 0 && prompts.every((text) => /\d/.test(text));
    if (numbered && quiet >= 4) return;
    if (Date.now() > end) throw new Error(`the notebook still runs: ${prompts.join(" ")}`);
  }
}

/** Runs a cell, and waits until it has a new number. */
export async function runCell(page: Page, cell: Locator): Promise<void> {
  const number = async () => /\d+/.exec((await prompt.textContent()) ?? "")?.[0];
  const prompt = cell.locator(".jp-InputArea-prompt");
  const before = await number();
  await cell.scrollIntoViewIfNeeded();
  await cell.locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await until(
    "the cell has been run",
    async () => ![undefined, before].includes(await number()),
    90,
  );
}

/** Chooses an item of a menu, or of a menu in it. */
export async function choose(page: Page, ...labels: string[]): Promise<void> {
  for (const label of labels) {
    const item = page.locator(".lm-MenuBar-itemLabel:visible, .lm-Menu-itemLabel:visible");
    await item.filter({ hasText: new RegExp(`^${label}$`) }).click();
  }
}

/** Keeps a picture of what stands on the screen, or in its first `height` pixels. */
export async function shootScreen(page: Page, name: string, height?: number): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  const path = join(screenshots, `${name}.png`);
  const clip = { x: 0, y: 0, width: screen.width, height: height ?? screen.height };
  await page.screenshot({ path, clip });
}

/**
 * Keeps pictures of the whole notebook from its top: `name.png`, and `name-2.png` where it is long.
 *
 * @param cells how many cells the notebook has
 * @returns what was seen on them, each fault and each picture once
 */
export async function shootAll(page: Page, name: string, cells: number): Promise<Look> {
  const seen: Look[] = [];
  await page.setViewportSize({ ...screen, height: highest });
  for (let part = 1, below = true; below; part++) {
    await page.evaluate((part) => {
      const panel = document.querySelector(".jp-WindowedPanel-outer") as HTMLElement;
      panel.scrollTop = (part - 1) * panel.clientHeight;
    }, part);
    const bottom = await drawn(page, cells);
    below = bottom > highest;
    const height = Math.min(highest, Math.max(screen.height, Math.ceil(bottom) + 40));
    await shootScreen(page, part === 1 ? name : `${name}-${part}`, height);
    seen.push(await look(page));
  }
  const all = (key: keyof Look) => [...new Set(seen.flatMap((one) => one[key]))];
  return { faults: all("faults"), diagrams: all("diagrams"), pictures: all("pictures") };
}

/**
 * Waits until the screen is full of cells, or shows the last one, and nothing has moved for a while: what comes
 * into sight is drawn now, gets its height, and pushes others down.
 *
 * @returns where the last cell that is drawn ends
 */
async function drawn(page: Page, cells: number): Promise<number> {
  const end = Date.now() + 90_000;
  let before = "";
  for (let quiet = 0; ; quiet++) {
    const { full, bottom, state } = await page.evaluate((cells) => {
      const panel = document.querySelector(".jp-WindowedPanel-outer") as HTMLElement;
      const all = [...panel.querySelectorAll(".jp-Cell")] as HTMLElement[];
      const last = all.at(-1);
      const bottom = last?.getBoundingClientRect().bottom ?? 0;
      const texts = all.filter((one) => one.matches(".jp-MarkdownCell"));
      const empty = texts.filter((one) => !one.querySelector(".jp-MarkdownOutput > *")).length;
      const images = [...panel.querySelectorAll("img")].filter((one) => !one.complete).length;
      const isLast = last?.dataset.windowedListIndex === String(cells - 1);
      const filled = isLast || bottom > panel.getBoundingClientRect().bottom;
      const state = JSON.stringify([all.length, bottom, panel.scrollHeight, panel.scrollTop]);
      return { full: filled && empty === 0 && images === 0, bottom, state };
    }, cells);
    if (!full || state !== before) quiet = 0;
    if (quiet >= 3) return bottom;
    if (Date.now() > end) throw new Error(`the notebook is not drawn: ${state}`);
    before = state;
    await sleep(150);
  }
}
