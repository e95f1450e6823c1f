// Writes the package as its users get it into a folder, from which npm packs and publishes it:
//     node orm/publish.mjs <folder>
// A checkout keeps a file for each module, as a learner reads and exchanges them. Users get the code of all modules in
// one file, since a process that imports two hundred pays for each of them: see bench/DIARY.md. Everything is compiled
// anew each time, so nothing old is ever packed.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";

const orm = dirname(fileURLToPath(import.meta.url));

const [target] = process.argv.slice(2);
if (target === undefined) stop("Which folder? node orm/publish.mjs <folder>");
await writePackage(resolve(target));

/** What npm packs: `package.json`, README, LICENSE, the types module by module, and the code in two files. */
async function writePackage(folder) {
  if (
    existsSync(folder) &&
    readdirSync(folder).length > 0 &&
    !existsSync(join(folder, "dist/ormlet.js"))
  ) {
    stop(`${folder} holds something else, which would be lost. Name another folder.`);
  }
  const work = mkdtempSync(join(tmpdir(), "ormlet-publish-"));
  try {
    const [modules, made] = [join(work, "modules"), join(work, "package")];
    compile(modules, join(made, "dist"));
    await bundle(modules, join(made, "dist"));
    for (const name of ["README.md", "LICENSE"]) cpSync(join(orm, name), join(made, name));
    writeFileSync(join(made, "package.json"), manifest());
    rmSync(folder, { recursive: true, force: true });
    cpSync(made, folder, { recursive: true });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Compiles every module by itself, its JavaScript into one folder, its types into another. The comments go with the
 * types, where editors show them; in the code, each process would read past them.
 */
function compile(code, types) {
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
  const run = [join(dirname(compiler), "bin/tsc"), "-p", orm, "--composite", "false"];
  const once = ["--incremental", "false", "--tsBuildInfoFile", "null", "--outDir"];
  for (const own of [
    [code, "--declaration", "false", "--removeComments"],
    [types, "--emitDeclarationOnly"],
  ]) {
    execFileSync(process.execPath, [...run, ...once, ...own], { stdio: "inherit" });
  }
}

/**
 * Puts the code into `ormlet.js`, and that of the drawings for notebooks, which a program has no use for, into
 * `notebook.js`. Each module keeps a file of its own name, which hands on what the module exports: so `ormlet` and
 * `ormlet/internal/engine/pool` are the same code, loaded once.
 */
async function bundle(modules, dist) {
  const input = {};
  for (const name of readdirSync(modules, { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const path = join(modules, name);
    if (readFileSync(path, "utf8") !== "export {};\n") input[name.slice(0, -3)] = path;
    // Nothing but types: there is no code to hand on.
    else cpSync(path, join(dist, name));
  }
  const build = await rollup({
    input,
    external: (id) => id === "mysql2" || id.startsWith("node:"),
    // Whatever could have an effect stays; a file that only hands names on needs nothing of Node.js.
    treeshake: { preset: "safest", moduleSideEffects: "no-external" },
    preserveEntrySignatures: "strict",
    onLog(_, { code, message }) {
      // Functions of two modules may need each other. Whatever else Rollup remarks is a mistake.
      if (code !== "CIRCULAR_DEPENDENCY") throw new Error(message);
    },
  });
  await build.write({
    dir: dist,
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    manualChunks(id) {
      const name = relative(modules, id);
      // These two are lists of what is public, and stay so: apart from them, no name of the other files is.
      if (name === "index.js" || name === join("notebook", "index.js")) return undefined;
      return name.startsWith("notebook") ? "notebook" : "ormlet";
    },
    // Names stay what they are in the source, so that a stack trace can be read; there is no source map.
    minifyInternalExports: false,
    hoistTransitiveImports: false,
  });
  await build.close();
}

/** The checkout's own, without what only a checkout needs; `private` keeps that from being published itself. */
function manifest() {
  const text = readFileSync(join(orm, "package.json"), "utf8");
  const { private: _private, devDependencies: _tools, ...published } = JSON.parse(text);
  return `${JSON.stringify(published, undefined, 2)}\n`;
}

function stop(problem) {
  console.error(problem);
  process.exit(2);
}
