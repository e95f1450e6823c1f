import { inspect as show } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mysqlDialect } from "../../src/engine/index.js";
import { and, not, or } from "../../src/mapping/index.js";
import {
  alias,
  cast,
  deleteFrom,
  exists,
  explain,
  insert,
  type Select,
  select,
  update,
} from "../../src/query/index.js";
import { errorOf } from "../support.js";
import { Author, Book, Line } from "./library.js";

const test = suite("the SQL of select");

function sqlOf(statement: Select<unknown>): string {
  const { text, parameters } = statement.toSql(mysqlDialect);
  const values = parameters.map((value) => (typeof value === "bigint" ? `${value}n` : value));
  return values.length === 0 ? text : `${text} ${JSON.stringify(values)}`;
}

const authorColumns = "`authors`.`id`, `authors`.`name`, `authors`.`born_on`";
const titles = "SELECT `books`.`title` FROM `books`";

test("a class gives its columns, in table order", () => {
  assert.is(sqlOf(select(Author)), `SELECT ${authorColumns} FROM \`authors\``);
});

test("columns, tuples and records", () => {
  assert.is(sqlOf(select(Author.c.name)), "SELECT `authors`.`name` FROM `authors`");
  assert.is(
    sqlOf(select(Author, Author.c.name)),
    `SELECT ${authorColumns}, \`authors\`.\`name\` FROM \`authors\``,
  );
  assert.is(
    sqlOf(select({ who: Author.c.name, born: Author.c.bornOn.as("b`n") })),
    "SELECT `authors`.`name`, `authors`.`born_on` AS `b``n` FROM `authors`",
  );
});

test("names are quoted, quotes in them are doubled", () => {
  assert.is(
    sqlOf(select(Line).where(Line.c.text.eq("x"))),
    "SELECT `order lines`.`order_id`, `order lines`.`line_no`, `order lines`.`te``xt` " +
      'FROM `order lines` WHERE `order lines`.`te``xt` = ? ["x"]',
  );
});

test("every comparison", () => {
  const cases: [string, ReturnType<typeof Book.c.id.eq>][] = [
    ["`books`.`id` = ? [7]", Book.c.id.eq(7)],
    ["`books`.`id` <> ? [7]", Book.c.id.ne(7)],
    ['`books`.`price` < ? ["10.00"]', Book.c.price.lt("10")],
    ['`books`.`price` <= ? ["10.00"]', Book.c.price.lte("10")],
    ['`books`.`sold` > ? ["9007199254740993n"]', Book.c.sold.gt(9007199254740993n)],
    ["`books`.`id` >= ? [7]", Book.c.id.gte(7)],
    ["`books`.`id` = `books`.`author_id`", Book.c.id.eq(Book.c.authorId)],
    ["`books`.`id` IN (?, ?) [7,8]", Book.c.id.in([7, 8])],
    ["`books`.`id` NOT IN (?) [7]", Book.c.id.notIn([7])],
    ["`books`.`id` IN (SELECT 1 FROM (SELECT 1) AS empty_set WHERE 1 <> 1)", Book.c.id.in([])],
    ['`books`.`title` LIKE ? ["N%"]', Book.c.title.like("N%")],
    ['`books`.`title` NOT LIKE ? ["N%"]', Book.c.title.notLike("N%")],
    ["`books`.`id` BETWEEN ? AND ? [1,5]", Book.c.id.between(1, 5)],
    ["`books`.`seen_at` IS NULL", Book.c.seenAt.isNull()],
    ["`books`.`seen_at` IS NOT NULL", Book.c.seenAt.isNotNull()],
    ['`books`.`kind` = ? ["notes"]', Book.c.kind.eq("notes")],
    ['`books`.`details` = CAST(? AS JSON) ["{\\"pages\\":3}"]', Book.c.details.eq({ pages: 3 })],
  ];
  for (const [expected, condition] of cases) {
    assert.is(sqlOf(select(Book.c.title).where(condition)), `${titles} WHERE ${expected}`);
  }
});

test("conditions within conditions keep their order", () => {
  const [one, two] = [Book.c.id.eq(1), Book.c.id.eq(2)];
  const three = Book.c.title.eq("x");
  const where = (condition: typeof one) => sqlOf(select(Book.c.title).where(condition));
  assert.is(
    where(and(or(one, two), three)),
    `${titles} WHERE ((\`books\`.\`id\` = ? OR \`books\`.\`id\` = ?) AND \`books\`.\`title\` = ?) [1,2,"x"]`,
  );
  assert.is(
    where(not(or(one, two))),
    `${titles} WHERE NOT ((\`books\`.\`id\` = ? OR \`books\`.\`id\` = ?)) [1,2]`,
  );
  assert.is(
    where(one.eq(two)),
    `${titles} WHERE (\`books\`.\`id\` = ?) = (\`books\`.\`id\` = ?) [1,2]`,
  );
  assert.is(where(not(one).isNull()), `${titles} WHERE (NOT (\`books\`.\`id\` = ?)) IS NULL [1]`);
});

test("where, orderBy, limit and offset", () => {
  assert.is(
    sqlOf(
      select(Book.c.title)
        .where(Book.c.price.lt("10"), Book.c.title.like("N%"))
        .where(or(Book.c.id.eq(1), Book.c.id.eq(2)))
        .orderBy(Book.c.title.desc(), Book.c.id)
        .orderBy(Book.c.price.asc())
        .limit(20)
        .offset(40),
    ),
    `${titles} WHERE \`books\`.\`price\` < ? AND \`books\`.\`title\` LIKE ? AND ` +
      "(`books`.`id` = ? OR `books`.`id` = ?) " +
      "ORDER BY `books`.`title` DESC, `books`.`id`, `books`.`price` LIMIT 20 OFFSET 40 " +
      '["10.00","N%",1,2]',
  );
  assert.is(sqlOf(select(Book.c.title).limit(0)), `${titles} LIMIT 0`);
  assert.is(sqlOf(select(Book.c.title).offset(3)), `${titles} LIMIT 18446744073709551615 OFFSET 3`);
  assert.is(sqlOf(select(Book.c.title).where()), titles);
});

test("a select never changes: its methods give new ones", () => {
  const all = select(Book.c.title);
  const some = all.where(Book.c.id.eq(1));
  const other = all.where(Book.c.id.eq(2)).limit(1);
  assert.is(sqlOf(all), titles);
  assert.is(sqlOf(some), `${titles} WHERE \`books\`.\`id\` = ? [1]`);
  assert.is(sqlOf(other), `${titles} WHERE \`books\`.\`id\` = ? LIMIT 1 [2]`);
  assert.throws(() => Object.assign(all.node, { limit: 1 }), /read only/);
});

test("a condition that is none is refused, undefined above all", async () => {
  for (const wrong of [undefined, null, true, "id = 1"]) {
    const error = await errorOf(() => select(Book).where(wrong as never));
    assert.is(error.code, "not-a-condition");
    assert.match(error.message, "where() was given");
  }
  assert.is(
    (await errorOf(() => select(Book).where(Book.c.id.eq(undefined as never)))).code,
    "undefined-value",
  );
});

test("what is neither class nor expression is refused", async () => {
  class Plain {}
  const cases = [
    [],
    [{}],
    [undefined],
    [null],
    ["books"],
    [Plain],
    [{ who: Plain }],
    [[Book]],
    [Book, undefined],
    [select(Book)],
  ];
  for (const wrong of cases) {
    const error = await errorOf(() => (select as (...given: unknown[]) => unknown)(...wrong));
    assert.is(error.code, "not-selectable", JSON.stringify(wrong));
  }
});

test("what cannot be selected is refused by the types", () => {
  class Plain {}
  assert.throws(() => {
    // @ts-expect-error a class that is not mapped
    select(Plain);
  });
  assert.throws(() => {
    // @ts-expect-error a relationship is not a column
    select(Author.r.books);
  });
  // @ts-expect-error a condition may be missing for no reason but a mistake
  assert.throws(() => select(Author).where(undefined));
  // @ts-expect-error the price is a string
  assert.throws(() => select(Book).where(Book.c.price.lt(10)));
});

test("counts and orders are checked", async () => {
  for (const wrong of [-1, 1.5, Number.NaN, undefined, "3", 3n, 2 ** 53]) {
    assert.is((await errorOf(() => select(Book).limit(wrong as never))).code, "not-a-count");
    assert.is((await errorOf(() => select(Book).offset(wrong as never))).code, "not-a-count");
  }
  for (const wrong of [undefined, null, "title", {}]) {
    assert.is((await errorOf(() => select(Book).orderBy(wrong as never))).code, "not-an-order");
  }
});

test("two tables need a join, wherever the second one stands", async () => {
  const statements = [
    select(Author, Book.c.title),
    select(Author).where(Book.c.title.eq("x")),
    select(Author).orderBy(Book.c.title),
  ];
  for (const statement of statements) {
    const error = await errorOf(() => statement.toSql(mysqlDialect));
    assert.is(error.code, "join-missing");
    assert.match(error.message, "Author and Book");
  }
});

test("a column alone is no condition, unless it is a boolean", async () => {
  for (const wrong of [Author.c.name, Author.c.id, Author.c.bornOn, Book.c.price, Book.c.sold]) {
    const error = await errorOf(() => select(Author).where(wrong as never));
    assert.is(error.code, "not-a-condition");
  }
  const error = await errorOf(() => select(Author).where(not(Author.c.name as never)));
  assert.match(error.message, "not() was given Author.name for a condition.");
  assert.match(
    select(Book).where(Book.c.printed).toSql(mysqlDialect).text,
    / WHERE `books`\.`printed`$/,
  );
});

test("console.log shows the SQL of a query, or what is missing in it", () => {
  const book = select(Book.c.title).where(Book.c.id.eq(7));
  assert.is(
    show(book),
    "Select { SELECT `books`.`title` FROM `books` WHERE `books`.`id` = ? [ 7 ] }",
  );
  assert.is(show(update(Book)), `Update { ${messageOf(() => update(Book).toSql(mysqlDialect))} }`);
  assert.is(show(deleteFrom(Book).all()), "DeleteFrom { DELETE FROM `books` }");
  assert.match(show({ book }), /^{\s+book: Select { SELECT /);
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("There was no error.");
}

test("a query, a name, an option that is none", async () => {
  const cases: [() => unknown, string][] = [
    [() => exists(undefined as never), "not-a-query"],
    [() => exists(Book as never), "not-a-query"],
    [() => alias(undefined as never, "x"), "not-mapped"],
    [() => alias(Book, undefined as never), "not-a-name"],
    [() => select(Book).subquery(undefined as never), "not-a-name"],
    [() => select(Book).options(undefined as never), "not-an-option"],
    [() => select(Author).options(Author.r.books as never), "not-an-option"],
    [() => select(Author).forUpdate("skipLocked" as never), "unknown-option"],
    [() => select(Author).toSql(undefined as never), "not-a-dialect"],
    [() => insert(undefined as never), "not-mapped"],
    [() => insert(Book).fromSelect(undefined as never, select(Book)), "from-select"],
    [() => insert(Book).fromSelect(["title"], undefined as never), "from-select"],
    [() => update(Book).set(undefined as never), "not-values"],
    [() => cast(Book.c.id, undefined as never), "not-a-type"],
    [() => explain(undefined as never, undefined as never), "not-a-statement"],
    [() => explain(select(Book), undefined as never), "not-an-engine"],
  ];
  for (const [work, code] of cases) assert.is((await errorOf(work)).code, code, String(work));
});

test("another database says that it is missing", async () => {
  const dialect = { ...mysqlDialect, name: "sqlite" } as const;
  assert.is((await errorOf(() => select(Author).toSql(dialect))).code, "dialect-missing");
});

test.run();
