import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { createConnection } from "mysql2/promise";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";
import { type CellResult, runNotebook } from "../../src/notebooks/run-notebook.js";

const test = suite<{ folder: string }>("database of a notebook");

test.before(async (context) => {
  context.folder = await mkdtemp(`${tmpdir()}/ormlet-notebooks-`);
});

test.after(({ folder }) => rm(folder, { recursive: true, force: true }));

/** Opens it, fills it, and leaves a transaction open: each Run All must find it empty again. */
const cells = [
  `import { openDatabase } from "${inRoot("grader/dist/notebooks/database.js")}";
const url = await openDatabase("90-test");
new URL(url).pathname.slice(1)`,
  `import { createConnection } from "mysql2/promise";
const connection = await createConnection(url);
connection.on("error", () => {});
await connection.query("CREATE TABLE book (id INT PRIMARY KEY)");
await connection.query("BEGIN");
await connection.query("INSERT INTO book VALUES (1)");`,
];

async function run(folder: string, env: Record<string, string>): Promise<CellResult[][]> {
  const path = `${folder}/database.ipynb`;
  const code = cells.map((source, index) => ({
    id: `cell-${index}`,
    cell_type: "code",
    source,
    metadata: {},
  }));
  await writeFile(
    path,
    JSON.stringify({ cells: code, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  return runNotebook(path, { times: 2, env });
}

function nameIn(results: CellResult[] | undefined): unknown {
  const [output] = results?.[0]?.outputs ?? [];
  return output !== undefined && "data" in output ? output.data["text/plain"] : undefined;
}

test("it is empty at each Run All, and gone at the end", async ({ folder }) => {
  const runs = await run(folder, {});
  assert.equal(
    runs.flat().map(({ error }) => error),
    [undefined, undefined, undefined, undefined],
  );
  const names = runs.map(nameIn);
  assert.not.equal(names[0], names[1]);
  const connection = await createConnection(process.env.ORMLET_DATABASE_URL ?? "");
  try {
    for (const name of names) {
      assert.match(String(name), /^ormlet_90_test_[0-9a-f]{8}$/);
      const [rows] = await connection.query(
        "SELECT schema_name AS found FROM information_schema.schemata WHERE schema_name = ?" +
          " UNION SELECT user FROM mysql.user WHERE user = ?",
        [name, name],
      );
      assert.equal(rows, []);
    }
  } finally {
    await connection.end();
  }
});

test.run();
