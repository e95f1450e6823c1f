import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("reset")
    .description("put an exercise or a notebook back as it was; the old one is kept")
    .argument(
      "<selector...>",
      "ids, chapters, files or folders of exercises, or notebooks (*.ipynb)",
    )
    .action(async (selectors: string[]) => {
      for (const { path, text } of await originals(selectors)) {
        console.log(await putBack(path, text));
      }
      if (!selectors.some((one) => one.endsWith(".ipynb"))) return;
      const { trustNotebooks } = await import("../setup/trust.js");
      const untrusted = await trustNotebooks();
      if (untrusted) console.log(untrusted);
    });
}

/** The files that selectors mean, each as it was at first; paths from the root of the checkout. */
async function originals(selectors: string[]): Promise<{ path: string; text: string }[]> {
  const { loadCatalogue, select } = await import("../judge/index.js");
  const files: { path: string; text: string }[] = [];
  for (const selector of selectors) {
    if (selector.endsWith(".ipynb")) {
      const { weaveNotebook } = await import("../weave/index.js");
      const name = selector.replace(/^.*\//, "");
      files.push({ path: `notebooks/${name}`, text: await weaveNotebook(name) });
    } else {
      const entries = select(await loadCatalogue(), [selector]);
      files.push(...entries.map((entry) => ({ path: entry.path, text: entry.starter })));
    }
  }
  return files;
}

/**
 * Writes a file as it was at first. What lies there moves aside under a name with the time.
 *
 * @param path from the root of the checkout
 * @param base that root
 * @returns what was done, in a sentence
 */
export async function putBack(path: string, text: string, base?: string): Promise<string> {
  const { lstat, mkdir, readFile, rename, writeFile } = await import("node:fs/promises");
  const { dirname, join } = await import("node:path");
  const { root } = await import("../base/paths.js");
  const place = (name: string) => join(base ?? root, name);
  const isThere = async (name: string) =>
    (await lstat(place(name)).catch(() => undefined)) !== undefined;
  if (!(await isThere(path))) {
    await mkdir(dirname(place(path)), { recursive: true });
    await writeFile(place(path), text);
    return `${path} is there again.`;
  }
  // Whatever is there and cannot be read (a folder, say) moves aside too.
  const old = await readFile(place(path), "utf8").catch(() => undefined);
  if (old === text) return `${path} is as it was at first already.`;
  let kept = `${path}.${now()}.bak`;
  for (let count = 2; await isThere(kept); count++) kept = `${path}.${now()}-${count}.bak`;
  await rename(place(path), place(kept));
  await writeFile(place(path), text);
  return `${path} is as it was at first. The old one is ${kept}.`;
}

/** Local time, to the second, as a file's name may have it: 2026-11-21T09-30-00. */
function now(): string {
  const date = new Date();
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replaceAll(":", "-");
}
