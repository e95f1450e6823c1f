import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testDatabase } from "../support.js";
import {
  fromNpm,
  here,
  type ModuleType,
  makeProject,
  modules,
  nodeThatStripsTypes,
  packed,
  succeeds,
} from "./packed.js";
import { byImport, byRequire, printed } from "./programs.js";

const test = suite("programs that use the package as npm gives it");
const database = testDatabase(test);
const tarball = packed(test);
const projects = {} as Record<ModuleType, string>;

test.before(async () => {
  for (const type of ["module", "commonjs"] as const) {
    projects[type] = await makeProject(tarball, type);
    await copyFile(join(here, "library.fixture.ts"), join(projects[type], "library.ts"));
  }
});

/** Runs a program on the database; it must print what each of them prints. */
async function works(folder: string, file: string, parameters: string[]): Promise<void> {
  assert.is(await succeeds(file, [...parameters, database.url], folder), printed);
}

test("JavaScript imports it", async () => {
  await writeFile(join(projects.module, "program.js"), byImport);
  await works(projects.module, process.execPath, ["program.js"]);
});

test("JavaScript requires it", async () => {
  await writeFile(join(projects.commonjs, "program.js"), byRequire);
  await works(projects.commonjs, process.execPath, ["program.js"]);
});

for (const type of ["module", "commonjs"] as const) {
  test(`tsx runs TypeScript that imports it, in a project of type ${type}`, async () => {
    const tsx = join(modules, "tsx/dist/cli.mjs");
    await works(projects[type], process.execPath, [tsx, "library.ts"]);
  });
}

test("Node.js runs TypeScript that imports it, leaving the types out", async () => {
  await works(projects.module, await nodeThatStripsTypes(), ["library.ts"]);
});

test("TypeScript 5.0.4 makes CommonJS of it, for node10, that runs", async () => {
  const tsc = join(await fromNpm("typescript", "5.0.4"), "bin/tsc");
  const compilerOptions = {
    ...{ module: "commonjs", moduleResolution: "node10", target: "es2022", lib: ["es2022"] },
    ...{ types: [], strict: true, outDir: "compiled" },
  };
  const settings = JSON.stringify({ compilerOptions, files: ["library.ts"] });
  await writeFile(join(projects.commonjs, "tsconfig.json"), settings);
  await succeeds(process.execPath, [tsc, "-p", "."], projects.commonjs);
  await works(projects.commonjs, process.execPath, ["compiled/library.js"]);
});

/**
 * Bundles the TypeScript program into a folder in which only mysql2 is installed, when it is not part of the bundle,
 * and runs it there.
 */
async function bundleWorks(name: string, format: "esm" | "cjs", options: BuildOptions) {
  const folder = join(tarball.folder, name);
  await mkdir(join(folder, "node_modules"), { recursive: true });
  for (const external of options.external ?? []) {
    const installed = join(projects.module, "node_modules", external);
    await symlink(installed, join(folder, "node_modules", external));
  }
  const file = format === "esm" ? "program.mjs" : "program.cjs";
  const { warnings } = await build({
    absWorkingDir: projects.module,
    entryPoints: ["library.ts"],
    outfile: join(folder, file),
    bundle: true,
    platform: "node",
    target: "node20",
    format,
    logLevel: "silent",
    ...options,
  });
  assert.equal(warnings, []);
  await works(folder, process.execPath, [file]);
}

/** mysql2 is CommonJS and requires parts of Node.js, which an ES module has no function for. */
const withRequire = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

test("esbuild bundles it as an ES module, mysql2 apart", () =>
  bundleWorks("esm-external", "esm", { external: ["mysql2"] }));

test("esbuild bundles it as CommonJS, mysql2 apart", () =>
  bundleWorks("cjs-external", "cjs", { external: ["mysql2"] }));

test("esbuild bundles it as an ES module, mysql2 with it", () =>
  bundleWorks("esm-whole", "esm", { banner: { js: withRequire } }));

test("esbuild bundles it as CommonJS, mysql2 with it", () => bundleWorks("cjs-whole", "cjs", {}));

test("esbuild minifies it, the names of classes kept, which relationships go by", () =>
  bundleWorks("minified", "cjs", { minify: true, keepNames: true }));

test("without mysql2 it says what to install", async () => {
  const bare = join(tarball.folder, "bare");
  await mkdir(join(bare, "node_modules"), { recursive: true });
  const installed = join(projects.module, "node_modules/ormlet");
  // A copy: from where a link leads, mysql2 could be found.
  await succeeds("cp", ["-r", installed, join(bare, "node_modules")], bare);
  await writeFile(
    join(bare, "program.mjs"),
    `import { createEngine, sql } from "ormlet";
     createEngine("mysql://").execute(sql\`SELECT 1\`).catch((error) => console.log(error.code, error.hint));`,
  );
  const output = await succeeds(process.execPath, ["program.mjs"], bare);
  assert.is(output, "driver-missing npm install mysql2\n");
});

test.run();
