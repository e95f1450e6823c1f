import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Dialect, mysqlDialect, sql } from "../../src/engine/index.js";
import {
  bigint,
  binary,
  boolean,
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
import { sortTables } from "../../src/mapping/ddl.js";
import { Metadata } from "../../src/mapping/metadata.js";
import { type TableOptions, toTable } from "../../src/mapping/table.js";
import { errorOf } from "../support.js";

const test = suite("ddl");
const id = integer().primaryKey();
const engine = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin";

/** Metadata of tables that are written as `{ name: columns }` or `{ name: [columns, options] }`. */
function metadataOf(
  tables: Record<string, object | readonly [columns: object, options: TableOptions]>,
): Metadata {
  const metadata = new Metadata();
  for (const [name, given] of Object.entries(tables)) {
    const [columns, options = {}] = Array.isArray(given) ? given : [given];
    metadata.add(toTable(name, columns, options));
  }
  return metadata;
}

test("a table with everything", () => {
  const metadata = metadataOf({
    authors: {
      id,
      name: varchar(100),
      email: varchar(150).unique(),
      bornOn: date().nullable(),
      createdAt: datetime().default(now()).onUpdate(now()),
    },
    books: [
      {
        id,
        title: varchar(200).index(),
        price: decimal(10, 2),
        double: decimal(11, 2).generatedAs(sql`price * 2`).nullable(),
        authorId: integer().references("authors.id", {
          onDelete: "cascade",
          onUpdate: "no action",
        }),
        version: integer().version(),
      },
      {
        checks: [sql`price >= 0`, { name: "title", expression: sql`title <> ''` }],
        uniques: [["authorId", "title"]],
      },
    ],
  });
  assert.equal(metadata.ddl(mysqlDialect), [
    `CREATE TABLE \`authors\` (
  \`id\` INT NOT NULL AUTO_INCREMENT,
  \`name\` VARCHAR(100) NOT NULL,
  \`email\` VARCHAR(150) NOT NULL,
  \`born_on\` DATE,
  \`created_at\` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (\`id\`),
  CONSTRAINT \`uq_authors_email\` UNIQUE (\`email\`)
) ${engine}`,
    `CREATE TABLE \`books\` (
  \`id\` INT NOT NULL AUTO_INCREMENT,
  \`title\` VARCHAR(200) NOT NULL,
  \`price\` DECIMAL(10, 2) NOT NULL,
  \`double\` DECIMAL(11, 2) GENERATED ALWAYS AS (price * 2) VIRTUAL,
  \`author_id\` INT NOT NULL,
  \`version\` INT NOT NULL DEFAULT 1,
  PRIMARY KEY (\`id\`),
  CONSTRAINT \`uq_books_author_id_title\` UNIQUE (\`author_id\`, \`title\`),
  INDEX \`ix_books_title\` (\`title\`),
  CONSTRAINT \`fk_books_author_id_authors\` FOREIGN KEY (\`author_id\`) REFERENCES \`authors\` (\`id\`) ON DELETE CASCADE ON UPDATE NO ACTION,
  CONSTRAINT \`ck_books_1\` CHECK (price >= 0),
  CONSTRAINT \`ck_books_title\` CHECK (title <> '')
) ${engine}`,
  ]);
});

/** What is said of a single column. */
function line(column: unknown): string {
  const [create = ""] = metadataOf({ t: { id, x: column } }).ddl(mysqlDialect);
  return /`x` (.*),\n {2}PRIMARY KEY/s.exec(create)?.[1] ?? "";
}

test("every type", () => {
  const lines: [column: unknown, line: string][] = [
    [integer(), "INT NOT NULL"],
    [bigint(), "BIGINT NOT NULL"],
    [bigint({ unsigned: true }).as("string"), "BIGINT UNSIGNED NOT NULL"],
    [varchar(7), "VARCHAR(7) NOT NULL"],
    [text(), "LONGTEXT NOT NULL"],
    [boolean(), "TINYINT(1) NOT NULL"],
    [decimal(65, 30), "DECIMAL(65, 30) NOT NULL"],
    [double(), "DOUBLE NOT NULL"],
    [date(), "DATE NOT NULL"],
    [datetime(), "DATETIME(3) NOT NULL"],
    [datetime(0), "DATETIME(0) NOT NULL"],
    [datetime(6), "DATETIME(6) NOT NULL"],
    [json(), "JSON NOT NULL"],
    [enumeration("it's", "a\\b", "c"), "ENUM('it''s', 'a\\\\b', 'c') NOT NULL"],
    [binary(), "LONGBLOB NOT NULL"],
    [binary(32), "VARBINARY(32) NOT NULL"],
    [uuid(), "BINARY(16) NOT NULL"],
    [integer().nullable(), "INT"],
    [
      integer().generatedAs(sql`id + 1`, { stored: true }),
      "INT GENERATED ALWAYS AS (id + 1) STORED NOT NULL",
    ],
    [
      integer()
        .generatedAs(sql`${sql.identifier("a`b")} + 1`)
        .nullable(),
      "INT GENERATED ALWAYS AS (`a``b` + 1) VIRTUAL",
    ],
  ];
  for (const [column, expected] of lines) assert.is(line(column), expected);
});

test("every default", () => {
  const defaults: [column: unknown, line: string][] = [
    [integer().default(-7), "INT NOT NULL DEFAULT -7"],
    [bigint().default(-(2n ** 63n)), "BIGINT NOT NULL DEFAULT -9223372036854775808"],
    [varchar(9).default("it's"), "VARCHAR(9) NOT NULL DEFAULT 'it''s'"],
    [varchar(9).default("a\\b\0\n?"), "VARCHAR(9) NOT NULL DEFAULT 'a\\\\b\\0\n?'"],
    [text().default(""), "LONGTEXT NOT NULL DEFAULT ('')"],
    [boolean().default(true), "TINYINT(1) NOT NULL DEFAULT 1"],
    [boolean().default(false).nullable(), "TINYINT(1) DEFAULT 0"],
    [decimal(4, 2).default("9.90"), "DECIMAL(4, 2) NOT NULL DEFAULT '9.90'"],
    [double().default(0.1), "DOUBLE NOT NULL DEFAULT 0.1"],
    [double().default(-0), "DOUBLE NOT NULL DEFAULT -0e0"],
    [double().default(1e21), "DOUBLE NOT NULL DEFAULT 1e+21"],
    [date().default("1969-12-31"), "DATE NOT NULL DEFAULT '1969-12-31'"],
    [
      datetime().default(new Date("2026-11-21T08:30:00.123Z")),
      "DATETIME(3) NOT NULL DEFAULT '2026-11-21 08:30:00.123'",
    ],
    [
      datetime(6).default("2026-11-21T08:30:00.123456Z"),
      "DATETIME(6) NOT NULL DEFAULT '2026-11-21 08:30:00.123456'",
    ],
    [json<{ a: string }>().default({ a: "it's" }), `JSON NOT NULL DEFAULT ('{"a":"it''s"}')`],
    [enumeration("a", "b").default("b"), "ENUM('a', 'b') NOT NULL DEFAULT 'b'"],
    [binary(2).default(new Uint8Array([0, 255])), "VARBINARY(2) NOT NULL DEFAULT x'00ff'"],
    [binary().default(new Uint8Array([0, 255])), "LONGBLOB NOT NULL DEFAULT (x'00ff')"],
    [
      uuid().default("00112233-4455-6677-8899-aabbccddeeff"),
      "BINARY(16) NOT NULL DEFAULT x'00112233445566778899aabbccddeeff'",
    ],
    [integer().default(() => 7), "INT NOT NULL"],
    [integer().default(sql`7 + 1`), "INT NOT NULL DEFAULT (7 + 1)"],
    [date().default(now()), "DATE NOT NULL DEFAULT (CURRENT_DATE)"],
    [datetime(0).default(now()), "DATETIME(0) NOT NULL DEFAULT CURRENT_TIMESTAMP(0)"],
    [datetime(6).nullable().onUpdate(now()), "DATETIME(6) ON UPDATE CURRENT_TIMESTAMP(6)"],
    [datetime().onUpdate(() => new Date()), "DATETIME(3) NOT NULL"],
  ];
  for (const [column, expected] of defaults) assert.is(line(column), expected);
});

test("names are quoted", () => {
  const [create] = metadataOf({ "a`b": { id, order: integer().named("or`der") } }).ddl(
    mysqlDialect,
  );
  assert.is(
    create,
    `CREATE TABLE \`a\`\`b\` (
  \`id\` INT NOT NULL AUTO_INCREMENT,
  \`or\`\`der\` INT NOT NULL,
  PRIMARY KEY (\`id\`)
) ${engine}`,
  );
});

/** What is created in which order, and which foreign keys are added: "authors, books, +fk_…". */
function order(metadata: Metadata, existing?: string[]): string {
  return metadata
    .ddl(mysqlDialect, existing)
    .map((statement) => /^CREATE TABLE `(\w+)`/.exec(statement)?.[1] ?? statement)
    .join(", ");
}

test("parents come before children", () => {
  const metadata = metadataOf({
    loans: {
      id,
      copyId: integer().references("copies.id"),
      memberId: integer().references("members.id"),
    },
    copies: { id, bookId: integer().references("books.id") },
    books: { id },
    members: { id },
  });
  assert.is(order(metadata), "books, copies, members, loans");
  assert.equal(
    sortTables([...metadata.tables.values()]).map(({ name }) => name),
    ["books", "copies", "members", "loans"],
  );
});

test("a table that points at itself needs nothing else", () => {
  const metadata = metadataOf({
    tags: { id, parentId: integer().nullable().references("tags.id") },
  });
  const [create = "", ...more] = metadata.ddl(mysqlDialect);
  assert.equal(more, []);
  assert.ok(
    create.includes(
      "CONSTRAINT `fk_tags_parent_id_tags` FOREIGN KEY (`parent_id`) REFERENCES `tags` (`id`)",
    ),
  );
});

const circle = () =>
  metadataOf({
    teams: { id, leaderId: integer().nullable().references("people.id", { onDelete: "set null" }) },
    people: { id, teamId: integer().references("teams.id") },
  });

test("of a circle, some foreign keys are added afterwards", () => {
  assert.is(
    order(circle()),
    "teams, people, ALTER TABLE `teams` ADD CONSTRAINT `fk_teams_leader_id_people` " +
      "FOREIGN KEY (`leader_id`) REFERENCES `people` (`id`) ON DELETE SET NULL",
  );
  const [teams = "", people = ""] = circle().ddl(mysqlDialect);
  assert.not(teams.includes("FOREIGN KEY"));
  assert.ok(people.includes("FOREIGN KEY (`team_id`) REFERENCES `teams` (`id`)"));
});

test("a composite foreign key", () => {
  const metadata = metadataOf({
    returns: [
      { id, memberId: integer(), copyId: integer() },
      {
        foreignKeys: [
          { columns: ["memberId", "copyId"], references: ["loans.member_id", "loans.copy_id"] },
        ],
      },
    ],
    loans: { memberId: integer().primaryKey(), copyId: integer().primaryKey() },
  });
  const [loans = "", returns = ""] = metadata.ddl(mysqlDialect);
  assert.ok(loans.includes("PRIMARY KEY (`member_id`, `copy_id`)"));
  assert.not(loans.includes("AUTO_INCREMENT"));
  assert.ok(
    returns.includes(
      "CONSTRAINT `fk_returns_member_id_copy_id_loans` FOREIGN KEY (`member_id`, `copy_id`) " +
        "REFERENCES `loans` (`member_id`, `copy_id`)",
    ),
  );
});

test("a foreign key must lead to a column of its type", async () => {
  const wrong: [parent: object, reference: unknown, what: string, hint: RegExp][] = [
    [
      { id },
      integer().references("autors.id"),
      "It references autors, and there is no such table.",
      /^Did you mean authors\? Import /,
    ],
    [
      { id },
      integer().references("authors.key"),
      "There is no column authors.key.",
      /^Its columns are id\.$/,
    ],
    [
      { id, homeTown: integer().unique() },
      integer().references("authors.homeTown"),
      "There is no column authors.homeTown.",
      /^Write home_town\. /,
    ],
    [
      { id: bigint().primaryKey() },
      integer().references("authors.id"),
      "It is INT, and authors.id is BIGINT.",
      /type of the column/,
    ],
    [
      { id: bigint({ unsigned: true }).primaryKey() },
      bigint().references("authors.id"),
      "It is BIGINT, and authors.id is BIGINT UNSIGNED.",
      /type of the column/,
    ],
  ];
  for (const [parent, reference, what, hint] of wrong) {
    const metadata = metadataOf({ authors: parent, books: { id, authorId: reference } });
    const error = await errorOf(() => metadata.ddl(mysqlDialect));
    assert.is(error.message.split("\n")[0], `books.author_id: ${what}`);
    assert.match(String(error.hint), hint);
    assert.is(error.code, "column-definition");
  }
});

test("texts of another length can be joined", () => {
  const metadata = metadataOf({
    books: { id, code: varchar(40).references("countries.code") },
    countries: { code: varchar(2).primaryKey() },
  });
  assert.is(order(metadata), "countries, books");
});

test("a table that exists already is not made, and can be pointed at", () => {
  const metadata = metadataOf({
    books: { id, userId: integer().references("users.id") },
    tags: { id },
  });
  assert.is(order(metadata, ["users"]), "books, tags");
  assert.is(order(metadata, ["users", "tags"]), "books");
});

test("a table mapped again replaces the earlier one; a table between classes comes of itself", () => {
  const metadata = metadataOf({ a: { id }, b: { id } });
  metadata.add(toTable("a", { id, bId: integer().references("b.id") }));
  let made = 0;
  metadata.implied.set("a_b", () => {
    made += 1;
    return toTable("a_b", {
      aId: integer().primaryKey().references("a.id"),
      bId: integer().primaryKey().references("b.id"),
    });
  });
  assert.is(made, 0);
  assert.is(order(metadata), "b, a, a_b");
  metadata.add(toTable("a_b", { id }));
  assert.is(order(metadata), "b, a, a_b");
  assert.is(made, 1);
  metadata.tables.delete("a");
  assert.is(order(metadata), "b, a_b");
});

test("other databases are to come", async () => {
  const dialect: Dialect = { ...mysqlDialect, name: "sqlite" };
  const error = await errorOf(() => circle().ddl(dialect));
  assert.is(error.code, "dialect-missing");
});

test("every text is one literal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (value) => {
      const [, quoted = ""] = /DEFAULT '(.*)'$/s.exec(line(varchar(200).default(value))) ?? [];
      const read = quoted.replace(/\\(.)|''/gs, (_, escaped) =>
        escaped === undefined ? "'" : escaped === "0" ? "\0" : escaped,
      );
      assert.is(read, value);
      assert.not.match(quoted.replace(/\\.|''/gs, ""), /'/);
    }),
    { numRuns: 100 },
  );
});

test.run();
