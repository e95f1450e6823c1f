import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { mysqlDialect } from "../../src/engine/mysql-dialect.js";
import {
  type Collection,
  decimal,
  declarativeBase,
  type Expr,
  enumeration,
  integer,
  json,
  manyToMany,
  manyToOne,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";
import { errorOf } from "../support.js";

const test = suite("variants");

/** The classes of these tests, made anew for each test that asks. */
function company() {
  const Base = declarativeBase();
  class Employee extends Base.mapped(
    "employees",
    {
      id: integer().primaryKey(),
      kind: varchar(20),
      name: varchar(100),
      bossId: integer().nullable().references("employees.id"),
      boss: manyToOne<Manager>("Manager", { backPopulates: "reports" }),
    },
    {
      discriminator: { column: "kind", value: "employee" },
      hybrids: {
        loud: { object: (one) => `${one.name}!`, sql: (c) => c.name },
      },
    },
  ) {
    greet(): string {
      return `I am ${this.name}.`;
    }
  }
  class Manager extends Employee.variant(
    "manager",
    {
      budget: decimal(10, 2),
      reports: oneToMany<Employee>("Employee", { backPopulates: "boss" }),
    },
    {
      indexes: [["budget", "name"]],
      checks: [sql`budget >= 0`],
      hybrids: {
        isRich: { object: (one) => Number(one.budget) > 9, sql: (c) => c.budget.gt("9") },
      },
    },
  ) {
    spend(): string {
      return `${this.name} spends ${this.budget}.`;
    }
  }
  class Engineer extends Employee.variant("engineer", {
    language: varchar(30).default("TypeScript"),
    tools: json<string[]>().nullable(),
    projects: manyToMany<Project>("Project", { through: "project_engineers" }),
  }) {}
  class Director extends Manager.variant("director", { car: varchar(20).nullable() }) {}
  class Project extends Base.mapped("projects", {
    id: integer().primaryKey(),
    engineers: manyToMany<Engineer>("Engineer", { through: "project_engineers" }),
  }) {}
  return { Base, Employee, Manager, Engineer, Director, Project };
}

test("one table has the columns of all classes; those of variants can be NULL", () => {
  const { Base, Employee, Manager, Engineer, Director, Project } = company();
  Base.configure(Employee, Manager, Engineer, Director, Project);
  assert.is(
    Base.metadata.ddl(mysqlDialect)[0],
    `CREATE TABLE \`employees\` (
  \`id\` INT NOT NULL AUTO_INCREMENT,
  \`kind\` VARCHAR(20) NOT NULL,
  \`name\` VARCHAR(100) NOT NULL,
  \`boss_id\` INT,
  \`budget\` DECIMAL(10, 2),
  \`language\` VARCHAR(30) DEFAULT 'TypeScript',
  \`tools\` JSON,
  \`car\` VARCHAR(20),
  PRIMARY KEY (\`id\`),
  INDEX \`ix_employees_budget_name\` (\`budget\`, \`name\`),
  CONSTRAINT \`fk_employees_boss_id_employees\` FOREIGN KEY (\`boss_id\`) REFERENCES \`employees\` (\`id\`),
  CONSTRAINT \`ck_employees_1\` CHECK (budget >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin`,
  );
  assert.is(Base.metadata.tables.size, 2);
});

test("a table between is made for a variant, with the name of its class", () => {
  const { Base, Employee, Engineer, Project } = company();
  Base.configure(Project, Engineer, Employee);
  const [link] = Base.metadata.ddl(mysqlDialect).slice(-1);
  assert.match(link as string, "CREATE TABLE `project_engineers`");
  assert.match(link as string, "FOREIGN KEY (`engineer_id`) REFERENCES `employees` (`id`)");
});

test("an object of a variant is one of its parents too, with their methods and hybrids", () => {
  const { Employee, Manager, Engineer, Director } = company();
  const ada = new Director({ name: "Ada", budget: "10.00", car: "red" });
  assert.ok(ada instanceof Director && ada instanceof Manager && ada instanceof Employee);
  assert.not(ada instanceof Engineer);
  assert.is(ada.greet() + ada.spend(), "I am Ada.Ada spends 10.00.");
  assert.equal([ada.kind, ada.loud, ada.isRich], ["director", "Ada!", true]);
  assert.equal(
    [new Employee({ name: "Bob" }), new Manager({ name: "Cy", budget: "1.00" })].map((x) => x.kind),
    ["employee", "manager"],
  );
});

test("an object shows what its class has", () => {
  const { Employee, Manager, Engineer } = company();
  const grace = new Manager({ name: "Grace", budget: "1.00" });
  const values = { kind: "manager", name: "Grace", bossId: null, budget: "1.00" };
  assert.equal(grace.toObject(), values as object);
  assert.equal(JSON.parse(JSON.stringify(grace)), values);
  assert.is(
    inspect(grace, { breakLength: 200 }),
    "Manager { kind: 'manager', name: 'Grace', bossId: null, budget: '1.00' }",
  );
  assert.equal(new Employee({ name: "Bob" }).toObject() as object, {
    kind: "employee",
    name: "Bob",
    bossId: null,
  });
  const linus = new Engineer({ name: "Linus" });
  assert.equal(linus.toObject() as object, {
    kind: "engineer",
    name: "Linus",
    bossId: null,
    language: "TypeScript",
    tools: null,
  });
  assert.is((grace as object as { language?: string }).language, undefined);
});

test("relationships of root and variant stand apart, whichever was declared last", () => {
  const { Employee, Manager, Engineer, Director } = company();
  const bob = new Employee({ name: "Bob" });
  const linus = new Engineer({ name: "Linus" });
  const ada = new Director({ name: "Ada", budget: "10.00", reports: [bob, linus] });
  const eve = new Manager({ name: "Eve", budget: "1.00", reports: [ada] });
  bob.boss = ada;
  ada.boss = eve;
  assert.is(ada.boss, eve);
  assert.equal(
    ada.reports.map(({ name }) => name),
    ["Bob", "Linus"],
  );
  assert.equal(linus.projects.length, 0);
  linus.tools = ["vi"];
  assert.equal(linus.tools, ["vi"]);
});

test("a relationship takes objects of its class and of the variants of that", async () => {
  const { Employee, Manager, Engineer, Director } = company();
  const bob = new Employee({ name: "Bob" });
  const linus = new Engineer({ name: "Linus" });
  bob.boss = new Director({ name: "Ada", budget: "10.00" });
  const error = await errorOf(() => {
    bob.boss = linus as never;
  });
  assert.is(error.code, "related-value");
  assert.match(error.message, "Employee.boss takes an object of class Manager, not ");
  const manager = new Manager({ name: "Eve", budget: "1.00" });
  manager.reports.push(bob, linus, manager);
  assert.is(manager.reports.length, 3);
});

test("the discriminator is set by the class alone", async () => {
  const { Employee, Manager } = company();
  // @ts-expect-error
  const given = await errorOf(() => new Manager({ name: "Ada", budget: "1.00", kind: "manager" }));
  assert.is(given.code, "discriminator-value");
  const ada = new Manager({ name: "Ada", budget: "1.00" });
  const set = await errorOf(() => {
    ada.kind = "employee";
  });
  assert.is(set.code, "discriminator-value");
  assert.is(
    set.message.split("\n")[0],
    "Manager.kind says of which class a row is, and cannot be set.",
  );
  assert.is(ada.kind, "manager");
  // @ts-expect-error
  const abstract = await errorOf(() => new Employee({ name: "Bob", budget: "1.00" }));
  assert.is(abstract.code, "unknown-property");
});

test("a root without a value has no objects of its own", async () => {
  const Base = declarativeBase();
  class Shape extends Base.mapped(
    "shapes",
    { id: integer().primaryKey(), form: enumeration("circle", "square") },
    { discriminator: { column: "form" } },
  ) {}
  class Circle extends Shape.variant("circle", { radius: integer() }) {}
  const error = await errorOf(() => new Shape());
  assert.is(error.code, "abstract-class");
  assert.match(error.message, "Shape has no rows of its own, only its variants have.");
  assert.is(new Circle({ radius: 1 }).form, "circle");
  const wrong = await errorOf(() => Shape.variant("triangle", {}));
  assert.is(wrong.code, "discriminator");
});

test("what cannot be meant is refused where it is declared", async () => {
  const Base = declarativeBase();
  const columns = { id: integer().primaryKey(), kind: varchar(9), extra: varchar(9).nullable() };
  const root = (discriminator: object) =>
    errorOf(() => Base.mapped("roots", columns, { discriminator } as never));
  assert.is((await root({ column: "kin" })).code, "discriminator");
  assert.is((await root({ column: "extra" })).code, "discriminator");
  assert.is((await root({ column: "id" })).code, "discriminator");
  assert.is((await root({ column: "kind", values: "a" })).code, "unknown-option");
  assert.is((await root({ column: "kind", value: "much too long" })).code, "discriminator");
  const discriminator = { column: "kind", value: "root" } as const;
  class Root extends Base.mapped("roots", columns, { discriminator }) {}
  Root.variant("a", { size: integer(), other: manyToOne<Root>("Root") });
  const refused = async (kind: string, declared: object, options?: object) => {
    const { code, message } = await errorOf(() => Root.variant(kind, declared as never, options));
    return `${code}: ${message.split("\n")[0]}`;
  };
  assert.is(
    await refused("b", { size: integer() }),
    'variant-property: variant("b").size: "a" has a column of that name in the same table.',
  );
  assert.is(
    await refused("b", { extra: integer() }),
    'variant-property: variant("b").extra: Root has it already.',
  );
  assert.is(
    await refused("b", { key: integer().primaryKey() }),
    'column-definition: variant("b").key: a key is that of every row of the table.',
  );
  assert.is(
    await refused("b", { n: integer().version() }),
    'column-definition: variant("b").n: a version is that of every row of the table.',
  );
  assert.is(
    await refused("root", {}),
    'discriminator: variant("root"): that is what kind says of Root itself.',
  );
  assert.match(await refused("", {}), "discriminator: Root.variant(): kind cannot be ");
  assert.match(await refused("b", {}, { filters: {} }), "unknown-option: ");
  assert.match(await refused("b", { lazy: integer() }), "property-name: ");
  assert.match(await refused("b", {}, { hybrids: { extra: {} } }), "property-name: ");
  class Sub extends Root {}
  const inheritance = await errorOf(() => new Sub());
  assert.is(inheritance.code, "inheritance");
  assert.match(inheritance.message, 'Hint: Write class Sub extends Root.variant("…", { … }).');
  // What was refused left nothing behind.
  assert.equal(
    Base.metadata.tables.get("roots")?.columns.map(({ name }) => name),
    ["id", "kind", "extra", "size"],
  );
});

test("a variant can come until there are objects; the same one again also later", async () => {
  const { Employee, Manager } = company();
  const before = new Employee({ name: "Bob" });
  const late = await errorOf(() => Employee.variant("pilot", { hours: integer() }));
  assert.is(late.code, "variant-late");
  const warnings: string[] = [];
  const warn = process.emitWarning;
  process.emitWarning = ((text: string) => warnings.push(text)) as never;
  try {
    const again = {
      budget: decimal(10, 2),
      reports: oneToMany<never>("Employee", { backPopulates: "boss" }),
    };
    class NewManager extends Employee.variant("manager", again) {}
    const made = new NewManager({ name: "Ada", budget: "2.00", reports: [] });
    assert.is(made.budget, "2.00");
    const other = await errorOf(() => Employee.variant("manager", { money: integer() }));
    assert.is(other.code, "variant-late");
  } finally {
    process.emitWarning = warn;
  }
  assert.equal(warnings, ["Manager (table employees) was mapped again; the later one counts."]);
  assert.is(before.name, "Bob");
  assert.is(new Manager({ name: "Old", budget: "1.00" }).kind, "manager");
});

test("a root that is declared again has none of the variants of the earlier one", () => {
  const { Base, Employee, Manager } = company();
  Base.configure(Employee, Manager);
  const warn = process.emitWarning;
  process.emitWarning = () => {};
  try {
    class Again extends Base.mapped(
      "employees",
      { id: integer().primaryKey(), kind: varchar(20) },
      { discriminator: { column: "kind" } },
    ) {}
    Again.variant("manager", { level: integer() });
    const { columns } = Base.metadata.tables.get("employees") ?? { columns: [] };
    assert.equal(
      columns.map(({ name }) => name),
      ["id", "kind", "level"],
    );
  } finally {
    process.emitWarning = warn;
  }
});

test("the types of a variant are those of its parent and its own", () => {
  const { Employee, Manager, Director } = company();
  const one: InstanceType<typeof Employee> = new Director({ name: "Ada", budget: "1.00" });
  assert.throws(() => {
    // @ts-expect-error: a manager has a budget
    new Manager({ name: "Ada" }).budget.length;
  });
  if (one instanceof Manager) {
    const budget: string = one.budget;
    const reports: Collection<InstanceType<typeof Employee>> = one.reports;
    assert.equal([budget, reports.length], ["1.00", 0]);
  }
  const column: Expr<string, false, "employees"> = Director.c.name;
  const own: Expr<string, true, "employees"> = Director.c.car;
  const hybrid: Expr<boolean, boolean, "employees"> = Director.c.isRich;
  assert.equal(
    [column, own, hybrid].map(({ node }) => node.kind),
    ["column", "column", "alias"],
  );
  const { budget, car, name } = new Director({ name: "Ada", budget: "1.00" }).toObject();
  const exact: [string, string | null, string] = [budget, car, name];
  assert.equal(exact, ["1.00", null, "Ada"]);
  assert.equal(Object.keys(Manager.r), ["boss", "reports"]);
  // @ts-expect-error: a root has no columns of its variants
  assert.is(Employee.c.budget, undefined);
});

test.run();
