import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import {
  bigint,
  boolean,
  type Col,
  date,
  datetime,
  decimal,
  double,
  enumeration,
  integer,
  json,
  now,
  text,
  uuid,
  varchar,
} from "../../src/mapping/column.js";
import { type TableOptions, toTable } from "../../src/mapping/table.js";
import { errorOf } from "../support.js";

const test = suite("columns");
const id = integer().primaryKey();

test("a column never changes: each method gives a new one", () => {
  const name = varchar(100);
  const unique = name.unique();
  assert.is.not(unique, name);
  assert.is(name.definition.unique, undefined);
  assert.is(unique.definition.unique, true);
  assert.is(name.nullable().definition.nullable, true);
  assert.is(name.definition.nullable, false);
  assert.throws(() => Object.assign(name.definition, { nullable: true }), TypeError);
});

test("a column of a table is complete", () => {
  const { columns, primaryKey } = toTable("books", {
    id,
    publishedOn: date().nullable().named("published"),
    version: integer().version(),
    total: decimal(10, 2).generatedAs(sql`price * 2`, { stored: true }).fetched(),
  });
  assert.equal(
    columns.map(({ type, generated, ...column }) => ({ ...column, type: type.name })),
    [
      {
        name: "id",
        property: "id",
        position: 0,
        type: "integer",
        nullable: false,
        primaryKey: true,
        autoIncrement: true,
        version: false,
        fetched: false,
        default: undefined,
        onUpdate: undefined,
      },
      {
        name: "published",
        property: "publishedOn",
        position: 1,
        type: "date",
        nullable: true,
        primaryKey: false,
        autoIncrement: false,
        version: false,
        fetched: false,
        default: undefined,
        onUpdate: undefined,
      },
      {
        name: "version",
        property: "version",
        position: 2,
        type: "integer",
        nullable: false,
        primaryKey: false,
        autoIncrement: false,
        version: true,
        fetched: false,
        default: { kind: "value", value: 1 },
        onUpdate: undefined,
      },
      {
        name: "total",
        property: "total",
        position: 3,
        type: "decimal",
        nullable: false,
        primaryKey: false,
        autoIncrement: false,
        version: false,
        fetched: true,
        default: undefined,
        onUpdate: undefined,
      },
    ],
  );
  assert.is(columns[3]?.generated?.stored, true);
  assert.equal(primaryKey, [columns[0]]);
});

test("the server counts up a single whole number that comes from nowhere else", () => {
  const counts = (columns: Record<string, unknown>, options?: TableOptions) =>
    toTable("t", columns, options).columns.some((column) => column.autoIncrement);
  assert.ok(counts({ id }));
  assert.ok(counts({ id: bigint().as("string").primaryKey() }));
  assert.not(counts({ id: varchar(2).primaryKey() }));
  assert.not(counts({ id: uuid().primaryKey() }));
  assert.not(counts({ id: integer().primaryKey().default(7) }));
  assert.not(
    counts({
      id: integer()
        .primaryKey()
        .default(() => 7),
    }),
  );
  assert.not(counts({ id: integer().primaryKey().references("users.id") }));
  assert.not(counts({ id }, { foreignKeys: [{ columns: ["id"], references: ["users.id"] }] }));
  assert.not(counts({ a: id, b: id }));
});

test("defaults of each kind", () => {
  const made = () => "x";
  const kinds = toTable("t", {
    id,
    constant: boolean().default(false),
    client: varchar(5).default(made),
    server: integer().default(sql`1 + 1`),
    time: datetime().default(now()).onUpdate(now()),
  }).columns.map((column) => column.default);
  assert.equal(kinds.slice(0, 2), [undefined, { kind: "value", value: false }]);
  assert.equal(kinds[2], { kind: "client", make: made });
  assert.is(kinds[3]?.kind, "server");
  assert.equal(kinds[4], { kind: "server", expression: "now" });
});

test("composite keys", () => {
  const copies = toTable(
    "returns",
    {
      memberId: integer().primaryKey(),
      copyId: integer().primaryKey(),
      day: date(),
    },
    {
      foreignKeys: [
        {
          columns: ["memberId", "copyId"],
          references: ["loans.member_id", "loans.copy_id"],
          onDelete: "cascade",
        },
      ],
    },
  );
  assert.equal(
    copies.primaryKey.map(({ name }) => name),
    ["member_id", "copy_id"],
  );
  assert.equal(copies.foreignKeys, [
    {
      name: "fk_returns_member_id_copy_id_loans",
      columns: ["member_id", "copy_id"],
      table: "loans",
      references: ["member_id", "copy_id"],
      onDelete: "cascade",
      onUpdate: undefined,
    },
  ]);
});

/** The first line and the hint of what a wrong table throws. */
async function refusal(
  columns: () => Record<string, unknown>,
  options?: unknown,
): Promise<[what: string, hint: unknown, code: unknown]> {
  const error = await errorOf(() => toTable("books", columns(), options as TableOptions));
  return [error.message.split("\n")[0] ?? "", error.hint, error.code];
}

const definition = "column-definition";

test("what is not a column is refused", async () => {
  assert.equal(await refusal(() => ({ id, title: "varchar(200)" })), [
    'books.title: "varchar(200)" is not a column.',
    "Write a call of one, such as integer(), varchar(100) or date().nullable().",
    definition,
  ]);
  assert.is((await refusal(() => ({ id: integer })))[0], "books.id: a function is not a column.");
});

test("a table needs a primary key that is not null", async () => {
  assert.equal(await refusal(() => ({ title: varchar(9) })), [
    "books has no primary key.",
    "Write id: integer().primaryKey(), or mark the columns that identify a row.",
    definition,
  ]);
  assert.equal(await refusal(() => ({ id: id.nullable() })), [
    "books.id: A primary key cannot be null.",
    "Leave .nullable() out.",
    definition,
  ]);
});

test("sizes are checked where the type is made", async () => {
  assert.is((await errorOf(() => (varchar as () => unknown)())).code, "column-type");
  assert.is((await errorOf(() => decimal(2, 3))).code, "column-type");
});

test("a default of the wrong type is refused", async () => {
  const [what, , code] = await refusal(() => ({ id, pages: integer().default("7" as never) }));
  assert.match(what, /^books\.pages: default: "7" /);
  assert.is(code, "column-value");
  assert.is((await refusal(() => ({ id, a: text().default(null as never) })))[2], "column-value");
  assert.is(
    (await refusal(() => ({ id, a: text().default(undefined as never) })))[2],
    "column-value",
  );
  assert.match(
    (await refusal(() => ({ id, price: decimal(4, 2).default("123.456") })))[0],
    /^books\.price: default: /,
  );
});

test("two columns of one name are refused, capitals or not", async () => {
  assert.equal(
    await refusal(() => ({ id, title: varchar(9), heading: varchar(9).named("Title") })),
    ["Two columns of books are called Title.", "Give one of them another name.", definition],
  );
  assert.is(
    (await refusal(() => ({ id, bornOn: date(), born_on: date() })))[0],
    "Two columns of books are called born_on.",
  );
  assert.is(
    (await refusal(() => ({ id, isbn: varchar(9).unique() }), { uniques: [["isbn"]] }))[0],
    "Two constraints of books are called uq_books_isbn.",
  );
});

test("a reference names a table and a column", async () => {
  const hint =
    'Write "authors.id", by its names in the database; for several columns as many, of one table.';
  for (const target of ["authors", "authors.", ".id", "library.authors.id", ""]) {
    const [what, how] = await refusal(() => ({ id, authorId: integer().references(target) }));
    assert.is(what, `books.authorId: ${JSON.stringify(target)} is not a column of a table.`);
    assert.is(how, hint);
  }
  assert.is(
    (
      await refusal(() => ({ id, a: integer() }), {
        foreignKeys: [{ columns: ["id", "a"], references: ["x.a", "y.b"] }],
      })
    )[0],
    'books.id,a: "x.a", "y.b" is not a column of a table.',
  );
});

test("options that are misspelt are refused", async () => {
  assert.equal(
    await refusal(() => ({
      id,
      authorId: integer().references("authors.id", { onDelte: "cascade" } as never),
    })),
    [
      "books.authorId: references has no option onDelte.",
      "Did you mean onDelete? Its options are onDelete, onUpdate, name.",
      "unknown-option",
    ],
  );
  for (const wrong of [
    () => integer().generatedAs(sql`1`, { storred: true } as never),
    () => bigint({ unsinged: true } as never),
  ]) {
    assert.is((await errorOf(wrong)).code, "unknown-option");
  }
  assert.equal(await refusal(() => ({ id }), { unique: [["id"]] }), [
    "books has no option unique.",
    "Did you mean uniques? Its options are uniques, indexes, foreignKeys, checks, hybrids, filters, discriminator.",
    "unknown-option",
  ]);
});

test("constraints name properties", async () => {
  assert.equal(await refusal(() => ({ id, authorId: integer() }), { uniques: [["autorId"]] }), [
    "books, unique: There is no column autorId.",
    "Did you mean authorId? Name columns by property: id, authorId.",
    definition,
  ]);
  assert.equal(await refusal(() => ({ id, title: varchar(9) }), { indexes: ["title"] }), [
    "books, index: Columns stand in a list.",
    'Write [["authorId", "title"]], a list of lists.',
    definition,
  ]);
});

test('"set null" needs a column that can be null', async () => {
  const set = { onDelete: "set null" } as const;
  assert.is(
    (await refusal(() => ({ id, authorId: integer().references("authors.id", set) })))[0],
    'books.authorId: "set null" needs a column that can be null.',
  );
  toTable("books", { id, authorId: integer().nullable().references("authors.id", set) });
});

test("a definition has no parameters", async () => {
  const parameters = "A table's definition cannot have parameters.";
  assert.equal(await refusal(() => ({ id }), { checks: [sql`id > ${0}`] }), [
    `books, checks: ${parameters}`,
    "Write the value into the SQL, without a parameter: sql`price >= 0`.",
    definition,
  ]);
  assert.is(
    (await refusal(() => ({ id, n: integer().default(sql`1 + ${1}`) })))[0],
    `books.n: ${parameters}`,
  );
  assert.is(
    (await refusal(() => ({ id, n: integer().generatedAs(sql`id + ${sql.list([1])}`) })))[0],
    `books.n: ${parameters}`,
  );
  assert.is(
    (await refusal(() => ({ id }), { checks: ["id > 0"] }))[0],
    "books, checks: SQL is written with the sql tag.",
  );
});

test("what contradicts itself is refused", async () => {
  const wrong: [column: () => unknown, what: string][] = [
    [() => varchar(3).version(), "A version is a whole number."],
    [() => integer().default(1).generatedAs(sql`1`), "A generated column has no default."],
    [() => integer().default(now() as never), "now() is no integer."],
    [() => date().onUpdate(now()), "now() is no date."],
    [() => integer().onUpdate(5 as never), "onUpdate takes now() or a function."],
    [() => integer().onUpdate(sql`5` as never), "onUpdate takes now() or a function."],
  ];
  for (const [column, what] of wrong) {
    assert.is((await refusal(() => ({ id, x: column() })))[0], `books.x: ${what}`);
  }
});

test("the type is changed before values are given", async () => {
  const converter = {
    toDatabase: (url: URL) => url.href,
    fromDatabase: (href: string) => new URL(href),
  };
  const column = text().convert(converter).nullable();
  assert.is(column.definition.type.bind(new URL("http://a.b/")), "http://a.b/");
  assert.is((await errorOf(() => text().default("x").convert(converter))).code, definition);
  assert.is((await errorOf(() => bigint().default(1n).as("number"))).code, definition);
  assert.is(
    (await errorOf(() => (integer() as never as Col<bigint>).as("number"))).code,
    definition,
  );
  assert.equal(bigint({ unsigned: true }).as("string").definition.type.parameters, ["unsigned"]);
});

/** Compiles only while the flags hold; it is never called. */
export function typesHold(): void {
  const nullable: Col<string, true, true> = varchar(10).nullable();
  const required: Col<string, false, false> = varchar(10).unique().index().named("x").fetched();
  const optional: Col<number, false, true> = integer().references("a.id", { onDelete: "cascade" });
  const word: Col<"a" | "b", false, true> = enumeration("a", "b").default("a");
  const text6: Col<string> = datetime(6);
  const time: Col<Date, false, true> = datetime().default(now());
  const big: Col<number, true, true> = bigint().nullable().as("number");
  const url: Col<URL> = text().convert({
    toDatabase: (value: URL) => value.href,
    fromDatabase: (href) => new URL(href),
  });
  const tags: Col<readonly string[], false, true> = json<string[]>().default(["a"]);
  const any: Col<unknown, boolean, boolean>[] = [
    nullable,
    required,
    optional,
    word,
    text6,
    time,
    big,
    url,
    tags,
  ];
  // @ts-expect-error a required column is not an optional one
  const wrong: Col<string, false, true> = required;
  // @ts-expect-error not a member
  enumeration("a", "b").default("c");
  // @ts-expect-error a number is no decimal
  decimal(10, 2).default(() => 5);
  // @ts-expect-error only a bigint has forms
  double().as("string");
  // @ts-expect-error misspelt
  integer().references("a.id", { onDelte: "cascade" });
  // @ts-expect-error no action
  integer().references("a.id", { onDelete: "delete" });
  void [any, wrong];
}

test.run();
