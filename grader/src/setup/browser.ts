import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "../base/failure.js";
import { quiet, type Report } from "../base/report.js";
import { canInstallByApt, installByApt } from "./apt.js";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The path of a Chromium or Chrome that the end-to-end test can drive. */
export function findBrowser(): string | undefined {
  const named = process.env.ORMLET_BROWSER;
  if (named) return named;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...elsewhere].find((path) => existsSync(path));
}

/**
 * Finds a browser for the end-to-end test, and as root on Debian or Ubuntu installs Chromium when
 * there is none. The course itself needs no particular browser.
 *
 * @returns its path, or undefined when none was found and none could be installed
 */
export async function ensureBrowser({
  report = quiet,
}: {
  report?: Report;
} = {}): Promise<string | undefined> {
  const found = findBrowser();
  if (found || !canInstallByApt()) return found;
  try {
    await report.step("Installing Chromium for the end-to-end test", (note) =>
      installByApt(["chromium"], note),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return findBrowser();
}
