import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorPages } from "./errors.js";
import { libraryPage } from "./library.js";
import { referencePages } from "./reference.js";

/** Every page that is written by this program, by its path below orm/docs. */
export function writtenPages(): Map<string, string> {
  const reference = referencePages().map(({ file, text }) => [`reference/${file}`, text] as const);
  const errors = Array.from(errorPages(), ([file, text]) => [`errors/${file}`, text] as const);
  return new Map([["library.md", libraryPage()], ...reference, ...errors]);
}

/** Writes the pages anew; one whose source is gone goes too. */
async function writeDocs(): Promise<void> {
  const docs = fileURLToPath(new URL("..", import.meta.url));
  for (const folder of ["reference", "errors"]) {
    await rm(join(docs, folder), { recursive: true, force: true });
  }
  const pages = writtenPages();
  for (const [path, text] of pages) {
    await mkdir(dirname(join(docs, path)), { recursive: true });
    await writeFile(join(docs, path), text);
  }
  console.log(`${pages.size} pages written to orm/docs`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeDocs();
