import { statSync } from "node:fs";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import { renameEarlier } from "./earlier-names.js";
import { otherPackage, pathsTo } from "./ormlet-package.js";
import { attachMaps, detachMap } from "./source-maps.js";

type Compiler = typeof TypeScript;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Builder = TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;

/** Each changes one thing in (a copy of) the compiler before tslab sees it. */
export const patches: readonly ((compiler: Mutable<Compiler>) => void)[] = [
  checkStrictly,
  keepLineNumbers,
  joinMessageChains,
  watchOnDemand,
];

/**
 * Why: tslab compiles cells without `strict` and takes in the types of every package in
 * `node_modules/@types`. Here is also where names of earlier cells can be rewritten before tslab does
 * that: see `renameEarlier`. And it knows nothing of another `ormlet` than the one that is installed.
 */
function checkStrictly(compiler: Mutable<Compiler>): void {
  const original = compiler.createWatchCompilerHost as (...parameters: unknown[]) => unknown;
  const ormlet = otherPackage();
  const paths = ormlet === undefined ? {} : { paths: pathsTo(ormlet) };
  const patched = (roots: unknown, options: object, ...rest: unknown[]) => {
    const host = original(
      roots,
      // Cells are sloppy scripts at run time; `alwaysStrict` would contradict tslab's own options.
      {
        ...{ ...options, strict: true, alwaysStrict: false, types: ["node"] },
        ...{ inlineSourceMap: true, ...paths },
      },
      ...rest,
    ) as TypeScript.WatchCompilerHostOfFilesAndCompilerOptions<Builder>;
    const createProgram = host.createProgram;
    host.createProgram = (...parameters) => {
      const builder = createProgram(...parameters);
      const emit = builder.emit;
      builder.emit = (file, write, token, onlyDeclarations, transformers) =>
        emit(file, write, token, onlyDeclarations, {
          ...transformers,
          before: [renameEarlier(compiler, builder.getProgram().getTypeChecker())],
        });
      return builder;
    };
    return host;
  };
  compiler.createWatchCompilerHost = patched as unknown as Compiler["createWatchCompilerHost"];
}

/**
 * Why: tslab compiles in two steps, TypeScript to ES modules to CommonJS, and throws away what says
 * which line came from where. Both maps are kept, as a comment at the end of the output.
 */
function keepLineNumbers(compiler: Mutable<Compiler>): void {
  const original = compiler.transpileModule;
  compiler.transpileModule = (input, options) => {
    const first = detachMap(input);
    const output = original(first.code, {
      ...options,
      compilerOptions: { ...options.compilerOptions, sourceMap: true },
    });
    const second = output.sourceMapText === undefined ? [] : [JSON.parse(output.sourceMapText)];
    const code = detachMap(output.outputText).code;
    return { ...output, outputText: attachMaps(code, [...second, ...first.maps]) };
  };
}

/**
 * Why: tslab reports each link of a long message as an error of its own, and forgets the file that
 * the message is about. One message with its links below it keeps both.
 */
function joinMessageChains(compiler: Mutable<Compiler>): void {
  // Not in the public types: an addition of the compiler that comes with tslab.
  const withFiles = compiler as unknown as {
    getPreEmitDiagnosticsOfFiles(...parameters: unknown[]): TypeScript.Diagnostic[];
  };
  const original = withFiles.getPreEmitDiagnosticsOfFiles;
  withFiles.getPreEmitDiagnosticsOfFiles = (...parameters) =>
    original(...parameters).map((diagnostic) => ({
      ...diagnostic,
      messageText: compiler.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
    }));
}

interface Watched {
  callback: TypeScript.FileWatcherCallback;
  stamp: string;
}

const watched = new Map<string, Watched>();

/**
 * Why: tslab lets the compiler watch files in the background. A file that a cell imported before it
 * existed then wedges the compiler for good once it is made, and a change is seen late. So nothing is
 * watched; `noticeChanges` looks at the files, right before a cell is compiled.
 */
function watchOnDemand(compiler: Mutable<Compiler>): void {
  compiler.sys.watchDirectory = () => ({ close() {} });
  compiler.sys.watchFile = (path, callback) => {
    if (isOurs(path)) watched.set(path, { callback, stamp: stampOf(path) });
    return { close: () => void watched.delete(path) };
  };
}

/** Tells the compiler of local files that were changed, made or removed since it last looked. */
export function noticeChanges(compiler: Compiler): void {
  let changed = false;
  for (const [path, file] of watched) {
    const stamp = stampOf(path);
    if (stamp === file.stamp) continue;
    file.stamp = stamp;
    changed = true;
  }
  if (!changed) return;
  // All of them: a file that imports a changed file has to be loaded anew as well.
  for (const [path, { callback, stamp }] of [...watched]) {
    const kind = compiler.FileWatcherEventKind;
    callback(path, stamp === "" ? kind.Deleted : kind.Changed);
  }
}

function isOurs(path: string): boolean {
  return /\.tsx?$|\.m?js$/.test(path) && !path.includes("/node_modules/");
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.mtimeMs} ${found.size} ${found.ino}`;
}

/**
 * Why: tslab has a cell run as an async function when it sees `await` outside of functions, but
 * overlooks the one in `for await (…)`.
 */
export function loopsWithAwait(ts: Compiler, code: string): boolean {
  if (!/\bfor\s+await\b/.test(code)) return false;
  const seek = (node: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    return ts.forEachChild(node, (child) => seek(child) || undefined) ?? false;
  };
  return seek(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true));
}
