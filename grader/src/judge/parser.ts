import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import type TypeScript from "@tslab/typescript-for-tslab";
import { inState } from "../base/paths.js";

/** TypeScript's parser. The native compiler has no API for it that is stable. */
export const parser: typeof TypeScript = load();

/**
 * Loads the package with V8's compiled code from an earlier run: it is 9 MB of source, and a learner
 * waits for it. V8 itself refuses code that another version or other options have made.
 */
function load(): typeof TypeScript {
  const require = createRequire(import.meta.url);
  const file = require.resolve("@tslab/typescript-for-tslab");
  const { size, mtimeMs } = statSync(file);
  const cache = inState("cache", `parser-${process.version}-${size}-${Math.floor(mtimeMs)}`);
  const cachedData = readOrNothing(cache);
  const own = "exports, require, module, __filename, __dirname";
  const source = `(function (${own}) { ${readFileSync(file, "utf8")}\n})`;
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} as typeof TypeScript };
  const run = script.runInThisContext() as (...parts: unknown[]) => void;
  run(module.exports, createRequire(file), module, file, dirname(file));
  if (!cachedData || script.cachedDataRejected) {
    // Not at once: functions that are called until then are compiled, and are kept too.
    process.once("exit", () => keep(cache, script));
  }
  return module.exports;
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function keep(path: string, script: Script): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, script.createCachedData());
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    // A read-only checkout: the next run compiles again.
  }
}
