import type { Exercise, Json, JudgeContext, Random, Sql } from "../../judge/exercise.js";

type Form = { name: string; email: string; age: number };

/** The class allows 100 characters; MySQL refuses more than these. */
const nameLength = 20;
const saves = "saves the forms that can be saved";

const email = (name: string) => `${name}@example.org`;

function newForm(random: Random): Form {
  const name = random.word(4);
  return { name, email: email(name), age: random.integer(6, 90) };
}

async function membersIn(sql: Sql): Promise<Json> {
  const rows = await sql("SELECT name, email, age FROM members ORDER BY id");
  return rows.map(({ name, email, age }) => [String(name), String(email), Number(age)]);
}
const asRows = (forms: Form[]): Json => forms.map(({ name, email, age }) => [name, email, age]);

/** A member who is there before, and the row of it. */
async function old(sql: Sql, random: Random): Promise<Form> {
  const form = newForm(random);
  const { name, email, age } = form;
  await sql("INSERT INTO members (name, email, age) VALUES (?, ?, ?)", [name, email, age]);
  return form;
}

type Expected = { given: Json; runs: number; rows: Json };

async function judge({ observation, secret, assert, sql }: JudgeContext): Promise<void> {
  const { given, runs, rows } = secret as Expected;
  const seen = observation as Expected & { inUse: number };
  assert.equal(seen.given, given, "What the function gave, or threw, is another one.");
  assert.is(seen.runs, runs, `The transaction was run ${Number(seen.runs)} times.`);
  assert.is(seen.inUse, 0, `${Number(seen.inUse)} connections were not given back to the pool.`);
  const members = await membersIn(sql);
  const said = `There are ${(members as Json[]).length} members in the table, and not the right ones.`;
  assert.equal(members, rows, said);
}

const exercise: Exercise = {
  id: "6.5",
  async setup(sql) {
    await sql(
      `CREATE TABLE members (
         id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(${nameLength}) NOT NULL,
         email VARCHAR(100) NOT NULL, age INT NOT NULL, CONSTRAINT uq_members_email UNIQUE (email),
         CONSTRAINT ck_members_1 CHECK (age >= 6))`,
    );
  },
  tests: [
    {
      name: saves,
      points: 3,
      feedback:
        "When nothing is wrong, all of the forms become rows, in their order, and the list is empty.",
      async arrange({ random }) {
        const forms = Array.from({ length: random.integer(3, 5) }, () => newForm(random));
        const secret: Expected = { given: { refused: [] }, runs: 0, rows: asRows(forms) };
        return { input: { forms }, secret };
      },
      judge,
    },
    {
      name: "reports the others by line and property",
      points: 4,
      needs: saves,
      feedback:
        "An address that is taken, by somebody of before or of the same list, and a child that is too young: each of them is on the list, with its line, its property and its code. All others are saved, those behind it too.",
      async arrange({ random, sql }) {
        const before = await old(sql, random);
        const [one, two, three] = [newForm(random), newForm(random), newForm(random)];
        const taken = { ...newForm(random), email: before.email };
        const young = { ...newForm(random), age: random.integer(1, 5) };
        const twice = { ...newForm(random), email: one.email };
        const forms = [one, ...random.shuffle([taken, young, twice, two]), three];
        const refused = forms.flatMap((form, at): Json[] => {
          if (form === young) return [{ line: at + 1, property: "age", code: "check" }];
          if (form !== taken && form !== twice) return [];
          return [{ line: at + 1, property: "email", code: "duplicate-key" }];
        });
        const rows = asRows([before, one, two, three]);
        return { input: { forms }, secret: { given: { refused }, runs: 0, rows } };
      },
      judge,
    },
    {
      name: "takes what does not fit for a refused form too",
      points: 3,
      hidden: true,
      needs: saves,
      feedback:
        "A name was longer than the column in the database, which MySQL refuses with a DataError. That is a refused form like any other.",
      async arrange({ random }) {
        const [one, two] = [newForm(random), newForm(random)];
        const long = { ...newForm(random), name: random.word(nameLength) };
        const forms = random.shuffle([one, long, two]);
        const line = forms.indexOf(long) + 1;
        const refused = [{ line, property: "name", code: "too-long" }];
        const rows = asRows(forms.filter((form) => form !== long));
        return { input: { forms }, secret: { given: { refused }, runs: 0, rows } };
      },
      judge,
    },
    {
      name: "saves nothing when something else fails",
      points: 2,
      hidden: true,
      needs: saves,
      feedback:
        "A form had a value that ormlet itself refuses, with an ArgumentError, before anything is sent. That is not a broken rule but a broken program: the caller should get that error, and none of the forms should be in the table, not even those before it.",
      async arrange({ random, sql }) {
        const before = await old(sql, random);
        const wrong = { ...newForm(random), age: "old" } as unknown as Form;
        const young = { ...newForm(random), age: 3 };
        const forms = [newForm(random), young, wrong, newForm(random)];
        const secret: Expected = {
          given: { error: "ArgumentError" },
          runs: 0,
          rows: asRows([before]),
        };
        return { input: { forms } as unknown as Json, secret };
      },
      judge,
    },
    {
      name: "runs all of it again after a deadlock",
      points: 2,
      hidden: true,
      needs: "reports the others by line and property",
      feedback:
        "The transaction was the victim of a deadlock, up to three times. It should be run again from its first line, every form that can be saved is saved once, and each refused form is reported once: the list belongs to the run that succeeded.",
      async arrange({ random }) {
        const [one, two] = [newForm(random), newForm(random)];
        const young = { ...newForm(random), age: 2 };
        const forms = random.shuffle([one, young, two]);
        const deadlocks = random.integer(1, 3);
        const refused = [{ line: forms.indexOf(young) + 1, property: "age", code: "check" }];
        const rows = asRows(forms.filter((form) => form !== young));
        const secret: Expected = { given: { refused }, runs: deadlocks + 1, rows };
        return { input: { forms, deadlocks }, secret };
      },
      judge,
    },
    {
      name: "gives up after the third repetition",
      points: 1,
      hidden: true,
      needs: saves,
      feedback:
        "The transaction was the victim of a deadlock four times. After three repetitions the caller should get the error, and nothing is saved.",
      async arrange({ random }) {
        const forms = [newForm(random), newForm(random)];
        const secret: Expected = { given: { error: "DeadlockError" }, runs: 4, rows: [] };
        return { input: { forms, deadlocks: 4 }, secret };
      },
      judge,
    },
  ],
};

export default exercise;
