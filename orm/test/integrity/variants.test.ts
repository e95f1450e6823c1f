import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { Session } from "../../src/integrity/index.js";
import { integer, varchar } from "../../src/mapping/index.js";
import { select } from "../../src/query/index.js";
import { declarativeBase } from "../../src/relationships/index.js";
import { echoTo, errorOf, testDatabase } from "../support.js";

const test = suite("integrity of variants");
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
    name: varchar(100).unique(),
    version: integer().version(),
  },
  { discriminator: { column: "kind", value: "employee" } },
) {}
class Manager extends Employee.variant("manager", { budget: integer() }) {}
class Engineer extends Employee.variant("engineer", { badge: varchar(9).unique() }) {}
Base.configure(Employee, Manager, Engineer);

const all = "id, kind, name, version, budget, badge";
const allNamed = all.replaceAll(/\w+/g, "employees.$&");

test.before(async () => {
  engine = createEngine(database.url, { echo: echoTo(sent) });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  await engine.execute(sql`DELETE FROM employees`);
  await engine.execute(sql`INSERT INTO employees (id, kind, name, version, budget, badge) VALUES
    (1, 'manager', 'Ada', 1, 9, NULL), (2, 'engineer', 'Linus', 1, NULL, 'L1')`);
  session = new Session(engine);
  await session.execute(sql`SELECT 1`);
  sent.length = 0;
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

test("get with a lock sees rows of the class alone", async () => {
  const linus = await session.get(Employee, 2, { lock: "update" });
  assert.instance(linus, Engineer);
  assert.is(await session.get(Manager, 2, { lock: "share" }), null);
  assert.is((await session.get(Manager, 1, { lock: "update" }))?.budget, 9);
  assert.equal(sent, [
    `SELECT ${all} FROM employees WHERE id = ? FOR UPDATE [2]`,
    `SELECT ${allNamed} FROM employees WHERE employees.id = ? AND employees.kind = ? FOR SHARE [2,"manager"]`,
    `SELECT ${allNamed} FROM employees WHERE employees.id = ? AND employees.kind = ? FOR UPDATE [1,"manager"]`,
  ]);
  await session.execute(sql`UPDATE employees SET kind = 'manager', budget = 1 WHERE id = 2`);
  const error = await errorOf(() => session.get(Employee, 2, { lock: "update" }));
  assert.is(error.code, "variant-changed");
  const locked = await errorOf(() => session.scalars(select(Employee).forUpdate()).all());
  assert.is(locked.code, "variant-changed");
});

test("the version of the root is that of its variants", async () => {
  const ada = (await session.get(Manager, 1)) as Manager;
  await engine.execute(sql`UPDATE employees SET version = 2 WHERE id = 1`);
  ada.budget = 10;
  assert.is((await errorOf(() => session.commit())).name, "StaleDataError");
  assert.is(
    sent.find((text) => text.startsWith("UPDATE employees SET budget")),
    "UPDATE employees SET budget = ?, version = version + 1 WHERE id = ? AND version = ? [10,1,1]",
  );
});

test("the error of a broken rule names the property", async () => {
  session.add(new Engineer({ name: "Eve", badge: "L1" }));
  const error = await errorOf(() => session.flush());
  assert.equal([error.code, error.property], ["duplicate-key", "badge"]);
});

test.run();
