import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("the types of queries");
const run = promisify(execFile);
const orm = fileURLToPath(new URL("../..", import.meta.url));
const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));
const compilers = {
  "5.0.4": join(modules, "@tslab/typescript-for-tslab/bin/tsc"),
  7: join(modules, "typescript/bin/tsc"),
};
let folder: string;

/** What a compiler says; its errors are in the error when there are some. */
async function compile(compiler: keyof typeof compilers, parameters: string[]): Promise<string> {
  const given = [compilers[compiler], ...parameters];
  try {
    return (await run(process.execPath, given, { cwd: folder, timeout: 120_000 })).stdout;
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout.slice(0, 4000));
  }
}

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "ormlet-types-"));
  // The declarations alone, as users get them.
  await compile(7, [
    ...["-p", join(orm, "tsconfig.json"), "--composite", "false", "--incremental", "false"],
    ...["--declaration", "--emitDeclarationOnly", "--outDir", join(folder, "ormlet")],
  ]);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
});
test.after(() => rm(folder, { recursive: true, force: true }));

const TABLES = 100;
const name = (index: number) => `C${(index + TABLES) % TABLES}`;

/** A class with eight columns, and four relationships to its neighbours. */
function classText(index: number): string {
  const [before, next] = [name(index - 1), name(index + 1)];
  return `
export class ${name(index)} extends Base.mapped("t${index}", {
  id: integer().primaryKey(), name: varchar(100), email: varchar(150).unique(), price: decimal(10, 2),
  bornOn: date().nullable(), size: bigint().default(0n), madeAt: datetime().default(now()),
  nextId: integer().references("t${(index + 1) % TABLES}.id"),
  next: manyToOne<${next}>("${next}", { backPopulates: "earlier" }),
  earlier: oneToMany<${before}>("${before}", { backPopulates: "next" }),
  others: manyToMany<${next}>("${next}", { through: "o${index}", backPopulates: "others2" }),
  others2: manyToMany<${before}>("${before}", { through: "o${(index + TABLES - 1) % TABLES}", backPopulates: "others" }),
}) { get label(): string { return this.name; } }`;
}

/** Joins of three classes, a self join, a record, a subquery and conditions, with the types of their rows. */
function queryText(index: number): string {
  const [a, b, c] = [name(index), name(index + 1), name(index + 2)];
  return `
export async function q${index}(session: Session) {
  const twin = alias(${b}, "twin");
  const rows: [${a}, ${b}, string | null, number][] = await session.execute(
    select(${a}, ${b}, ${c}.c.name, func.count(${b}.c.id))
      .join(${a}.r.next).leftJoin(${b}.r.others)
      .where(${a}.c.price.lt("10"), ${a}.r.earlier.any(${name(index - 1)}.c.name.like("x%")), or(${b}.c.id.eq(1), ${c}.c.bornOn.isNull()))
      .groupBy(${a}.c.id, ${b}.c.id).having(func.count(${b}.c.id).gt(3)).orderBy(${a}.c.name.desc(), ${b}.c.id)).all();
  const sub = select({ id: ${a}.c.nextId, most: func.max(${a}.c.price) }).groupBy(${a}.c.nextId).subquery("sub");
  const records: { who: string; other: ${b} | null; most: string | null; size: bigint | null }[] = await session.execute(
    select({ who: ${a}.c.name, other: twin, most: sub.c.most, size: twin.c.size })
      .leftJoin(${a}.r.next, twin).leftJoin(sub, sub.c.id.eq(${a}.c.id))).all();
  return [rows[0]?.[0].label, records[0]?.other?.label];
}`;
}

const imports = `import { bigint, date, datetime, decimal, declarativeBase, integer, manyToMany, manyToOne,
  now, oneToMany, or, varchar } from "./ormlet/mapping/index.js";
import { alias, func, select } from "./ormlet/query/index.js";
import { Session } from "./ormlet/session/index.js";
const Base = declarativeBase();`;

interface Counts {
  readonly types: number;
  readonly instantiations: number;
}

/** What a compiler counts for a program. */
async function countsOf(compiler: keyof typeof compilers, text: string): Promise<Counts> {
  await writeFile(join(folder, "program.ts"), `${imports}\n${text}\n`);
  const output = await compile(compiler, [
    ...["program.ts", "--noEmit", "--strict", "--target", "es2022", "--lib", "es2022"],
    ...["--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck"],
    "--extendedDiagnostics",
  ]);
  const count = (what: string) => Number(new RegExp(`^${what}:\\s+(\\d+)`, "m").exec(output)?.[1]);
  return { types: count("Types"), instantiations: count("Instantiations") };
}

// About twice what they are; a comparison of classes by their properties, which goes through all of a
// schema's relationships, is a hundred times that.
const budgets = {
  class: { types: 100, instantiations: 150 },
  query: { types: 500, instantiations: 4_500 },
};

for (const compiler of ["5.0.4", 7] as const) {
  test(`TypeScript ${compiler}: ${TABLES} tables, and two queries of each, are cheap`, async () => {
    const indexes = Array.from({ length: TABLES }, (_, index) => index);
    const schema = indexes.map(classText).join("\n");
    const classes = await countsOf(compiler, schema);
    const queries = await countsOf(compiler, schema + indexes.map(queryText).join("\n"));
    for (const what of ["types", "instantiations"] as const) {
      const [forClass, forQuery] = [classes[what], queries[what] - classes[what]];
      assert.ok(forClass < budgets.class[what] * TABLES, `${forClass} ${what} for the classes`);
      assert.ok(forQuery < budgets.query[what] * TABLES, `${forQuery} ${what} for the queries`);
      assert.ok(forClass > 0 && forQuery > 0, "the compiler counted");
    }
  });
}

test.run();
