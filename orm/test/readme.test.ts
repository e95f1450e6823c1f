import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testDatabase } from "./support.js";

const test = suite("README");
const database = testDatabase(test);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** The fenced blocks of one language. */
function blocks(markdown: string, language: string): string {
  const found = markdown.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"));
  return Array.from(found, ([, text]) => text ?? "").join("");
}

const timeless = (text: string) => text.replace(/\d+\.\d ms/g, "… ms");

/** Compiles readme.mts strictly; what the compiler says is in the error. */
async function checkTypes(folder: string): Promise<void> {
  const compilerOptions = { noEmit: true, strict: true, target: "es2022", module: "nodenext" };
  const settings = { compilerOptions: { ...compilerOptions, types: ["node"] } };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ ...settings, files: ["readme.mts"] }),
  );
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const work = promisify(execFile)(process.execPath, [compiler, "-p", folder], { cwd: root });
  await work.catch(({ stdout }) => {
    throw new Error(stdout);
  });
}

test("its examples, one after the other, compile strictly and print what it says", async () => {
  const markdown = await readFile(join(root, "orm/README.md"), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "ormlet-readme-"));
  try {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const program = blocks(markdown, "ts").replaceAll(
      /"mysql:\/\/[^"]*"/g,
      JSON.stringify(database.url),
    );
    await writeFile(join(folder, "readme.mts"), program);
    await checkTypes(folder);
    const file = ["--import", "tsx", join(folder, "readme.mts")];
    const { stdout } = await promisify(execFile)(process.execPath, file, {
      cwd: root,
      timeout: 60_000,
    });
    assert.is(timeless(stdout), timeless(blocks(markdown, "text")));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.run();
