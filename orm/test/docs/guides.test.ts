import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testDatabase } from "../support.js";
import { compileStrictly, expectedOutput, onServer, root } from "./programs.js";
import { asWritten } from "./written.js";

const test = suite("docs: guides");
const database = testDatabase(test);
const docs = join(root, "orm/docs");
const run = promisify(execFile);

/** The pages that people have written, by their path below orm/docs. */
async function guides(): Promise<string[]> {
  const files = await readdir(join(docs, "coming-from"));
  return ["connections.md", "values.md", ...files.map((file) => `coming-from/${file}`)];
}

/** The fences of plain `ts`, as one program; those of another library have its name behind `ts`. */
async function programOf(path: string): Promise<string> {
  const text = await readFile(join(docs, path), "utf8");
  const fences = Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = ""]) => code);
  assert.ok(fences.length > 0, path);
  return fences.join("\n");
}

test("the programs of each page, one after the other, compile strictly and print what they say", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ormlet-guides-"));
  try {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const paths = await guides();
    const programs = await Promise.all(paths.map(programOf));
    for (const [index, code] of programs.entries()) {
      const text = `${onServer(code, database.url)}\nexport {};\n`;
      await writeFile(join(folder, `program${index}.mts`), text);
    }
    await compileStrictly(folder, paths);
    for (const [index, code] of programs.entries()) {
      await database.admin.query(`DROP DATABASE ${database.name}`);
      await database.admin.query(`CREATE DATABASE ${database.name}`);
      const file = join(folder, `dist/program${index}.mjs`);
      const { stdout } = await run(process.execPath, [file], { cwd: root, timeout: 60_000 });
      assert.is(asWritten(stdout.trimEnd(), database.url), expectedOutput(code), paths[index]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.run();
