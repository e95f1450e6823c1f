import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import {
  datetime,
  decimal,
  declarativeBase,
  integer,
  manyToOne,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";
import {
  alias,
  cte,
  deleteFrom,
  exists,
  func,
  insert,
  select,
  union,
  update,
} from "../../src/query/index.js";
import { Session } from "../../src/query/session.js";
import { echoTo, errorOf, testDatabase } from "../support.js";

const test = suite("queries of variants");
const database = testDatabase(test);
let engine: Engine;
let session: Session;
const sent: string[] = [];

const Base = declarativeBase();
class Employee extends Base.mapped(
  "employees",
  {
    id: integer().primaryKey(),
    kind: varchar(20),
    name: varchar(100),
    bossId: integer().nullable().references("employees.id"),
    leftAt: datetime().nullable(),
    boss: manyToOne<Manager>("Manager", { backPopulates: "reports" }),
  },
  {
    discriminator: { column: "kind", value: "employee" },
    filters: { here: (c) => c.leftAt.isNull() },
    hybrids: { short: { object: (one) => one.name.slice(0, 1), sql: (c) => func.left(c.name, 1) } },
  },
) {}
class Manager extends Employee.variant("manager", {
  budget: decimal(10, 2),
  reports: oneToMany<Employee>("Employee", { backPopulates: "boss" }),
}) {}
class Engineer extends Employee.variant("engineer", {
  language: varchar(30).default("TypeScript"),
  changes: integer()
    .default(0)
    .onUpdate(() => 1),
}) {}
class Director extends Manager.variant("director", { car: varchar(20).nullable() }) {}
Base.configure(Employee, Manager, Engineer, Director);

const columnsOf = (name: string) =>
  ["id", "kind", "name", "boss_id", "left_at", "budget", "language", "changes", "car"]
    .map((column) => `${name}.${column}`)
    .join(", ");
const all = columnsOf("employees");
const here = "employees.left_at IS NULL";

test.before(async () => {
  engine = createEngine(database.url, { echo: echoTo(sent) });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  await engine.execute(sql`DELETE FROM employees ORDER BY id DESC`);
  await engine.execute(sql`INSERT INTO employees (id, kind, name, boss_id, budget, language, car, left_at) VALUES
    (1, 'director', 'Ada', NULL, 9, NULL, 'red', NULL), (2, 'manager', 'Grace', 1, 5, NULL, NULL, NULL),
    (3, 'engineer', 'Linus', 2, NULL, 'C', NULL, NULL), (4, 'employee', 'Bob', 2, NULL, NULL, NULL, NULL),
    (5, 'manager', 'Gone', 1, 1, NULL, NULL, '2026-01-01')`);
  session = new Session(engine);
  await session.execute(sql`SELECT 1`);
  sent.length = 0;
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

/** The statement that was sent last, and nothing before it. */
function only(): string | undefined {
  const [one, ...others] = sent.splice(0);
  assert.equal(others, []);
  return one;
}
const text = (statement: { toSql(dialect: Engine["dialect"]): { text: string } }) =>
  statement.toSql(engine.dialect).text.replaceAll("`", "");
const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);

test("a select of the root gives objects of all classes; of a variant, only those", async () => {
  const everybody = await session.scalars(select(Employee).orderBy(Employee.c.id)).all();
  assert.equal(
    everybody.map((one) => one.constructor),
    [Director, Manager, Engineer, Employee],
  );
  assert.is(only(), `SELECT ${all} FROM employees WHERE ${here} ORDER BY employees.id`);
  const [first] = everybody;
  assert.is(first instanceof Manager && first.budget, "9.00");
  const engineers = await session.scalars(select(Engineer).where(Engineer.c.id.gt(0))).all();
  assert.is(
    only(),
    `SELECT ${all} FROM employees WHERE employees.id > ? AND employees.kind = ? AND ${here} [0,"engineer"]`,
  );
  assert.is(engineers[0], everybody[2]);
  const managers: Manager[] = await session.scalars(select(Manager).orderBy(Manager.c.id)).all();
  assert.is(
    only(),
    `SELECT ${all} FROM employees WHERE employees.kind IN (?, ?) AND ${here} ORDER BY employees.id ["manager","director"]`,
  );
  assert.equal(names(managers), ["Ada", "Grace"]);
});

test("the class of a row is asked for wherever rows of a variant are read", () => {
  const kind = "employees.kind = ?";
  assert.is(
    text(select(Engineer.c.name).where(Engineer.c.id.lt(3))),
    `SELECT employees.name FROM employees WHERE employees.id < ? AND ${kind}`,
  );
  assert.is(
    text(select(func.count()).from(Engineer)),
    `SELECT COUNT(*) FROM employees WHERE ${kind}`,
  );
  const m = alias(Engineer, "m");
  assert.is(text(select(m.c.name)), "SELECT m.name FROM employees AS m WHERE m.kind = ?");
  assert.is(
    text(select(Employee.c.name, m.c.name).leftJoin(m, m.c.bossId.eq(Employee.c.id))),
    "SELECT employees.name, m.name FROM employees LEFT JOIN employees AS m ON m.boss_id = employees.id AND m.kind = ?",
  );
  const inner = alias(Employee, "e");
  assert.is(
    text(
      select(inner.c.id).where(exists(select(Engineer.c.id).where(Engineer.c.id.eq(inner.c.id)))),
    ),
    `SELECT e.id FROM employees AS e WHERE EXISTS (SELECT employees.id FROM employees WHERE employees.id = e.id AND ${kind})`,
  );
  const rows = select({ id: Engineer.c.id }).subquery("found");
  assert.is(
    text(select(rows.c.id)),
    `SELECT found.id FROM (SELECT employees.id FROM employees WHERE ${kind}) AS found`,
  );
  const tree = cte("tree", select({ id: Engineer.c.id }));
  assert.is(
    text(select(tree.c.id)),
    `WITH tree AS (SELECT employees.id FROM employees WHERE ${kind}) SELECT tree.id FROM tree`,
  );
  assert.is(
    text(union(select(Engineer.c.id), select(Director.c.id))),
    `SELECT employees.id FROM employees WHERE ${kind} UNION SELECT employees.id FROM employees WHERE ${kind}`,
  );
});

test("along a relationship too, and a join can name a variant of its target", () => {
  assert.is(
    text(select(Employee.c.name).where(Employee.r.boss.has(Manager.c.budget.gt("1")))),
    "SELECT employees.name FROM employees WHERE EXISTS (SELECT 1 FROM employees AS employees_1 " +
      "WHERE employees.boss_id = employees_1.id AND employees_1.budget > ? AND employees_1.kind IN (?, ?))",
  );
  const boss = alias(Manager, "boss");
  assert.is(
    text(select(Employee.c.name, boss.c.name).join(Employee.r.boss, boss)),
    "SELECT employees.name, boss.name FROM employees JOIN employees AS boss " +
      "ON employees.boss_id = boss.id AND boss.kind IN (?, ?)",
  );
  const coder = alias(Engineer, "coder");
  assert.is(
    text(select(Manager.c.name, coder.c.name).leftJoin(Manager.r.reports, coder)),
    "SELECT employees.name, coder.name FROM employees LEFT JOIN employees AS coder " +
      "ON coder.boss_id = employees.id AND coder.kind = ? WHERE employees.kind IN (?, ?)",
  );
});

test("a select of the root can name columns of variants", async () => {
  const rich = select(Employee).where(Manager.c.budget.gt("6"));
  assert.equal(names(await session.scalars(rich).all()), ["Ada"]);
});

test("filters and hybrids of the root hold for variants; without filters the class stays", async () => {
  const managers = select(Manager.c.name).orderBy(Manager.c.id);
  assert.equal(await session.scalars(managers.withoutFilter()).all(), ["Ada", "Grace", "Gone"]);
  assert.is(
    only(),
    'SELECT employees.name FROM employees WHERE employees.kind IN (?, ?) ORDER BY employees.id ["manager","director"]',
  );
  assert.equal(await session.scalars(select(Director.c.short)).all(), ["A"]);
  assert.is(
    only(),
    `SELECT LEFT(employees.name, ?) AS short FROM employees WHERE employees.kind = ? AND ${here} [1,"director"]`,
  );
});

test("get looks for rows of the class", async () => {
  assert.is(await session.get(Manager, 3), null);
  assert.is(
    only(),
    `SELECT ${all} FROM employees WHERE employees.id = ? AND employees.kind IN (?, ?) AND ${here} [3,"manager","director"]`,
  );
  const linus = await session.get(Employee, 3);
  sent.length = 0;
  assert.instance(linus, Engineer);
  assert.is(await session.get(Manager, 3), null);
  assert.is(await session.get(Engineer, 3), linus);
  assert.equal(sent, []);
  assert.is((await session.get(Director, 1))?.car, "red");
});

test("the classic form, pages and loops over rows", async () => {
  assert.is(await session.query(Manager).count(), 2);
  assert.is(
    only(),
    `SELECT COUNT(*) FROM (SELECT ${all} FROM employees WHERE employees.kind IN (?, ?) AND ${here}) AS _rows ["manager","director"]`,
  );
  assert.is(await session.query(Engineer).filterBy({ name: "Bob" }).exists(), false);
  assert.equal(names(await session.query(Employee).filterBy({ kind: "engineer" }).all()), [
    "Linus",
  ]);
  const pages = select(Manager).orderBy(Manager.c.name);
  const page = await session.page(pages, { size: 1 });
  const next = await session.page(pages, { size: 1, after: page.next });
  assert.equal(names([...page.items, ...next.items]), ["Ada", "Grace"]);
  await session.close();
  const seen: string[] = [];
  for await (const one of session.scalars(select(Employee).orderBy(Employee.c.id))) {
    seen.push(`${one.constructor.name} ${one.name}`);
  }
  assert.equal(seen, ["Director Ada", "Manager Grace", "Engineer Linus", "Employee Bob"]);
});

test("rows of several classes in one result", async () => {
  const e = alias(Engineer, "e");
  const rows = await session
    .execute(select(Employee, e).leftJoin(e, e.c.bossId.eq(Employee.c.id)).orderBy(Employee.c.id))
    .all();
  assert.equal(
    rows.map(([one, other]) => [one.name, other?.language]),
    [
      ["Ada", undefined],
      ["Grace", "C"],
      ["Linus", undefined],
      ["Bob", undefined],
    ],
  );
});

test("insert says of which class a row is", async () => {
  await session.execute(insert(Engineer).values({ name: "Dan" }));
  assert.is(
    only(),
    'INSERT INTO employees (kind, name, language, changes) VALUES (?, ?, ?, ?) ["engineer","Dan","TypeScript",0]',
  );
  // @ts-expect-error: a manager has a budget
  const missing = await errorOf(() => session.execute(insert(Manager).values({ name: "Kim" })));
  assert.is(missing.code, "null-value");
  // @ts-expect-error: the class says it
  const given = await errorOf(() => insert(Employee).values({ name: "Kim", kind: "manager" }));
  assert.is(given.code, "discriminator-value");
  const from = insert(Engineer).fromSelect(["name"], select(Manager.c.name));
  assert.is((await errorOf(() => session.execute(from))).code, "default-missing");
  const whole = insert(Employee).fromSelect(
    ["kind", "name"],
    select(Manager.c.kind, Manager.c.name),
  );
  assert.is((await session.execute(whole)).rowCount, 2);
});

test("update and delete change rows of the class alone, and its objects follow", async () => {
  const [ada, linus] = [await session.get(Employee, 1), await session.get(Employee, 3)];
  sent.length = 0;
  const raised = update(Manager)
    .set({ budget: Manager.c.budget.add("1") })
    .all();
  assert.is((await session.execute(raised)).rowCount, 2);
  assert.equal(sent.splice(0), [
    `SELECT employees.id FROM employees WHERE (employees.id IN (?, ?)) AND employees.kind IN (?, ?) AND ${here} FOR UPDATE [1,3,"manager","director"]`,
    `UPDATE employees SET budget = employees.budget + CAST(? AS DECIMAL(1, 0)) WHERE employees.kind IN (?, ?) AND ${here} ["1","manager","director"]`,
    `SELECT ${all.replaceAll("employees.", "")} FROM employees WHERE id IN (?) [1]`,
  ]);
  assert.is((ada as Manager).budget, "10.00");
  await session.execute(update(Employee).set({ name: "X" }).where(Employee.c.id.eq(3)));
  assert.is(sent[1], `UPDATE employees SET name = ? WHERE employees.id = ? AND ${here} ["X",3]`);
  sent.length = 0;
  await session.execute(update(Engineer).set({ name: "Y" }).all());
  assert.is(
    sent[1],
    `UPDATE employees SET name = ?, changes = ? WHERE employees.kind = ? AND ${here} ["Y",1,"engineer"]`,
  );
  assert.equal([linus?.name, (linus as Engineer).changes], ["Y", 1]);
  const kind = await errorOf(() => update(Manager).set({ kind: "employee" }));
  assert.is(kind.code, "discriminator-value");
  assert.is((await session.execute(deleteFrom(Engineer).all())).rowCount, 1);
  assert.is(sent.at(-1), `DELETE FROM employees WHERE employees.kind = ? AND ${here} ["engineer"]`);
  assert.is(linus && session.contains(linus), false);
});

test("a discriminator that no class has is refused where its row is read", async () => {
  await session.execute(sql`UPDATE employees SET kind = 'ceo' WHERE id = 4`);
  const error = await errorOf(() => session.scalars(select(Employee)).all());
  assert.is(error.code, "unknown-variant");
  assert.is(error.message.split("\n")[0], 'Employee 4: its kind is "ceo", which no class has.');
});

test("nothing is asked of a class that shares no table", async () => {
  const base = declarativeBase();
  class Note extends base.mapped("notes", { id: integer().primaryKey(), kind: varchar(9) }) {}
  assert.is(text(select(Note.c.id)), "SELECT notes.id FROM notes");
  assert.is("variant" in Note, false);
});

test.run();
