import { chmod, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTests } from "../judge/behaviour.js";
import { fillBox, makeReadable } from "../judge/box.js";
import { type Catalogue, type ExerciseEntry, target } from "../judge/catalogue.js";
import { openRunDatabase, type RunDatabase } from "../judge/database.js";
import type { Exercise } from "../judge/exercise.js";
import { type Pristine, pristine } from "../judge/pristine.js";
import { makeRunFolder, type RunFolder } from "../judge/run-folder.js";
import { RunnerProcess } from "../judge/runner-process.js";

/** A folder and a database in which one text after the other is tested, as the judge tests one. */
export class Workbench {
  readonly #entry: ExerciseEntry;
  readonly #exercise: Exercise;
  readonly #folder: RunFolder;
  readonly #shared: Pristine;
  readonly #database: RunDatabase;

  private constructor(
    entry: ExerciseEntry,
    exercise: Exercise,
    folder: RunFolder,
    shared: Pristine,
    database: RunDatabase,
  ) {
    this.#entry = entry;
    this.#exercise = exercise;
    this.#folder = folder;
    this.#shared = shared;
    this.#database = database;
  }

  /** Makes one; `close` it at the end. @throws Failure when the server cannot be reached */
  static async open(
    catalogue: Catalogue,
    entry: ExerciseEntry,
    exercise: Exercise,
    serverUrl: string,
  ): Promise<Workbench> {
    const shared = await pristine();
    const folder = await makeRunFolder();
    try {
      await fillBox(catalogue, entry, folder, shared);
      if (entry.kind === "build") await placePackage(folder, shared);
      const database = await openRunDatabase(serverUrl);
      return new Workbench(entry, exercise, folder, shared, database);
    } catch (error) {
      await folder.release();
      throw error;
    }
  }

  /**
   * Tests a text until the first test that fails.
   *
   * @param code JavaScript
   * @returns the name of that test; undefined when all pass
   */
  async firstFailure(code: string, seed: number): Promise<string | undefined> {
    const finished = this.#entry.kind === "use";
    const { file, module } = target(this.#entry);
    const place = finished
      ? join(this.#folder.box, "submission.js")
      : join(packageIn(this.#folder), "dist", file.replace(/ts$/, "js"));
    await writeFile(place, code);
    await chmod(place, 0o644);
    const start = () =>
      new RunnerProcess(
        this.#folder,
        this.#shared,
        finished ? "./submission.js" : module,
        finished,
      );
    const reports = await runTests(
      this.#exercise,
      this.#database,
      seed,
      start,
      undefined,
      "failure",
    );
    return reports.find(({ status }) => status === "fail")?.name;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#database.release(), this.#folder.release()]);
  }
}

const packageIn = ({ box }: RunFolder): string => join(box, "node_modules", "ormlet");

/** A copy of the finished package, in which one module is written over. */
async function placePackage(folder: RunFolder, shared: Pristine): Promise<void> {
  const from = join(shared.modules, "ormlet");
  const to = packageIn(folder);
  await mkdir(to, { recursive: true });
  await cp(join(from, "package.json"), join(to, "package.json"));
  await cp(join(from, "dist"), join(to, "dist"), {
    recursive: true,
    filter: (path) => !path.endsWith(".d.ts"),
  });
  makeReadable(folder.box);
}
