import { createRequire } from "node:module";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import type { Converter, ConvertResult, Diagnostic, isCompleteCode } from "tslab/dist/converter.js";
import type { createExecutor, Executor } from "tslab/dist/executor.js";
import type { printQuickInfo } from "tslab/dist/inspect.js";
import type * as Jupyter from "tslab/dist/jupyter.js";
import type { getCodeMetadata } from "tslab/dist/metadata.js";
import { Failure } from "../base/failure.js";
import { patches } from "./patches.js";

export type { Converter, ConvertResult, Diagnostic, Executor, TypeScript };

/** The one version whose insides the patches know. */
const supported = "1.0.22";

/** What is used of tslab: the compiler of cells, their execution, completion and inspection. */
export interface Tslab {
  typescript: typeof TypeScript;
  createConverter(): Converter;
  createExecutor: typeof createExecutor;
  isCompleteCode: typeof isCompleteCode;
  printQuickInfo: typeof printQuickInfo;
  getCodeMetadata: typeof getCodeMetadata;
  /** Its `lastWriteDisplayData` is where `display.html()` and the like of a cell end up. */
  jupyter: { lastWriteDisplayData: typeof Jupyter.lastWriteDisplayData };
}

let loaded: Tslab | undefined;

/**
 * Loads tslab with the patches applied.
 *
 * tslab reads the compiler by `require`. The compiler's exports cannot be reassigned, so a copy that
 * holds the patched functions takes its place in the cache of `require` before tslab is loaded.
 *
 * @throws Failure when tslab is missing or has another version than the patches were made for
 */
export function loadTslab(): Tslab {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  checkVersion(require);
  const compilerPath = createRequire(require.resolve("tslab/package.json")).resolve(
    "@tslab/typescript-for-tslab",
  );
  const typescript = { ...require(compilerPath) } as typeof TypeScript;
  for (const patch of patches) patch(typescript);
  const cached = require.cache[compilerPath];
  if (cached !== undefined) cached.exports = typescript;

  const converter = require("tslab/dist/converter.js");
  loaded = {
    typescript,
    createConverter: () => converter.createConverter({ isJS: false, isBrowser: false }),
    createExecutor: require("tslab/dist/executor.js").createExecutor,
    isCompleteCode: converter.isCompleteCode,
    printQuickInfo: require("tslab/dist/inspect.js").printQuickInfo,
    getCodeMetadata: require("tslab/dist/metadata.js").getCodeMetadata,
    jupyter: require("tslab/dist/jupyter.js"),
  };
  return loaded;
}

function checkVersion(require: NodeJS.Require): void {
  let version: string;
  try {
    ({ version } = require("tslab/package.json"));
  } catch (cause) {
    throw new Failure("The kernel cannot start: the package tslab is not installed.", {
      remedy: "Run `npm install` in the course's folder, then restart the kernel.",
      cause,
    });
  }
  if (version === supported) return;
  throw new Failure(`The kernel cannot start: it needs tslab ${supported}, but found ${version}.`, {
    why: "It changes tslab's insides while it runs, and knows those of that one version.",
    remedy: "Run `npm ci` in the course's folder to get the right one, then restart the kernel.",
  });
}
