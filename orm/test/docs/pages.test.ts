import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { writtenPages } from "../../docs/build/main.js";
import { root } from "./programs.js";

const test = suite("docs: pages");
const docs = join(root, "orm/docs");

test("what npm run docs writes is what stands there", async () => {
  const pages = writtenPages();
  const stale: string[] = [];
  for (const [path, text] of pages) {
    const found = await readFile(join(docs, path), "utf8").catch(() => "");
    if (found !== text) stale.push(path);
  }
  for (const folder of ["reference", "errors"]) {
    for (const file of await readdir(join(docs, folder))) {
      if (!pages.has(`${folder}/${file}`)) stale.push(`${folder}/${file}, which nothing writes`);
    }
  }
  assert.is(stale.join(", "), "", `Run npm run docs; stale: ${stale.join(", ")}`);
});

test.run();
