import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeProject, orm, packed, succeeds } from "./packed.js";

const test = suite("what npm gets of the package");
const tarball = packed(test);
let project: string;
let installed: string;

test.before(async () => {
  project = await makeProject(tarball, "module");
  installed = join(project, "node_modules/ormlet");
});

/** The modules of the source: `engine/pool`. */
async function sourceModules(): Promise<string[]> {
  const files = await readdir(join(orm, "src"), { recursive: true });
  return files.filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -3));
}

test("it is each module's types and its file, two files with all code, and three others", async () => {
  const names = await sourceModules();
  const expected = [
    ...names.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]),
    ...["dist/ormlet.js", "dist/notebook.js", "LICENSE", "README.md", "package.json"],
  ];
  const paths = tarball.contents.files.map(({ path }) => path);
  assert.equal(paths.sort(), expected.sort());
});

test("it is small: a quarter of a megabyte to load, one on the disk", () => {
  const { size, unpackedSize } = tarball.contents;
  assert.ok(size < 300_000, `the tarball has ${size} bytes`);
  assert.ok(unpackedSize < 1_200_000, `unpacked it has ${unpackedSize} bytes`);
});

test("its package.json has nothing that only the checkout needs, and else is the same", async () => {
  const own = JSON.parse(await readFile(join(orm, "package.json"), "utf8"));
  const published = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  const { private: isPrivate, devDependencies, ...rest } = own;
  assert.is(isPrivate, true, "what lies in the checkout must not be published itself");
  assert.ok(devDependencies.mysql2);
  assert.equal(published, rest);
  assert.is(published.sideEffects, false);
});

test("only two files have code; all others hand on what is in these", async () => {
  for (const name of await sourceModules()) {
    const text = await readFile(join(installed, `dist/${name}.js`), "utf8");
    const handsOn =
      /^import '\.\.\/ormlet\.js';$|^export \{[^}]*\} from '(\.\.?\/)+(ormlet|notebook)\.js';$/;
    const lines = text.split("\n").filter((line) => line !== "" && line !== "export {};");
    assert.equal(
      lines.filter((line) => !handsOn.test(line)),
      [],
      name,
    );
  }
});

test("a program loads one file of code, and neither the drawings nor mysql2 before it connects", async () => {
  const code = await readFile(join(installed, "dist/ormlet.js"), "utf8");
  const from = Array.from(
    code.matchAll(/^(?:import|export) [^;]*? from '([^']+)';$/gm),
    (m) => m[1],
  );
  assert.ok(from.length > 2);
  assert.equal(
    from.filter((name) => !name?.startsWith("node:")),
    [],
  );
  assert.equal(code.match(/\bimport\(.*?\)/g), ["import('mysql2')"]);
  const index = await readFile(join(installed, "dist/index.js"), "utf8");
  assert.not.match(index, "notebook");
});

test("every module can be imported by its path, and gives what it exports, one and the same to all", async () => {
  const names = (await sourceModules()).filter((name) => !/(^|\/)index$/.test(name));
  const program = `
    const all = await Promise.all(${JSON.stringify(names)}.map(async (name) => [name, await import("ormlet/internal/" + name)]));
    console.log(JSON.stringify(all.map(([name, own]) => [name, Object.keys(own).sort()])));
    const [main, errors, pool, inner, outer] = await Promise.all(
      ["", "/internal/engine/errors", "/internal/engine/index", "/internal/notebook/table", "/notebook"]
        .map((path) => import("ormlet" + path)));
    console.log(main.OrmletError === errors.OrmletError, pool.Engine === main.Engine, inner.table === outer.table);
  `;
  await writeFile(join(project, "modules.mjs"), program);
  const output = await succeeds(process.execPath, ["modules.mjs"], project);
  const [found = "", same] = output.trim().split("\n");
  const expected = await Promise.all(
    names.map(async (name) => {
      const own = await import(`../../src/${name}.js`);
      return [name, Object.keys(own).sort()];
    }),
  );
  assert.equal(JSON.parse(found), expected);
  assert.is(same, "true true true");
});

test("what requires it and what imports it get the same", async () => {
  const program = `import("ormlet").then((own) => console.log(own.sql === require("ormlet").sql));`;
  await writeFile(join(project, "both.cjs"), program);
  assert.is(await succeeds(process.execPath, ["both.cjs"], project), "true\n");
});

test("its package.json can be required, and what it does not name cannot", async () => {
  const program = `
    const { createRequire } = require("node:module");
    console.log(require("ormlet/package.json").name, require.resolve("ormlet").endsWith("dist/index.js"));
    try { require("ormlet/dist/index.js"); } catch (error) { console.log(error.code); }`;
  await writeFile(join(project, "manifest.cjs"), program);
  const output = await succeeds(process.execPath, ["manifest.cjs"], project);
  assert.is(output, "ormlet true\nERR_PACKAGE_PATH_NOT_EXPORTED\n");
});

test("publint finds nothing to say", async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true, pack: false });
  assert.equal(messages, []);
});

test("every way of resolving finds types and code that agree", async () => {
  const data = new Uint8Array(await readFile(tarball.tarball));
  const result = await checkPackage(createPackageFromTarballData(data));
  if (!result.types) throw new Error("no types were found");
  assert.equal(Object.keys(result.entrypoints), [
    ".",
    "./notebook",
    "./internal/*",
    "./package.json",
  ]);
  // It is an ES module. What requires it needs a Node.js that can, which `engines` names; "node16" knows of none.
  const expected = [".", "./notebook"].map((entrypoint) => {
    return { kind: "CJSResolvesToESM", entrypoint, resolutionKind: "node16-cjs" };
  });
  assert.equal(result.problems, expected);
});

test("no published type needs mysql2 or Node's types, and none shows what is internal", async () => {
  for (const name of await readdir(join(installed, "dist"), { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const text = await readFile(join(installed, "dist", name), "utf8");
    assert.not.match(text, /from "(mysql2|node:)|unique symbol|\bprivate\b|#private|: any\b/, name);
  }
});

test.run();
