import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import { glob } from "tinyglobby";
import { Failure } from "../base/failure.js";
import { root } from "../base/paths.js";
import { type FileResult, runFile } from "../testing/run-files.js";
import { CulpritSearch } from "./culprit.js";
import type { OwnPlace } from "./merged.js";
import type { Package } from "./package.js";
import type { Part } from "./parts.js";

/** Seconds that one test file may take. */
const limit = 600;

/** Seconds up to which a file that fails is run again and again, to find out because of which part. */
const searchLimit = 60;

/**
 * What tests the package, chapters 1 to 6: not its own words and keys, which a reader's part need not have (wording),
 * nor what needs servers of its own to break (reliability), nor what tests the benchmark.
 */
const testFiles = [
  "orm/test/*.test.ts",
  "orm/test/{engine,mapping,session,query,relationships,integrity,notebook,package}/**/*.test.ts",
];

/** A test file that did not pass, and what is known of why. */
export interface FailedFile extends FileResult {
  /** Lines of parts that stand in what the tests printed. */
  places: OwnPlace[];
  /** It fails with the finished package as well, so no part is the reason. */
  failsAnyway: boolean;
  /** The part because of which it fails, when that was found. */
  culprit?: Part;
}

/** What runs next, for whoever watches. */
export interface SuiteProgress {
  /** A file has ended; `alone` when it was run a second time, by itself. */
  onFile?(result: FileResult, alone: boolean): void;
  /** It is looked for the part because of which this file fails. */
  onSearch?(file: string): void;
}

/**
 * The package's test files whose path holds one of the filters; all without any. They are the same in an
 * assembled package.
 *
 * @throws Failure when filters fit none
 */
export async function findTests(filters: readonly string[] = []): Promise<string[]> {
  const files = (await glob(testFiles, { cwd: root }))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
  if (files.length > 0 || filters.length === 0) return files;
  throw new Failure(`No test file of the package has ${filters.join(" or ")} in its path.`, {
    remedy: "Name a part of a path below orm/test, such as engine or pool.",
  });
}

/**
 * Runs the package's own tests on the assembled package, two files at a time. What fails is run once more by
 * itself, since some tests measure time and the machine may be busy. What fails again is run with the
 * finished package, which tells a part's fault from the machine's, and then with some of the parts, which tells
 * whose fault it is.
 *
 * @param parts those in the package
 * @param serverUrl a MySQL account that may create databases
 */
export async function runSuite(
  made: Package,
  parts: readonly Part[],
  files: readonly string[],
  serverUrl: string,
  { onFile = () => {}, onSearch = () => {} }: SuiteProgress = {},
): Promise<{ results: FileResult[]; failed: FailedFile[] }> {
  const run = (file: string, folder: string) =>
    runFile(file, { ORMLET_DATABASE_URL: serverUrl }, limit, undefined, folder);
  const passes = async (file: string, folder: string) => (await run(file, folder)).failed === 0;
  const queue = new PQueue({ concurrency: Math.min(2, availableParallelism()) });
  const results = await queue.addAll(
    files.map((file) => async () => {
      const result = await run(file, made.folder);
      onFile(result, false);
      return result;
    }),
  );
  const search = new CulpritSearch(parts, (file, { folder }) => passes(file, folder));
  const failed: FailedFile[] = [];
  for (const [index, { file, failed: count }] of results.entries()) {
    if (count === 0) continue;
    const result = await run(file, made.folder);
    onFile(result, true);
    results[index] = result;
    if (result.failed === 0) continue;
    const failsAnyway = !(await passes(file, root));
    const found: FailedFile = { ...result, places: placesIn(result, made), failsAnyway };
    failed.push(found);
    if (failsAnyway || result.seconds > searchLimit) continue;
    onSearch(file);
    const culprit = await search.find(file);
    if (culprit) found.culprit = culprit;
  }
  search.close();
  return { results, failed };
}

/** The lines of parts that stand in stack traces, each once. */
function placesIn({ output }: FileResult, { merged }: Package): OwnPlace[] {
  const places = new Map<string, OwnPlace>();
  for (const [, file = "", line] of output.matchAll(/orm\/src\/([\w/-]+\.ts):(\d+)/g)) {
    const place = merged.get(file)?.locate(Number(line));
    if (place) places.set(`${place.part.path}:${place.line}`, place);
  }
  return [...places.values()];
}
