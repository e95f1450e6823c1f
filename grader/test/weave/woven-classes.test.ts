import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import ts from "@tslab/typescript-for-tslab";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../src/base/paths.js";
import { runNotebook } from "../../src/notebooks/run-notebook.js";
import { toIpynb } from "../../src/weave/course.js";
import { weaveCourse } from "../../src/weave/index.js";
import { newCell, printNotebook } from "../../src/weave/ipynb.js";
import type { Block, CodeBlock } from "../../src/weave/model.js";
import { type Declaration, nameOf } from "../../src/weave/modules.js";
import { type WovenNotebook, weaveSource } from "../../src/weave/notebook.js";

/**
 * How a cell hands an instance of a woven class to the package, and what it prints. Each use is a block of its
 * own, after all woven cells of the notebook; `ormlet` is the package, a bare name is what a cell defines.
 */
interface Use {
  code: string;
  prints: string;
  /** For a class that no function of the package takes, as the test checks: why. */
  notTaken?: string;
}

const driver = `
const lines: string[] = [];
const driver = {
  id: 1, alive: true, inTransaction: false,
  run: (text: string) =>
    text === "SELECT 1" ? Promise.reject(error)
      : Promise.resolve({ columns: [], rows: [], rowCount: 0, firstKey: undefined }),
  ping: async () => {}, close: async () => {}, destroy: () => {},
};
const theirConnection = new ormlet.Connection({
  driver, dialect: ormlet.mysqlDialect, echo: (line) => lines.push(line),
  giveBack: driver.close, closed: false, begun: false, inFlight: 0,
});
const caught = (work: Promise<unknown>) => work.then(() => undefined, (thrown) => thrown);`;

/** The package's connection gets the error from a driver, as it gets every error of a database. */
function errorUse(name: string): Use {
  const code = `
const error: ormlet.${name} = new ${name}("No shelf.", { code: "shelf", hint: "Build one." });
${driver}
const thrown = await caught(theirConnection.execute(ormlet.sql\`SELECT 1\`));
console.log(thrown === error, thrown.name, lines.map((line) => line.replace(/, .*/, "")));`;
  return {
    code,
    prints: `true ${name} [ 'SELECT 1  (failed' ]`,
    notTaken: "Errors come in by being thrown, and what is thrown has no type.",
  };
}

const deadlock: Use = {
  code: `
const error: ormlet.DeadlockError = new DeadlockError("No way.", { code: "deadlock" });
${driver}
const refused = await caught(theirConnection.begin(async (same) => {
  await caught(same.execute(ormlet.sql\`SELECT 1\`));
}));
console.log(refused.code, refused.cause === error);`,
  prints: "transaction-ended true",
  notTaken: errorUse("DeadlockError").notTaken ?? "",
};

const fragment: Use = {
  code: `
const one = new Fragment<{ one: number }>([{ kind: "text", text: "SELECT 1 AS one" }]);
const theirEngine = ormlet.createEngine(process.env.ORMLET_DATABASE_URL ?? "");
const [row] = await theirEngine.execute(one);
const [sum] = await theirEngine.execute(ormlet.sql\`SELECT (\${one}) + \${1} AS two\`);
await theirEngine.dispose();
const exact: number | undefined = row?.one;
console.log(exact, sum, showSql(one).toString(), hasBrand(one, "fragment"));`,
  prints: "1 { two: 2 } SELECT 1 AS one true",
};

const engine: Use = {
  code: `
const mine = createEngine(process.env.ORMLET_DATABASE_URL ?? "");
const same: ormlet.Engine = mine;
const rows = await internal.withConnection(mine.state, (connection) =>
  connection.execute(ormlet.sql\`SELECT 1 AS one\`));
await same.dispose();
console.log(rows, mine.pool.open);`,
  prints: "[ { one: 1 } ] 0",
  notTaken: "Functions of this floor take its `state`.",
};

const connection: Use = {
  code: `
const mine = createEngine(process.env.ORMLET_DATABASE_URL ?? "");
const { state } = await mine.connect();
const own = new Connection(state);
const same: ormlet.Connection = own;
console.log(await executeStatement(own.state, ormlet.sql\`SELECT 1 AS one\`), same.dialect.name);
await own.close();
await mine.dispose();`,
  prints: "[ { one: 1 } ] mysql",
  notTaken: "Functions of this floor take its `state`.",
};

const errors = [
  ..."OrmletError ArgumentError InvalidRequestError PoolTimeoutError DatabaseError".split(" "),
  ..."IntegrityError OperationalError ProgrammingError DataError".split(" "),
].map((name): [string, Use] => [`engine/errors.ts#${name}`, errorUse(name)]);

const uses: Readonly<Record<string, Use>> = {
  ...Object.fromEntries(errors),
  "engine/errors.ts#DeadlockError": deadlock,
  "engine/sql.ts#Fragment": fragment,
  "engine/engine.ts#Engine": engine,
  "engine/connection.ts#Connection": connection,
};

const imports = `import * as ormlet from "ormlet";
import { hasBrand } from "ormlet/internal/engine/brand";
import { executeStatement } from "ormlet/internal/engine/connection";
import * as internal from "ormlet/internal/engine/engine";
import { showSql } from "ormlet/notebook";`;

const test = suite<{ folder: string }>("weave: woven classes and the package");
const course = weaveCourse(root);

test.before(async (context) => {
  context.folder = await mkdtemp(`${tmpdir()}/ormlet-woven-classes-`);
});

test.after(({ folder }) => rm(folder, { recursive: true, force: true }));

const isClass = ({ statements }: Declaration) => statements.some(ts.isClassDeclaration);

/** The classes of `orm/src` that a notebook, or an exercise in it, holds. */
function classesOf({ placements }: WovenNotebook): Declaration[] {
  return placements.map((one) => one.declaration).filter(isClass);
}

/** What the blocks of a notebook weave, without what else stands in them. */
function wovenOnly(block: Block): CodeBlock[] {
  if (block.kind === "markdown") return [];
  const { place } = block;
  const references = block.kind === "code" ? block.references : [block.reference ?? []].flat();
  // An exercise that holds no class is not needed: the package has its functions.
  const needed =
    block.kind === "code" || references.some((one) => classesIn(course.modules.find(one)));
  if (references.length === 0 || !needed) return [];
  return [{ kind: "code", code: "", references, raises: false, place }];
}

const classesIn = ({ declarations }: { declarations: Declaration[] }) => declarations.some(isClass);

for (const notebook of course.notebooks) {
  const classes = classesOf(notebook);
  if (classes.length === 0) continue;
  test(`the package takes instances of the classes of ${notebook.name}`, async ({ folder }) => {
    const names = classes.map(nameOf);
    for (const name of names) assert.ok(uses[name], `there is no use of ${name} in this test`);
    const { chapter, place } = notebook;
    const source = chapter.notebooks.find((one) => one.name === notebook.name);
    const blocks = source?.blocks.flatMap(wovenOnly) ?? [];
    const woven = weaveSource({ name: notebook.name, blocks, place }, chapter, course.modules);
    assert.equal(woven.failures, []);
    assert.equal(classesOf(woven).map(nameOf), names, "the classes are the course's own cells");
    const file = toIpynb(woven);
    file.cells.push(newCell("code", "imports", imports, []));
    for (const name of names) {
      file.cells.push(newCell("code", name.replace(/\W/g, "-"), `{${uses[name]?.code}\n}`, []));
    }
    await writeFile(`${folder}/${notebook.name}.ipynb`, printNotebook(file));
    const [results = []] = await runNotebook(`${folder}/${notebook.name}.ipynb`);
    const failed = results.flatMap(({ id, error }) => (error ? [`${id}: ${error.message}`] : []));
    assert.equal(failed, []);
    const printed = results.slice(-names.length).map(({ outputs }) => textOfStream(outputs));
    assert.equal(
      printed,
      names.map((name) => `${uses[name]?.prints}\n`),
    );
  });
}

function textOfStream(outputs: readonly { output_type: string; text?: unknown }[]): string {
  return outputs.map(({ text }) => String(text)).join("");
}

test("every use is of a class that the course weaves", () => {
  const woven = course.notebooks.flatMap(classesOf).map(nameOf);
  assert.equal(Object.keys(uses).sort(), [...new Set(woven)].sort());
});

/** Names of types that the functions, methods and constructors of the package have as a parameter's own. */
function takenTypes(): Set<string> {
  const taken = new Set<string>();
  const addNames = (type: ts.TypeNode): void => {
    if (ts.isUnionTypeNode(type)) type.types.forEach(addNames);
    else if (ts.isTypeReferenceNode(type)) taken.add(type.typeName.getText());
  };
  const visit = (node: ts.Node): void => {
    if (ts.isParameter(node) && node.type && !ts.isTypeNode(node.parent)) addNames(node.type);
    ts.forEachChild(node, visit);
  };
  for (const file of course.modules.files) visit(course.modules.get(file).source);
  return taken;
}

test("no function takes the classes that are listed as not taken", () => {
  const taken = takenTypes();
  assert.ok(taken.has("EngineState"), "parameters are found at all");
  const wrong = Object.keys(uses).filter(
    (name) => uses[name]?.notTaken && taken.has(name.split("#")[1] ?? ""),
  );
  assert.equal(wrong, []);
});

test.run();
