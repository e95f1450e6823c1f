import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testDatabase } from "../support.js";

const test = suite("the package as its users get it");
const database = testDatabase(test);
const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const orm = fileURLToPath(new URL("../..", import.meta.url));
const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));
const compilers = {
  "5.0.4": join(modules, "@tslab/typescript-for-tslab/bin/tsc"),
  7: join(modules, "typescript/bin/tsc"),
};
/** The fixtures of chapter 4. */
const queryFixtures = ["query", "query-strict"];
let folder: string;

/** Runs a program; its output is in the error when it fails. */
async function succeeds(file: string, parameters: string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run(file, parameters, { cwd, timeout: 60_000 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${file} ${parameters.join(" ")}\n${stdout}${stderr}`);
  }
}

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "ormlet-consumer-"));
  await succeeds(process.execPath, [compilers[7], "-b", orm], orm);
  await succeeds("npm", ["pack", "--pack-destination", folder], orm);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  const { devDependencies } = JSON.parse(await readFile(join(orm, "package.json"), "utf8"));
  await mkdir(join(folder, "esm"));
  await writeFile(join(folder, "esm/package.json"), '{ "type": "module", "private": true }');
  const quietly = ["--no-audit", "--no-fund", "--prefer-offline"];
  const packages = [join(folder, tarball), `mysql2@${devDependencies.mysql2}`];
  await succeeds("npm", ["install", ...quietly, ...packages], join(folder, "esm"));
  await mkdir(join(folder, "cjs"));
  await writeFile(join(folder, "cjs/package.json"), '{ "type": "commonjs", "private": true }');
  await succeeds("npm", ["install", ...quietly, ...packages], join(folder, "cjs"));
  for (const project of ["esm", "cjs"]) {
    for (const fixture of [
      "types",
      "types-strict",
      "mapped",
      "mapped-strict",
      "session",
      "loaded",
      ...queryFixtures,
    ]) {
      await copyFile(join(here, `${fixture}.fixture.ts`), join(folder, project, `${fixture}.ts`));
    }
  }
});

test.after(() => rm(folder, { recursive: true, force: true }));

const program = `
const main = async () => {
  const engine = createEngine(process.argv[2]);
  await engine.begin(async (connection) => {
    await connection.execute(sql\`CREATE TEMPORARY TABLE books (id BIGINT PRIMARY KEY, price DECIMAL(5,2))\`);
    await connection.execute(sql\`INSERT INTO books VALUES (\${2n ** 60n}, \${"9.99"})\`);
    console.log(await connection.execute(sql\`SELECT * FROM books\`));
  });
  console.log(String(table([{ one: 1 }])));
};
main();
`;
const expected = "[ { id: 1152921504606846976n, price: '9.99' } ]\none\n---\n  1\n";

test("an ESM project imports it, runs, and ends without dispose", async () => {
  const imports = `import { createEngine, sql } from "ormlet";\nimport { table } from "ormlet/notebook";`;
  await writeFile(join(folder, "esm/program.js"), imports + program);
  const output = await succeeds("node", ["program.js", database.url], join(folder, "esm"));
  assert.is(output, expected);
});

test("a CommonJS project requires it", async () => {
  const imports = `const { createEngine, sql } = require("ormlet");\nconst { table } = require("ormlet/notebook");`;
  await writeFile(join(folder, "cjs/program.js"), imports + program);
  const output = await succeeds("node", ["program.js", database.url], join(folder, "cjs"));
  assert.is(output, expected);
});

test("without mysql2 it says what to install", async () => {
  const bare = join(folder, "bare/node_modules");
  await mkdir(bare, { recursive: true });
  await succeeds("cp", ["-r", join(folder, "esm/node_modules/ormlet"), bare], folder);
  await writeFile(
    join(folder, "bare/program.mjs"),
    `import { createEngine, sql } from "ormlet";
     createEngine("mysql://").execute(sql\`SELECT 1\`).catch((error) => console.log(error.code, error.hint));`,
  );
  const output = await succeeds("node", ["program.mjs"], join(folder, "bare"));
  assert.is(output, "driver-missing npm install mysql2\n");
});

type Project = "esm" | "cjs";
const settings: [
  compiler: keyof typeof compilers,
  Project,
  strict: boolean,
  module: [string, string],
][] = [
  ["5.0.4", "cjs", true, ["commonjs", "node"]],
  ["5.0.4", "cjs", false, ["commonjs", "node"]],
  ["5.0.4", "esm", true, ["node16", "node16"]],
  ["5.0.4", "esm", false, ["node16", "node16"]],
  ["5.0.4", "esm", true, ["esnext", "bundler"]],
  [7, "cjs", true, ["nodenext", "nodenext"]],
  [7, "esm", true, ["nodenext", "nodenext"]],
  [7, "esm", false, ["esnext", "bundler"]],
];

for (const [compiler, project, strict, module] of settings) {
  const mode = strict ? "strict" : "not strict";
  test(`TypeScript ${compiler}, ${mode}, ${project}, ${module[1]}`, async () => {
    // No @types/node, no DOM, and every .d.ts is checked.
    const [moduleOption, resolution] = module;
    const compilerOptions = {
      ...{
        noEmit: true,
        target: "es2022",
        lib: ["es2022"],
        types: [],
        skipLibCheck: false,
        strict,
      },
      ...{ module: moduleOption, moduleResolution: resolution },
    };
    const files = ["types.ts", "mapped.ts", "session.ts", "loaded.ts", "query.ts"];
    if (strict) files.push("types-strict.ts", "mapped-strict.ts", "query-strict.ts");
    const settings = JSON.stringify({ compilerOptions, files });
    await writeFile(join(folder, project, "tsconfig.json"), settings);
    await succeeds(process.execPath, [compilers[compiler], "-p", "."], join(folder, project));
  });
}

test("no published type needs mysql2 or Node's types, and none shows what is internal", async () => {
  const types = join(folder, "esm/node_modules/ormlet/dist");
  for (const name of await readdir(types, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const text = await readFile(join(types, name), "utf8");
    assert.not.match(text, /from "(mysql2|node:)|unique symbol|\bprivate\b|#private|: any\b/, name);
  }
});

test.run();
