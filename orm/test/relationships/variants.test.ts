import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import {
  decimal,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";
import { type Loaded, select } from "../../src/query/index.js";
import {
  declarativeBase,
  joinedload,
  raiseload,
  Session,
  selectinload,
} from "../../src/relationships/index.js";
import { echoTo, errorOf, testDatabase } from "../support.js";

const test = suite("relationships of variants");
const database = testDatabase(test);
let engine: Engine;
let session: Session;
const sent: string[] = [];

const Base = declarativeBase();
class Team extends Base.mapped("teams", {
  id: integer().primaryKey(),
  name: varchar(20),
  leadId: integer().nullable().references("employees.id"),
  lead: manyToOne<Manager>("Manager", { foreignKey: "leadId" }),
  members: oneToMany<Employee>("Employee", { backPopulates: "team", orderBy: "id" }),
  engineers: oneToMany<Engineer>("Engineer", { foreignKey: "teamId" }),
}) {}
class Employee extends Base.mapped(
  "employees",
  {
    id: integer().primaryKey(),
    kind: varchar(20),
    name: varchar(100),
    bossId: integer().nullable().references("employees.id"),
    teamId: integer().nullable().references("teams.id"),
    boss: manyToOne<Manager>("Manager", { backPopulates: "reports", foreignKey: "bossId" }),
    team: manyToOne<Team>("Team", { backPopulates: "members" }),
  },
  { discriminator: { column: "kind", value: "employee" } },
) {}
class Manager extends Employee.variant("manager", {
  budget: decimal(10, 2),
  reports: oneToMany<Employee>("Employee", {
    backPopulates: "boss",
    foreignKey: "bossId",
    orderBy: "id",
  }),
}) {}
class Engineer extends Employee.variant("engineer", {
  language: varchar(30),
  mentorId: integer().nullable().references("employees.id"),
  mentor: manyToOne<Engineer>("Engineer", { foreignKey: "mentorId" }),
  notes: oneToMany<Note>("Note", { backPopulates: "writer", cascade: "all, delete-orphan" }),
  tools: manyToMany<Tool>("Tool", { through: "engineer_tools", backPopulates: "users" }),
}) {}
class Note extends Base.mapped("notes", {
  id: integer().primaryKey(),
  text: varchar(50),
  writerId: integer().references("employees.id"),
  writer: manyToOne<Engineer>("Engineer", { backPopulates: "notes" }),
}) {}
class Tool extends Base.mapped("tools", {
  id: integer().primaryKey(),
  name: varchar(20),
  users: manyToMany<Engineer>("Engineer", { through: "engineer_tools", backPopulates: "tools" }),
}) {}
Base.configure(Team, Employee, Manager, Engineer, Note, Tool);

const columnsOf = (name: string) =>
  ["id", "kind", "name", "boss_id", "team_id", "budget", "language", "mentor_id"]
    .map((column) => `${name}.${column}`)
    .join(", ");
const all = columnsOf("employees");

test.before(async () => {
  engine = createEngine(database.url, { echo: echoTo(sent) });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  await engine.execute(sql`UPDATE teams SET lead_id = NULL`);
  for (const table of ["engineer_tools", "tools", "notes"]) {
    await engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
  }
  await engine.execute(sql`DELETE FROM employees ORDER BY id DESC`);
  await engine.execute(sql`DELETE FROM teams`);
  await engine.execute(sql`INSERT INTO teams VALUES (1, 'red', NULL)`);
  await engine.execute(sql`INSERT INTO employees (id, kind, name, boss_id, team_id, budget, language) VALUES
    (1, 'manager', 'Ada', NULL, 1, 9, NULL), (2, 'manager', 'Grace', 1, 1, 5, NULL),
    (3, 'engineer', 'Linus', 2, 1, NULL, 'C'), (4, 'employee', 'Bob', 2, NULL, NULL, NULL),
    (5, 'engineer', 'Dan', 3, NULL, NULL, 'Rust')`);
  await engine.execute(sql`UPDATE teams SET lead_id = 3`);
  await engine.execute(sql`INSERT INTO notes VALUES (1, 'one', 3), (2, 'two', 3)`);
  session = new Session(engine);
  await session.execute(sql`SELECT 1`);
  sent.length = 0;
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

const everybody = select(Employee).orderBy(Employee.c.id);
const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);
const shown = (found: readonly Employee[]) =>
  found.map((one) => `${one.constructor.name} ${one.name}`);

test("a relationship to the root gives objects of all classes", async () => {
  const team = await session.scalars(select(Team).options(selectinload(Team.r.members))).one();
  assert.equal(shown(team.members), ["Manager Ada", "Manager Grace", "Engineer Linus"]);
  assert.is(
    sent.at(-1),
    `SELECT ${all} FROM employees WHERE employees.team_id IN (?) ORDER BY employees.id [1]`,
  );
  assert.is(team.members[2]?.team, team);
});

test("one to a variant gives only those", async () => {
  const team = await session.scalars(select(Team).options(selectinload(Team.r.engineers))).one();
  assert.equal(shown(team.engineers), ["Engineer Linus"]);
  assert.is(
    sent.at(-1),
    `SELECT ${all} FROM employees WHERE employees.team_id IN (?) AND employees.kind = ? [1,"engineer"]`,
  );
  // The foreign key leads to an engineer, who is no manager: in memory as in the database.
  assert.is(await team.lazy.lead, null);
  assert.is(sent.length, 3);
  const dan = (await session.get(Engineer, 5)) as Engineer;
  assert.is(await dan.lazy.boss, null);
});

test("joined, what is no object of the variant is nothing", async () => {
  const found = everybody.options(joinedload(Employee.r.boss));
  const employees: Loaded<Employee, "boss">[] = await session.scalars(found).all();
  assert.equal(sent.splice(0), [
    `SELECT ${all}, ${columnsOf("employees_1")} FROM employees LEFT JOIN employees AS employees_1 ` +
      'ON employees.boss_id = employees_1.id AND employees_1.kind = ? ORDER BY employees.id ["manager"]',
  ]);
  assert.equal(
    employees.map(({ boss }) => boss?.name),
    [undefined, "Ada", "Grace", "Grace", undefined],
  );
});

test("a path of a variant loads for those of the objects that are of it", async () => {
  const loads = [
    selectinload(Manager.r.reports),
    selectinload(Engineer.r.notes),
    joinedload(Engineer.r.tools),
  ] as const;
  const found = await session.scalars(everybody.options(...loads)).all();
  const [, grace, linus, bob] = found as unknown as [Manager, Manager, Engineer, Employee];
  assert.equal(names(grace.reports), ["Linus", "Bob"]);
  assert.equal(
    linus.notes.map(({ text }) => text),
    ["one", "two"],
  );
  assert.is(linus.tools.length, 0);
  assert.equal(Object.keys(bob.toObject()), ["id", "kind", "name", "bossId", "teamId", "boss"]);
  assert.equal(sent.slice(1), [
    `SELECT ${all} FROM employees WHERE employees.boss_id IN (?, ?) ORDER BY employees.id [1,2]`,
    "SELECT notes.id, notes.text, notes.writer_id FROM notes WHERE notes.writer_id IN (?, ?) [3,5]",
  ]);
});

test("a path of the root loads for objects of variants", async () => {
  const engineers = select(Engineer).orderBy(Engineer.c.id);
  const found = await session
    .scalars(engineers.options(selectinload(Employee.r.team), selectinload(Engineer.r.boss)))
    .all();
  assert.equal(
    found.map(({ team, boss }) => [team?.name, boss?.name]),
    [
      ["red", "Grace"],
      [undefined, undefined],
    ],
  );
});

test("a lazy load is for all that came along, of every class that has the relationship", async () => {
  const found = await session.scalars(everybody).all();
  sent.length = 0;
  const [ada, grace, linus, bob] = found as [Manager, Manager, Engineer, Employee];
  await linus.lazy.team;
  assert.equal(sent, [
    "SELECT teams.id, teams.name, teams.lead_id FROM teams WHERE teams.id IN (?) [1]",
  ]);
  assert.equal([ada.team?.name, bob.team], ["red", null]);
  sent.length = 0;
  const [boss, notes] = await Promise.all([bob.lazy.boss, linus.lazy.notes]);
  assert.equal([boss, notes.length], [grace, 2]);
  assert.is(linus.boss, grace);
  await ada.lazy.reports;
  assert.equal(names(grace.reports), ["Linus", "Bob"]);
  await session.load(found, Employee.r.team);
  await errorOf(() => session.load(found, Note.r.writer as never)).then(({ code }) =>
    assert.is(code, "option-root"),
  );
});

test("raiseload and refresh of a relationship", async () => {
  const raised = await session.scalars(everybody.options(raiseload(Employee.r.boss))).all();
  const error = await errorOf(() => raised[2]?.lazy.boss);
  assert.is(error.code, "raiseload");
  const linus = (await session.get(Engineer, 3)) as Engineer;
  await session.refresh(linus, "notes", "team");
  assert.equal([linus.notes.length, linus.team?.name], [2, "red"]);
});

test("both sides stay in step, and a flush writes rows in order", async () => {
  const eve = new Manager({ name: "Eve", budget: "1.00" });
  const dan = new Engineer({ name: "Yan", language: "C", boss: eve });
  const kim = new Manager({ name: "Kim", budget: "2.00", reports: [eve] });
  assert.equal(names(eve.reports), ["Yan"]);
  dan.notes.push(new Note({ text: "three" }));
  dan.tools.push(new Tool({ name: "vi" }));
  session.add(dan);
  await session.flush();
  assert.equal(
    sent.map((text) => text.replace(/ \(.*/, "")),
    [
      "INSERT INTO employees",
      "INSERT INTO employees",
      "INSERT INTO employees",
      "INSERT INTO notes",
      "INSERT INTO tools",
      "INSERT INTO engineer_tools",
    ],
  );
  assert.equal([eve.bossId, dan.bossId], [kim.id, eve.id]);
  sent.length = 0;
  dan.boss = kim;
  assert.equal([names(eve.reports), names(kim.reports)], [[], ["Eve", "Yan"]]);
  await session.flush();
  assert.equal(sent, [`UPDATE employees SET boss_id = ? WHERE id = ? [${kim.id},${dan.id}]`]);
  eve.bossId = null;
  await session.flush();
  assert.equal([eve.boss, names(kim.reports)], [null, ["Yan"]]);
});

test("a delete goes along the relationships of the class", async () => {
  const found = await session.scalars(everybody).all();
  const [, grace, linus] = found as [Manager, Manager, Engineer];
  await Promise.all([grace.lazy.reports, linus.lazy.notes]);
  const team = (await session.get(Team, 1)) as Team;
  await Promise.all([team.lazy.members, team.lazy.engineers]);
  team.leadId = null;
  (found[4] as Engineer).bossId = null;
  await session.flush();
  sent.length = 0;
  session.delete(linus);
  await session.flush();
  assert.equal(
    sent.filter((text) => !text.startsWith("SELECT")),
    [
      "DELETE FROM engineer_tools WHERE engineer_id IN (?) [3]",
      "DELETE FROM notes WHERE id IN (?, ?) [1,2]",
      "DELETE FROM employees WHERE id IN (?) [3]",
    ],
  );
  assert.equal(names(grace.reports), ["Bob"]);
  assert.equal([names(team.members), names(team.engineers)], [["Ada", "Grace"], []]);
  sent.length = 0;
  session.delete(grace);
  await session.flush();
  assert.equal(
    sent.filter((text) => !text.startsWith("SELECT")),
    [
      "UPDATE employees SET boss_id = ? WHERE id = ? [null,4]",
      "DELETE FROM employees WHERE id IN (?) [2]",
    ],
  );
});

test("merge copies what is related, of every class", async () => {
  const given = new Manager({ id: 1, name: "Ada", budget: "9.00", reports: [] });
  given.reports.push(new Engineer({ name: "Zed", language: "Go" }));
  const ada = await session.merge(given);
  assert.equal(shown(await ada.lazy.reports), ["Manager Grace", "Engineer Zed"]);
});

test("a foreign key of a variant does not make those of the root ambiguous", () => {
  // Engineer.mentorId leads to employees as well; it is no column of Employee.
  class Lone extends Base.mapped(
    "lones",
    {
      id: integer().primaryKey(),
      kind: varchar(5),
      upId: integer().nullable().references("lones.id"),
      up: manyToOne<Lone>("Lone"),
    },
    { discriminator: { column: "kind", value: "lone" } },
  ) {}
  class Other extends Lone.variant("other", {
    sideId: integer().nullable().references("lones.id"),
    side: manyToOne<Lone>("Lone", { foreignKey: "sideId" }),
  }) {}
  Base.configure(Other, Lone);
});

test.run();
