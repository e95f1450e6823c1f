import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot, root } from "../../src/base/paths.js";

const test = suite("spelling");

/** Runs the spelling check under the checkout's own settings. @returns what it finds, a line each */
function findings(args: string[], cwd = root): { code: number | null; lines: string[] } {
  const program = inRoot("node_modules/cspell/bin.mjs");
  const all = [program, "lint", "--no-progress", "--no-summary", "--no-color", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, {
    cwd,
    encoding: "utf8",
  });
  return { code: status, lines: `${stdout}${stderr}`.split("\n").filter((line) => line !== "") };
}

test("texts, remarks and messages are spelt right, in British English", () => {
  assert.equal(findings([]), { code: 0, lines: [] });
});

test("a misspelt and an American word are found in texts, remarks and strings, and names are left alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "ormlet-spelling-test-"));
  try {
    const text = "The colour of a selectinload.\nThe behavior of a tabel.\nA color.\n";
    const code = 'const tabel = colr(1); // a wrod\nthrow new Error("no tabel");\n';
    writeFileSync(join(folder, "a.md"), text);
    writeFileSync(join(folder, "b.ts"), code);
    const args = ["--config", inRoot(".cspell.json"), "--root", folder, "a.md", "b.ts"];
    const { code: exit, lines } = findings(args, folder);
    assert.is(exit, 1);
    const found = lines.map((line) => /([ab]\.\w+:\d+):\d+ - .*?\((\w+)\)/.exec(line)?.slice(1));
    assert.equal(found, [
      ["a.md:2", "behavior"],
      ["a.md:2", "tabel"],
      ["a.md:3", "color"],
      ["b.ts:1", "wrod"],
      ["b.ts:2", "tabel"],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
