import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../../src/base/failure.js";
import { gradeExercise } from "../../src/judge/index.js";
import { runNotebook } from "../../src/notebooks/run-notebook.js";
import { withConnection } from "../../src/server/connect.js";
import { ensureServer, killServer, stopServer } from "../../src/server/index.js";
import { until } from "../setup/checkout.js";

/** A server of these tests' own, which they may kill. */
const instance = "faults";

const test = suite<{ folder: string }>("MySQL is killed in the middle");

test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), "ormlet-faults-"));
});
test.after(async ({ folder }) => {
  await stopServer(instance);
  await rm(folder, { recursive: true, force: true });
});

/** Waits until the server is busy with the statement, however long the program takes to get there. */
async function isSleeping(url: string): Promise<void> {
  await withConnection(url, (admin) =>
    until(
      "the statement is running",
      async () => {
        const [rows] = await admin.query(
          "SELECT 1 FROM performance_schema.processlist WHERE info LIKE 'SELECT SLEEP%'",
        );
        return (rows as unknown[]).length > 0;
      },
      60,
    ),
  );
}

async function notebook(folder: string, statement: string): Promise<string> {
  const cells = [
    `import { openDatabase } from "course";
     import { createEngine, sql } from "ormlet";
     const engine = createEngine(await openDatabase("faults"));`,
    `await engine.execute(sql\`${statement}\`);`,
  ].map((source, index) => ({
    cell_type: "code",
    id: `cell-${index}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  const path = join(folder, "faults.ipynb");
  const document = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
  await writeFile(path, JSON.stringify(document));
  return path;
}

test("of a notebook cell: a clear error, and a re-run works", async ({ folder }) => {
  const { url } = await ensureServer({ instance });
  const path = await notebook(folder, "SELECT SLEEP(30) AS slept");
  const running = runNotebook(path, { env: { ORMLET_DATABASE_URL: url } });
  await isSleeping(url);
  await killServer(instance);
  const error = (await running)[0]?.at(-1)?.error;
  assert.is(error?.name, "OperationalError");
  assert.match(error?.message ?? "", /^The connection was lost: /);

  const again = await ensureServer({ instance });
  await notebook(folder, "SELECT 1 AS one");
  const results = (await runNotebook(path, { env: { ORMLET_DATABASE_URL: again.url } }))[0] ?? [];
  assert.equal(
    results.map((cell) => cell.error),
    [undefined, undefined],
  );
});

test("of a grading run: not graded, said why, and a re-run works", async ({ folder }) => {
  const { url } = await ensureServer({ instance });
  const file = join(folder, "slow.ts");
  await writeFile(
    file,
    `import { type Engine, sql } from "ormlet";
     export async function findMembers(engine: Engine): Promise<never[]> {
       await engine.execute(sql\`SELECT SLEEP(3)\`);
       return [];
     }`,
  );
  const grading = gradeExercise({ id: "1.1", submission: { file }, serverUrl: url }).then(
    () => undefined,
    (error: unknown) => error,
  );
  await isSleeping(url);
  await killServer(instance);
  const failure = await grading;
  assert.instance(failure, Failure);
  assert.match((failure as Failure).message, /not graded|MySQL/i);
  assert.ok((failure as Failure).remedy, "it says what to do");

  const again = await ensureServer({ instance });
  const report = await gradeExercise({
    id: "1.1",
    submission: "solution",
    serverUrl: again.url,
  });
  assert.is(report.points, report.max);
  assert.ok(report.max > 0);
});

test.run();
