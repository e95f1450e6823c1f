import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { decimal, declarativeBase, integer, json, varchar } from "../../src/mapping/index.js";
import { inspect, listen, Session } from "../../src/session/index.js";
import { echoTo, errorOf, testDatabase } from "../support.js";

const test = suite("variants in a session");
const database = testDatabase(test);
let engine: Engine;
let session: Session;
const sent: string[] = [];
const stops: (() => void)[] = [];

const Base = declarativeBase();
class Employee extends Base.mapped(
  "employees",
  {
    id: integer().primaryKey(),
    kind: varchar(20),
    name: varchar(100),
    bossId: integer().nullable().references("employees.id"),
  },
  { discriminator: { column: "kind", value: "employee" } },
) {}
class Manager extends Employee.variant("manager", { budget: decimal(10, 2) }) {}
class Engineer extends Employee.variant("engineer", {
  language: varchar(30).default("TypeScript"),
  tools: json<string[]>().nullable(),
  touchedBy: varchar(20)
    .nullable()
    .onUpdate(() => "us"),
}) {}
class Director extends Manager.variant("director", { car: varchar(20).nullable() }) {}
class Unused extends Employee.variant("unused", {}) {}

const all = "id, kind, name, boss_id, budget, language, tools, touched_by, car";

test.before(async () => {
  engine = createEngine(database.url, { echo: echoTo(sent) });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  await engine.execute(sql`DELETE FROM employees ORDER BY id DESC`);
  await engine.execute(sql`INSERT INTO employees (id, kind, name, boss_id, budget, language, tools, car) VALUES
    (1, 'director', 'Ada', NULL, 9, NULL, NULL, 'red'), (2, 'manager', 'Grace', 1, 5, NULL, NULL, NULL),
    (3, 'engineer', 'Linus', 2, NULL, 'C', '["vi"]', NULL), (4, 'employee', 'Bob', 2, NULL, NULL, NULL, NULL)`);
  session = new Session(engine);
  await session.execute(sql`SELECT 1`);
  sent.length = 0;
});
test.after.each(async () => {
  for (const stop of stops.splice(0)) stop();
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

const get = async <E extends object>(entity: abstract new (...v: never[]) => E, key: number) =>
  (await session.get(entity, key)) as E;

/** A class that was not used yet is met before it is known. */
test("a row of a class that was not used yet is refused", async () => {
  await engine.execute(sql`UPDATE employees SET kind = 'unused' WHERE id = 4`);
  Base.configure(Employee, Manager, Engineer, Director);
  const error = await errorOf(() => session.get(Employee, 4));
  assert.is(error.code, "variant-unused");
  assert.match(
    error.message,
    'Employee 4 is of class variant("unused"), which was not used yet.\n' +
      "  Hint: A class is known from its first use on. Write Base.configure(Employee, …)",
  );
  Base.configure(Unused);
  assert.instance(await session.get(Employee, 4), Unused);
});

test("get gives an object of the class of the row, one for all classes", async () => {
  const linus = await get(Employee, 3);
  assert.equal(sent, [`SELECT ${all} FROM employees WHERE id = ? [3]`]);
  assert.instance(linus, Engineer);
  assert.equal(linus.toObject() as object, {
    id: 3,
    kind: "engineer",
    name: "Linus",
    bossId: 2,
    language: "C",
    tools: ["vi"],
    touchedBy: null,
  });
  assert.is(await session.get(Engineer, 3), linus);
  assert.is(await session.get(Manager, 3), null);
  assert.is(sent.length, 1);
  assert.is(await session.get(Manager, 4), null);
  assert.is(await session.get(Manager, 5), null);
  const ada = await get(Manager, 1);
  assert.instance(ada, Director);
  assert.is(await session.get(Director, 1), ada);
});

test("a flush inserts the columns of each class, and what it is", async () => {
  const eve = new Director({ name: "Eve", budget: "7.00" });
  const dan = new Engineer({ name: "Dan" });
  session.addAll([
    eve,
    dan,
    new Manager({ name: "Kim", budget: "3.00" }),
    new Employee({ name: "Zoe" }),
  ]);
  session.add(new Engineer({ name: "Yan", language: "Rust" }));
  await session.flush();
  const inserts = sent.filter((text) => text.startsWith("INSERT"));
  assert.equal(inserts, [
    'INSERT INTO employees (kind, name, boss_id, budget, car) VALUES (?, ?, ?, ?, ?) ["director","Eve",null,"7.00",null]',
    'INSERT INTO employees (kind, name, boss_id, language, tools, touched_by) VALUES (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?) ["engineer","Dan",null,"TypeScript",null,null,"engineer","Yan",null,"Rust",null,null]',
    'INSERT INTO employees (kind, name, boss_id, budget) VALUES (?, ?, ?, ?) ["manager","Kim",null,"3.00"]',
    'INSERT INTO employees (kind, name, boss_id) VALUES (?, ?, ?) ["employee","Zoe",null]',
  ]);
  assert.is(await session.get(Employee, eve.id), eve);
  assert.is(await session.get(Manager, dan.id), null);
  assert.equal(inspect(eve).unloaded, []);
});

test("a variant without a value that it needs is refused, though the table would take it", async () => {
  session.add(new Manager({ name: "Kim" } as never));
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "null-value");
  assert.is(error.message.split("\n")[0], "Manager.budget has no value.");
  assert.is(sent.filter((text) => text.startsWith("INSERT")).length, 0);
});

test("rows that point at each other are inserted in order, whatever their classes", async () => {
  const [boss, other] = [
    new Director({ name: "Eve", budget: "7.00" }),
    new Manager({ name: "Kim", budget: "1.00" }),
  ];
  session.addAll([other, boss]);
  await session.flush();
  other.bossId = boss.id;
  const dan = new Engineer({ name: "Dan", bossId: other.id });
  session.add(dan);
  sent.length = 0;
  await session.flush();
  assert.equal(
    sent.map((text) => text.split(" ")[0]),
    ["INSERT", "UPDATE"],
  );
  sent.length = 0;
  for (const one of [boss, dan, other]) session.delete(one);
  await session.flush();
  assert.equal(sent, [
    `DELETE FROM employees WHERE id IN (?) [${dan.id}]`,
    `DELETE FROM employees WHERE id IN (?) [${other.id}]`,
    `DELETE FROM employees WHERE id IN (?) [${boss.id}]`,
  ]);
});

test("an update writes what changed, and what the class makes for it", async () => {
  const [ada, grace, linus, bob] = [
    await get(Director, 1),
    await get(Manager, 2),
    await get(Engineer, 3),
    await get(Employee, 4),
  ];
  sent.length = 0;
  ada.car = "blue";
  grace.budget = "6.00";
  linus.tools = ["vi", "emacs"];
  bob.name = "Rob";
  assert.equal(inspect(grace).changes, [{ property: "budget", before: "5.00", after: "6.00" }]);
  await session.flush();
  assert.equal(sent, [
    'UPDATE employees SET car = ? WHERE id = ? ["blue",1]',
    'UPDATE employees SET budget = ? WHERE id = ? ["6.00",2]',
    'UPDATE employees SET tools = ?, touched_by = ? WHERE id = ? ["[\\"vi\\",\\"emacs\\"]","us",3]',
    'UPDATE employees SET name = ? WHERE id = ? ["Rob",4]',
  ]);
  await session.rollback();
  assert.equal([ada.car, grace.budget, bob.name], ["red", "5.00", "Bob"]);
});

test("expire and refresh keep the class", async () => {
  const grace = await get(Manager, 2);
  session.expire(grace);
  assert.equal(inspect(grace).unloaded, ["name", "bossId", "budget"]);
  assert.is(grace.kind, "manager");
  assert.is(await session.get(Employee, 2), grace);
  assert.is(grace.budget, "5.00");
  await session.refresh(grace);
  assert.is(grace.name, "Grace");
});

test("a row that became one of another class is refused", async () => {
  const grace = await get(Manager, 2);
  await session.execute(sql`UPDATE employees SET kind = 'engineer' WHERE id = 2`);
  const refreshed = await errorOf(() => session.refresh(grace));
  assert.is(refreshed.code, "variant-changed");
  assert.is(
    refreshed.message.split("\n")[0],
    "Manager 2 is of class Engineer in the database, and its object is not.",
  );
  session.expire(grace);
  const got = await errorOf(() => session.get(Employee, 2));
  assert.is(got.code, "variant-changed");
  session.expunge(grace);
  assert.instance(await session.get(Employee, 2), Engineer);
});

test("a discriminator that no class has is refused, with the row's key", async () => {
  await session.execute(sql`UPDATE employees SET kind = 'ceo' WHERE id = 1`);
  const error = await errorOf(() => session.get(Employee, 1));
  assert.is(error.code, "unknown-variant");
  assert.is(error.name, "DataError");
  assert.is(error.message.split("\n")[0], 'Employee 1: its kind is "ceo", which no class has.');
});

test("merge copies onto an object of the same class, and refuses another one", async () => {
  const given = new Manager({ id: 2, name: "Grace", budget: "8.00", bossId: 1 });
  const grace = await session.merge(given);
  assert.is(grace, await session.get(Employee, 2));
  sent.length = 0;
  await session.flush();
  assert.equal(sent.splice(0), ['UPDATE employees SET budget = ? WHERE id = ? ["8.00",2]']);
  const added = await session.merge(new Engineer({ name: "Dan" }));
  assert.equal([added.kind, inspect(added).state], ["engineer", "pending"]);
  await session.flush();
  assert.equal(
    sent.map((text) => text.split(" (")[0]),
    ["INSERT INTO employees"],
  );
  const error = await errorOf(() => session.merge(new Engineer({ id: 2, name: "Grace" })));
  assert.is(error.code, "variant-changed");
});

test("two objects of one key are refused, whatever their classes", async () => {
  await get(Manager, 2);
  session.add(new Engineer({ id: 2, name: "Twin" }));
  assert.is((await errorOf(() => session.flush())).code, "same-key");
});

test("listeners of a class hear of its variants", async () => {
  const log: string[] = [];
  const hear = (
    entity: typeof Employee | typeof Manager | typeof Engineer,
    event: "beforeInsert" | "afterUpdate" | "load",
  ) =>
    stops.push(
      listen(
        entity as typeof Employee,
        event,
        (one) => void log.push(`${entity.name} ${event} ${one.name}`),
      ),
    );
  for (const event of ["beforeInsert", "afterUpdate", "load"] as const) {
    for (const entity of [Employee, Manager, Engineer]) hear(entity, event);
  }
  session.addAll([new Director({ name: "Eve", budget: "7.00" }), new Employee({ name: "Zoe" })]);
  await session.flush();
  assert.equal(log.splice(0), [
    "Manager beforeInsert Eve",
    "Employee beforeInsert Eve",
    "Employee beforeInsert Zoe",
  ]);
  const linus = await get(Employee, 3);
  await get(Employee, 4);
  linus.name = "L";
  await session.flush();
  assert.equal(log, [
    "Engineer load Linus",
    "Employee load Linus",
    "Employee load Bob",
    "Engineer afterUpdate L",
    "Employee afterUpdate L",
  ]);
});

test.run();
