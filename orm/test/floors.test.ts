import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("floors");
const source = fileURLToPath(new URL("../src", import.meta.url));

/** The folders of src in the order of the course's chapters; a file imports from its own and earlier ones. */
const floors = [
  "engine",
  "mapping",
  "session",
  "query",
  "relationships",
  "integrity",
  "migrations",
  "dialects",
  "performance",
  "notebook",
];

/** Every import, export-from, type import and dynamic import of a text, by its specifier. */
function importsOf(text: string): string[] {
  const found = text.matchAll(/(?:from\s|import\s*\(?)\s*"([^"]+)"/g);
  return Array.from(found, ([, specifier]) => specifier ?? "");
}

/** Why `file` may not import `specifier`, or undefined. */
function refusal(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) {
    return specifier.startsWith("node:") || specifier === "mysql2" ? undefined : "not a dependency";
  }
  const target = relative(source, join(dirname(join(source, file)), specifier));
  const [from, to] = [file, target].map((path) => floors.indexOf(path.split("/")[0] ?? ""));
  if (file === "index.ts") return to === floors.indexOf("notebook") ? "notebook" : undefined;
  if (to === -1) return "outside of the floors";
  if (to === floors.indexOf("notebook") && from !== to) return "nothing imports notebook";
  return (from ?? -1) < (to ?? 0) ? "from a later chapter" : undefined;
}

test("every folder of src is a floor", async () => {
  const entries = await readdir(source, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  assert.equal(
    folders.filter((name) => !floors.includes(name)),
    [],
  );
  assert.ok(folders.includes("engine"));
});

test("imports go down", async () => {
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith(".ts"));
  assert.ok(files.length > 10);
  const wrong: string[] = [];
  for (const file of files) {
    for (const specifier of importsOf(await readFile(join(source, file), "utf8"))) {
      const why = refusal(file, specifier);
      if (why !== undefined) wrong.push(`${file} imports ${specifier}: ${why}`);
    }
  }
  assert.equal(wrong, []);
});

test("the rule itself refuses what it must", () => {
  assert.is(refusal("engine/pool.ts", "../session/session.js"), "from a later chapter");
  assert.is(refusal("engine/pool.ts", "../notebook/table.js"), "nothing imports notebook");
  assert.is(refusal("engine/pool.ts", "../index.js"), "outside of the floors");
  assert.is(refusal("engine/pool.ts", "lodash"), "not a dependency");
  assert.is(refusal("session/session.ts", "../engine/pool.js"), undefined);
  assert.equal(
    importsOf(`import type { A } from "./a.js";\nexport * from "./b.js";\nawait import("c")`),
    ["./a.js", "./b.js", "c"],
  );
});

test.run();
