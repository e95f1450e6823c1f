import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import {
  fromNpm,
  here,
  type ModuleType,
  makeProject,
  modules,
  packed,
  succeeds,
} from "./packed.js";

const test = suite("the package's types, as its users' compilers read them");
const tarball = packed(test);
const compilers: Record<string, () => Promise<string>> = {
  "5.0.4": () => fromNpm("typescript", "5.0.4"),
  "5.9": () => fromNpm("typescript", "5.9"),
  "7": async () => join(modules, "typescript"),
};

/** What must and what must not compile; the second ones in strict mode only. */
const fixtures = ["types", "mapped", "session", "loaded", "query", "hybrid", "events", "library"];
const strictFixtures = ["types-strict", "mapped-strict", "query-strict"];

const projects = new Map<ModuleType, string>();

test.before(async () => {
  for (const type of ["module", "commonjs"] as const) {
    const folder = await makeProject(tarball, type);
    for (const name of [...fixtures, ...strictFixtures]) {
      await copyFile(join(here, `${name}.fixture.ts`), join(folder, `${name}.ts`));
    }
    projects.set(type, folder);
  }
});

type Setting = [
  compiler: string,
  ModuleType,
  strict: boolean,
  module: string,
  moduleResolution: string,
];
const settings: Setting[] = [
  ["5.0.4", "commonjs", true, "commonjs", "node10"],
  ["5.0.4", "commonjs", false, "commonjs", "node10"],
  ["5.0.4", "module", true, "esnext", "node10"],
  ["5.0.4", "module", true, "node16", "node16"],
  ["5.0.4", "module", false, "nodenext", "nodenext"],
  ["5.0.4", "module", true, "esnext", "bundler"],
  ["5.9", "module", true, "nodenext", "nodenext"],
  ["5.9", "commonjs", true, "nodenext", "nodenext"],
  ["5.9", "module", true, "esnext", "bundler"],
  ["5.9", "module", false, "preserve", "bundler"],
  ["7", "module", true, "nodenext", "nodenext"],
  ["7", "commonjs", true, "nodenext", "nodenext"],
  ["7", "module", true, "esnext", "bundler"],
  ["7", "module", false, "esnext", "bundler"],
];

for (const [compiler, type, strict, module, moduleResolution] of settings) {
  const mode = strict ? "strict" : "not strict";
  test(`TypeScript ${compiler}, ${mode}, ${type}, ${module}, ${moduleResolution}`, async () => {
    // No @types/node, no DOM, and every .d.ts is checked.
    const library = { target: "es2022", lib: ["es2022"], types: [], skipLibCheck: false };
    const compilerOptions = { noEmit: true, strict, module, moduleResolution, ...library };
    const names = strict ? [...fixtures, ...strictFixtures] : fixtures;
    const files = names.map((name) => `${name}.ts`);
    const folder = projects.get(type) ?? "";
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const tsc = join((await compilers[compiler]?.()) ?? "", "bin/tsc");
    await succeeds(process.execPath, [tsc, "-p", "."], folder, 120);
  });
}

test.run();
