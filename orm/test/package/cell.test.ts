import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { installKernel, kernelName } from "../../../grader/src/kernel/install.js";
import { type NbCell, textOf } from "../../../grader/src/notebooks/notebook.js";
import { runOnRealKernel } from "../../../grader/test/kernel/real-kernel.js";
import { testDatabase } from "../support.js";
import { makeProject, modules, packed } from "./packed.js";

const test = suite("notebooks that use the package as npm gives it");
const database = testDatabase(test);
const tarball = packed(test);
let project: string;

test.before(async () => {
  project = await makeProject(tarball, "module");
});

/** Cells that mix what the package exports with what the course's own take from inside it. */
const cells = (url: string): string[] => [
  `import {
  createEngine, decimal, declarativeBase, integer, manyToOne, oneToMany, Session, select, varchar,
} from "ormlet";
import { OrmletError } from "ormlet/internal/engine/errors";
import { mapperOf } from "ormlet/internal/mapping/mapper";
import { table } from "ormlet/notebook";

const engine = createEngine(${JSON.stringify(url)});
const Base = declarativeBase();`,
  `class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100).unique(),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
}) {}

await Base.metadata.dropAll(engine);
await Base.metadata.createAll(engine);`,
  `const session = new Session(engine);
session.add(new Author({ name: "Ada", books: [new Book({ title: "Notes", price: "9.9" })] }));
await session.commit();
const dear = select({ title: Book.c.title, price: Book.c.price }).where(Book.c.price.gt("9"));
table(await session.execute(dear).all());`,
  "mapperOf(Book).table.name",
  `session.add(new Author({ name: "Ada" }));
let told: unknown[] = [];
try {
  await session.commit();
} catch (error) {
  told = [error instanceof OrmletError, (error as OrmletError).code];
}
await session.close();
await Base.metadata.dropAll(engine);
told`,
  `require.resolve("ormlet")`,
];

const outputs = [
  "",
  "",
  "title  price\n-----  -----\nNotes  9.90",
  "books",
  "[ true, 'duplicate-key' ]",
];

/** Installs a kernel for the Jupyter that looks there; gives the folder of the package that its cells import. */
type Install = (prefix: string) => Promise<string>;

const kernels: Record<string, Install> = {
  async "the course's kernel"(prefix) {
    // It takes another package from where a learner's is assembled, which no node_modules holds.
    const unpacked = join(project, "ormlet");
    await cp(join(project, "node_modules/ormlet"), unpacked, { recursive: true });
    await installKernel(prefix, undefined, unpacked);
    return unpacked;
  },
  async "tslab alone"(prefix) {
    const folder = join(prefix, "share/jupyter/kernels", kernelName);
    const program = [process.execPath, join(modules, "tslab/bin/tslab"), "kernel"];
    const argv = [...program, "--config-path={connection_file}"];
    await mkdir(folder, { recursive: true });
    const spec = { argv, display_name: "TypeScript", language: "typescript" };
    await writeFile(join(folder, "kernel.json"), JSON.stringify(spec));
    return join(project, "node_modules/ormlet");
  },
};

for (const [name, install] of Object.entries(kernels)) {
  test(`cells of ${name} import it, and work with it on the server`, async () => {
    const prefix = await mkdtemp(join(tarball.folder, "jupyter-"));
    const used = await install(prefix);
    const path = join(project, "library.ipynb");
    await writeFile(path, notebookOf(cells(database.url)));
    const environment = {
      JUPYTER_PATH: join(prefix, "share/jupyter"),
      JUPYTER_RUNTIME_DIR: join(prefix, "run"),
    };
    const remove = () => rm(prefix, { recursive: true, force: true });
    const { error, notebook } = await runOnRealKernel(path, { environment, remove });
    await remove();
    assert.is(error, null, error ?? "");
    assert.equal(notebook.cells.map(shown), [...outputs, join(used, "dist/index.js")]);
  });
}

/** What a cell shows, as text. */
function shown({ outputs = [] }: NbCell): string {
  return outputs
    .map((output) => {
      if ("data" in output) return textOf(output.data["text/plain"] as string | string[]);
      return "text" in output ? textOf(output.text as string | string[]) : JSON.stringify(output);
    })
    .join("")
    .trimEnd();
}

/** A notebook's file with these cells of code. */
function notebookOf(sources: readonly string[]): string {
  const cells = sources.map((source, index) => {
    const code = { cell_type: "code", metadata: {}, outputs: [], execution_count: null };
    return { id: `cell-${index}`, source, ...code };
  });
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

test.run();
