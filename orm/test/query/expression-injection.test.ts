import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createEngine,
  type Engine,
  mysqlDialect,
  type Statement,
  sql,
} from "../../src/engine/index.js";
import { declarativeBase, type Expr, integer, json, or, varchar } from "../../src/mapping/index.js";
import { alias, caseWhen, cte, func, literal, select } from "../../src/query/index.js";
import { runs, testDatabase } from "../support.js";
import { tokens } from "./tokens.js";

/** No value, name or path, however hostile, changes the structure of a statement. */
const test = suite("injection");
const database = testDatabase(test);
let engine: Engine;

const Base = declarativeBase();
class Word extends Base.mapped("words", {
  id: integer().primaryKey(),
  word: varchar(200),
  blank: varchar(1),
}) {}

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO words (id, word, blank) VALUES (1, 'a', ''), (2, 'b', '')`);
});
test.after(() => engine.dispose());

/** Pieces of which attacks are made, among any characters that Unicode has. */
const pieces = fc.constantFrom(
  ...[
    "'",
    '"',
    "`",
    "``",
    "\\",
    "\\\\",
    "\\'",
    "''",
    "\0",
    "\u001a",
    "\n",
    "\r",
    ";",
    "?",
    "??",
    ":a",
    "@@x",
    "%",
    "_",
  ],
  ...[
    "-- ",
    "--\n",
    "#",
    "/*",
    "*/",
    "/*!50000",
    "$",
    "$.",
    ".",
    "[0]",
    "[*]",
    "**",
    "[last]",
    "]",
    "(",
    ")",
    ",",
    " AS ",
  ],
  ...[
    " OR 1=1",
    "' OR '1'='1",
    "; DROP TABLE words",
    "UNION SELECT 1",
    "\u2019",
    "\u02bc",
    "\uff07",
    "é",
    "😀",
    "\u202e",
  ],
);
const hostile = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: pieces },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(""));
/** An empty one is refused. */
const hostileName = hostile.filter((name) => name !== "");

interface Attack {
  readonly values: readonly [string, string];
  readonly name: string;
  readonly other: string;
  readonly path: readonly (string | number)[];
  readonly separator: string;
}
const attacks: fc.Arbitrary<Attack> = fc.record({
  values: fc.tuple(hostile, hostile),
  name: hostileName,
  other: hostileName,
  path: fc.array(fc.oneof(hostile, fc.nat(2)), { minLength: 1, maxLength: 3 }),
  separator: hostile,
});
const harmless: Attack = { values: ["x", "y"], name: "n", other: "m", path: ["k"], separator: "s" };

/** A document that has `value` at the path, and another value at every place beside it. */
function documentOf(path: readonly (string | number)[], value: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const inner = documentOf(rest, value);
  if (typeof step === "number") return [...Array<string>(step).fill("before"), inner, "after"];
  return { k: "wrong", "": "wrong", last: "wrong", ["__proto__"]: "wrong", [step]: inner };
}

/** Statements with the strings of an attack in every place that takes one. */
const places = {
  values: ({ values: [value, other] }: Attack) =>
    select(func.concat(Word.c.blank, value))
      .where(
        or(
          Word.c.id.eq(1),
          Word.c.word.eq(value),
          Word.c.word.like(value),
          Word.c.word.contains(value),
          Word.c.word.in([value, other]),
          Word.c.word.between(value, other),
          func.replace(Word.c.word, value, other).eq(other),
          caseWhen(Word.c.word.startsWith(value), value).else(other).ne(value),
        ),
      )
      .orderBy(func.position(Word.c.word, value).desc(), Word.c.id)
      .limit(1),
  path: ({ values: [value], path }: Attack) => {
    const document = literal(documentOf(path, value), json());
    return select(func.jsonText(document, ...path))
      .from(Word)
      .where(Word.c.id.eq(1));
  },
  separator: ({ separator }: Attack) =>
    select(func.groupConcat(Word.c.word, { separator, orderBy: Word.c.word })),
  name: ({ name }: Attack) => select(Word.c.word.as(name)).where(Word.c.id.eq(1)),
  alias: ({ name, other }: Attack) => select(alias(Word, name).c.id.as(other)),
  cte: ({ name, other }: Attack) =>
    select(cte(name, select({ [other]: Word.c.id })).c[other] as Expr<unknown>),
  subquery: ({ name, other }: Attack) =>
    select(select({ [other]: Word.c.id }).subquery(name).c[other] as Expr<unknown>),
};
type Place = keyof typeof places;
const compiled = (place: Place, attack: Attack) => places[place](attack).toSql(mysqlDialect);

const structure = (text: string) =>
  tokens(text).map(({ kind, text }) => (kind === "name" || kind === "string" ? kind : text));
const names = Object.keys(places) as Place[];
const usual = new Map(names.map((place) => [place, structure(compiled(place, harmless).text)]));
const usualText = compiled("values", harmless).text;

test("the tokeniser reads what an attack would need", () => {
  assert.equal(structure("SELECT `a``b`, 'it''s', 'a\\'b', \"x\" -- no\n + 1 /* x */ # y"), [
    ...["SELECT", "name", ",", "string", ",", "string", ",", "string"],
    ...["comment", "+", "1", "comment", "comment"],
  ]);
  assert.equal(
    tokens("`a``b` 'it''s' 'a\\\\\\'b'").map(({ text }) => text),
    ["a`b", "it's", "a\\'b"],
  );
  assert.not.equal(structure("SELECT 'a' OR '1'"), structure("SELECT 'a'"));
});

test("the tokens of a statement are the same for every attack", () => {
  fc.assert(
    fc.property(attacks, fc.constantFrom(...names), (attack, place) => {
      const { text, parameters } = compiled(place, attack);
      assert.equal(structure(text), usual.get(place), text);
      if (place === "values") {
        assert.is(text, usualText);
        assert.ok(parameters.includes(attack.values[0]));
      }
      if (place === "name") assert.ok(tokens(text).some((token) => token.text === attack.name));
    }),
    { numRuns: runs(300, 100_000) },
  );
});

test("so are those of tables and columns with hostile names", () => {
  fc.assert(
    fc.property(hostileName, hostile, (table, column) => {
      class Named extends declarativeBase().mapped(table, {
        id: integer().primaryKey().named(`${column} id`),
        word: varchar(10).named(column),
      }) {}
      const { text } = select(Named).where(Named.c.word.eq("x")).toSql(mysqlDialect);
      assert.equal(structure(text), [
        ...["SELECT", "name", ".", "name", ",", "name", ".", "name", "FROM", "name"],
        ...["WHERE", "name", ".", "name", "=", "?"],
      ]);
    }),
    { numRuns: runs(100, 20_000) },
  );
});

/** The only row of a statement, by the names that the server gives; undefined where it refuses the name. */
async function answer(statement: Statement<unknown>, name = "") {
  try {
    const [row] = await engine.execute(statement);
    return row as Record<string, unknown>;
  } catch (error) {
    // 1064: the name holds NUL, which ends it for MySQL. 1166: it ends with a space.
    const { number } = error as { readonly number?: number };
    if (/\0|\s$/.test(name) && [1064, 1166].includes(number ?? 0)) return undefined;
    throw error;
  }
}

test("the server finds the values, names, paths and separators that were meant", async () => {
  const wanted = {
    values: ({ values: [value] }: Attack) => value,
    path: ({ values: [value] }: Attack) => value,
    separator: ({ separator }: Attack) => `a${separator}b`,
    name: () => "a",
  };
  const asked = fc.constantFrom("values", "path", "separator", "name");
  await fc.assert(
    fc.asyncProperty(attacks, asked, async (attack, place) => {
      const row = await answer(places[place](attack), place === "name" ? attack.name : undefined);
      if (row === undefined) return;
      assert.equal(Object.values(row), [wanted[place](attack)]);
      // MySQL takes spaces and control characters off a name's beginning, and has none beyond U+FFFF.
      const { name } = attack;
      if (place === "name" && /^(?=[\p{L}\p{P}])[\0-\uffff]+$/u.test(name)) assert.ok(name in row);
    }),
    { numRuns: runs(200, 100_000) },
  );
  const [count] = await engine.execute(sql<{ n: number }>`SELECT COUNT(*) AS n FROM words`);
  assert.is(count?.n, 2);
});

test.run();
