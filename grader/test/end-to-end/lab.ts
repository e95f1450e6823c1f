import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Checkout } from "../../src/testing/checkout.js";
import { type Course, weaveTo } from "../../src/weave/index.js";
import { type Ipynb, readNotebook } from "../../src/weave/ipynb.js";
import { begin, lendVenv, type Running, setUpCheckout, until } from "../setup/checkout.js";
import { opened, screen } from "./lab-page.js";

/** Where a Chromium or Chrome is; empty when none was found and none could be installed. */
export const browserPath = process.env.ORMLET_BROWSER ?? "";

/** A checkout in which JupyterLab runs, and a browser that looks at it. */
export interface Lab {
  checkout: Checkout;
  /** What was woven into the checkout. */
  course: Course;
  start: Running;
  /** Where JupyterLab is, with the token. */
  address: URL;
  browser: Browser;
  page: Page;
}

/**
 * Runs `npm start` in a woven checkout of its own, and opens a browser.
 *
 * @param lab gets each thing when it is there, so that {@link closeLab} ends what was begun
 * @param prepare changes the checkout before JupyterLab starts
 */
export async function openLab(
  lab: Partial<Lab>,
  prepare: (root: string) => Promise<void> = async () => {},
): Promise<void> {
  lab.checkout = await setUpCheckout();
  const { root } = lab.checkout;
  await lendVenv(root);
  lab.course = await weaveTo(root);
  await prepare(root);
  // From here on it is the copy's own code that installs, runs and grades, as in a learner's checkout.
  lab.start = begin(root, ["start", "--no-browser"]);
  lab.address = await printedAddress(lab.start);
  lab.browser = await chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });
  lab.page = await lab.browser.newPage({ viewport: screen });
  lab.page.setDefaultTimeout(60_000);
}

/** Ends what {@link openLab} began, however far it came. */
export async function closeLab({ browser, start, checkout }: Partial<Lab>): Promise<void> {
  await browser?.close();
  start?.child.kill("SIGTERM");
  await start?.ended;
  await checkout?.remove();
}

async function printedAddress(start: Running): Promise<URL> {
  const address = /http:\/\/127\.0\.0\.1:\d+\/lab\/tree\/\S+/;
  let ended: string | undefined;
  void start.ended.then(({ stderr }) => {
    ended = stderr;
  });
  const printed = () => {
    if (ended !== undefined) throw new Error(ended);
    return address.test(start.said());
  };
  await until("the address is printed", printed, 120);
  return new URL(address.exec(start.said())?.[0] as string);
}

/** Opens a notebook of the checkout, and nothing else, and waits for its kernel. */
export async function openNotebook({ page, address }: Lab, name: string): Promise<void> {
  const { origin, search } = address;
  await page.goto(`${origin}/lab/tree/notebooks/${name}.ipynb${search}&reset`);
  await opened(page);
}

/** Where a notebook lies in a checkout. */
export const notebookFile = (root: string, name: string): string =>
  join(root, `notebooks/${name}.ipynb`);

/** A notebook of a checkout, as it was saved last. */
export async function notebookIn(root: string, name: string): Promise<Ipynb> {
  return readNotebook(await readFile(notebookFile(root, name), "utf8"));
}
