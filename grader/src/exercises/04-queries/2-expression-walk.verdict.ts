import type { Exercise, Json, JudgeContext, Random } from "../../judge/exercise.js";

/** A condition as lists: `["and", ["null", ["a"], true], ["lt", ["b"], 7]]`. A number is a value. */
type Tree = number | boolean | string | [string, ...Tree[]] | Tree[];
type Row = Record<string, number | null>;

const comparisons = "writes comparisons, and binds their values";
const brackets = "puts brackets where they are needed";

const operators: Record<string, string> = {
  ...{ eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" },
  ...{ add: "+", sub: "-", mul: "*" },
};
const arithmetic = ["add", "sub", "mul"];

/** The SQL of a tree as it should be, with its values noted. */
function written(tree: Tree, values: number[]): string {
  if (typeof tree === "number") return `:${values.push(tree)}`;
  const [kind, first, ...rest] = tree as [string, Tree, ...Tree[]];
  const part = (one: Tree): string => {
    const bare = nameless(one);
    const text = written(bare, values);
    const isAtom = typeof bare === "number" || /^([abc]|and|or|least)$/.test(kindOf(bare));
    return isAtom ? text : `(${text})`;
  };
  const list = (parts: Tree[]) =>
    parts.length === 0
      ? "(SELECT 1 FROM (SELECT 1) AS empty_set WHERE 1 <> 1)"
      : `(${parts.map(part).join(", ")})`;
  switch (kind) {
    case "a":
    case "c":
      return `<things>.<${kind}>`;
    case "b":
      return "<things>.<be>";
    case "and":
    case "or":
      return `(${[first, ...rest].map((one) => written(one, values)).join(` ${kind.toUpperCase()} `)})`;
    case "not":
      return `NOT (${written(first, values)})`;
    case "as":
      return written(first, values);
    case "least":
      return `LEAST(${[first, ...rest].map((one) => written(one, values)).join(", ")})`;
    case "in":
    case "notIn":
      return `${part(first)} ${kind === "in" ? "IN" : "NOT IN"} ${list(rest[0] as Tree[])}`;
    case "null":
      return `${part(first)} IS ${rest[0] ? "NOT NULL" : "NULL"}`;
    case "between":
      return `${part(first)} BETWEEN ${part(rest[0] as Tree)} AND ${part(rest[1] as Tree)}`;
    default:
      return `${part(first)} ${operators[kind]} ${part(rest[0] as Tree)}`;
  }
}

const kindOf = (tree: Tree) => String((tree as Tree[])[0]);
const nameless = (tree: Tree): Tree =>
  Array.isArray(tree) && kindOf(tree) === "as" ? nameless(tree[1] as Tree) : tree;

function shown(tree: Tree): string {
  const values: number[] = [];
  const text = written(tree, values);
  return `${text} [${values.map((value) => `number ${value}`).join(", ")}]`;
}

/** What a tree is for a row: a number, true or false, or null, as SQL has it. */
function meaning(tree: Tree, row: Row): number | boolean | null {
  if (typeof tree === "number") return tree;
  const [kind, first, ...rest] = tree as [string, Tree, ...Tree[]];
  if (/^[abc]$/.test(kind)) return row[kind] ?? null;
  const values = () => [first, ...rest].map((one) => meaning(one, row));
  if (kind === "and") return allOf(values());
  if (kind === "or") return opposite(allOf(values().map(opposite)));
  if (kind === "null") return (meaning(first, row) === null) !== (rest[0] === true);
  if (kind === "in" || kind === "notIn") {
    const same = (rest[0] as Tree[]).map((one) => meaning(["eq", first, one], row));
    const isIn = opposite(allOf(same.map(opposite)));
    return kind === "in" ? isIn : opposite(isIn);
  }
  if (kind === "as") return meaning(first, row);
  const known = values();
  if (kind === "not") return opposite(known[0] ?? null);
  if (kind === "between") {
    const [low, high] = rest as [Tree, Tree];
    return allOf([meaning(["gte", first, low], row), meaning(["lte", first, high], row)]);
  }
  if (known.includes(null)) return null;
  const [one = 0, other = 0] = known.map(Number);
  const results: Record<string, number | boolean> = {
    ...{ eq: one === other, ne: one !== other, lt: one < other, lte: one <= other },
    ...{ gt: one > other, gte: one >= other, least: Math.min(one, other) },
    ...{ add: one + other, sub: one - other, mul: one * other },
  };
  return results[kind] ?? null;
}

type Truth = number | boolean | null;
const opposite = (value: Truth): Truth => (value === null ? null : !value);
function allOf(values: Truth[]): Truth {
  if (values.includes(false)) return false;
  return values.includes(null) ? null : true;
}

const column = (random: Random): Tree => [random.pick(["a", "b", "c"])];

/** A number, made of columns and values. */
function someNumber(random: Random, depth: number): Tree {
  const pick = random.integer(0, depth > 0 ? 5 : 1);
  if (pick <= 1) return column(random);
  if (pick === 2) return ["as", someNumber(random, depth - 1), random.word()];
  const kind = pick === 3 ? "least" : random.pick(arithmetic);
  const other = random.integer(0, 2) === 0 ? random.integer(0, 6) : someNumber(random, depth - 1);
  return [kind, someNumber(random, depth - 1), other];
}

/** A condition of some depth. */
function someCondition(random: Random, depth: number): Tree {
  const pick = depth > 0 ? random.integer(0, 8) : random.integer(0, 3);
  const number = () => someNumber(random, depth - 1);
  const condition = () => someCondition(random, depth - 1);
  const value = () => random.integer(0, 6);
  const compared = random.pick(["eq", "ne", "lt", "lte", "gt", "gte"]);
  if (pick === 0) return [compared, number(), random.pick([value(), number()])];
  if (pick === 1) return ["between", number(), value(), random.pick([value() + 3, number()])];
  if (pick === 2) return ["null", number(), random.pick([true, false])];
  if (pick === 3) {
    const values = Array.from({ length: random.integer(0, 3) }, () =>
      random.pick([value(), number()]),
    );
    return [random.pick(["in", "notIn"]), number(), values];
  }
  if (pick === 4) return ["not", condition()];
  if (pick === 5) return [random.pick(["eq", "ne"]), condition(), condition()];
  const operands = Array.from({ length: random.integer(1, 3) }, condition);
  return [pick % 2 === 0 ? "and" : "or", ...operands];
}

/** Trees, and how each should be written. */
const arranged = async (trees: Tree[]) => ({
  input: trees as Json,
  secret: trees.map(shown),
});

function judge({ observation, secret, assert }: JudgeContext): void {
  const texts = observation as string[];
  assert.ok(Array.isArray(texts), "There should be a text for each expression.");
  for (const [index, text] of (secret as string[]).entries()) assert.is(texts[index], text);
}

const exercise: Exercise = {
  id: "4.2",
  tests: [
    {
      name: comparisons,
      points: 4,
      feedback:
        "Two parts with the operator between them, BETWEEN … AND …, IS NULL and IS NOT NULL, AND and OR in brackets of their own, NOT (…). Each value becomes the placeholder of its position, the first is 1, and is added to the parameters.",
      arrange({ random }) {
        const [a, b, c] = random.shuffle<Tree>([["a"], ["b"], ["c"]]) as [Tree, Tree, Tree];
        const value = () => random.integer(10, 99);
        return arranged([
          ["eq", a, value()],
          ["ne", b, c],
          [random.pick(["lt", "lte", "gt", "gte"]), c, value()],
          ["between", a, value(), value()],
          ["between", b, a, c],
          ["null", a, false],
          ["null", b, true],
          ["and", ["lt", a, value()], ["gt", b, value()], ["null", c, false]],
          ["or", ["eq", c, value()], ["and", ["ne", a, b], ["lte", b, value()]]],
          ["not", ["eq", b, value()]],
          ["and", ["eq", a, value()]],
        ]);
      },
      judge,
    },
    {
      name: brackets,
      points: 4,
      needs: comparisons,
      feedback:
        "A part that would be read differently beside a word or a sign stands in brackets: a comparison, a NOT, a sum. Columns, values, functions, and what has brackets already, stand as they are. Of an alias, what it names counts, and the name isn't written.",
      arrange({ random }) {
        const [a, b, c] = random.shuffle<Tree>([["a"], ["b"], ["c"]]) as [Tree, Tree, Tree];
        const value = () => random.integer(10, 99);
        const name = random.word();
        return arranged([
          ["gt", ["mul", ["add", a, value()], value()], b],
          ["lt", a, ["sub", b, ["sub", c, value()]]],
          ["eq", ["least", a, ["add", b, value()]], value()],
          ["eq", ["null", a, false], ["not", ["eq", b, value()]]],
          ["ne", ["and", ["null", a, true], ["lt", b, c]], ["between", c, value(), value()]],
          ["between", ["add", a, b], ["mul", b, value()], ["as", ["add", c, value()], name]],
          ["null", ["add", a, value()], true],
          ["eq", ["as", a, name], ["as", ["as", ["sub", b, c], name], name]],
          ["not", ["not", ["or", ["null", a, false], ["not", ["null", b, false]]]]],
          ["eq", ["in", a, [value()]], ["null", ["gt", b, value()], false]],
        ]);
      },
      judge,
    },
    {
      name: "writes lists",
      points: 3,
      needs: comparisons,
      feedback:
        "IN or NOT IN, and the values in brackets with commas between them. A sum among them has brackets of its own. No value at all is what list([]) writes, and what listDigits gives stands in the brackets as it is.",
      async arrange({ random }) {
        const [a, b, c] = random.shuffle<Tree>([["a"], ["b"], ["c"]]) as [Tree, Tree, Tree];
        const value = () => random.integer(10, 99);
        const { input, secret } = await arranged([
          ["in", a, [value(), value(), value()]],
          ["notIn", b, [value()]],
          ["in", ["add", a, value()], [b, ["add", c, value()], value()]],
          ["in", c, []],
          ["notIn", a, []],
        ]);
        const first = random.integer(1, 500);
        const many = Array.from(
          { length: 101 + random.integer(0, 9) },
          (_, index) => first + index,
        );
        const digits = `<things>.<a> IN (${many.join(", ")}) []`;
        return {
          input: [...(input as Json[]), ["in", ["a"], many]],
          secret: [...secret, digits],
        };
      },
      judge,
    },
    {
      name: "binds a value as its type wants it",
      points: 3,
      hidden: true,
      needs: comparisons,
      feedback:
        "With a type, what type.bind gives is bound, and context.special.value makes the SQL of its placeholder: JSON is compared as CAST(? AS JSON). Without a type the value is bound as it is.",
      async arrange({ random }) {
        const word = random.word();
        const number = random.integer(11, 98);
        return {
          input: { word, number },
          secret: [
            `<books>.<price> = :1 [string ${number}.00]`,
            `<books>.<info> <> CAST(:1 AS JSON) [string {"${word}":${number}}]`,
            `<books>.<fee> > :1 [number ${number * 100}]`,
            `<books>.<sold> IN (:1, :2) [bigint ${number}, bigint 2]`,
            "<books>.<lent> = :1 [boolean true]",
            "(<things>.<a> IS NULL) = :1 [boolean false]",
            `(LEFT(title, 3)) = :1 [string ${word}]`,
            `(LENGTH(:1)) BETWEEN :2 AND :3 [string ${word}, number ${number}, number 99]`,
          ],
        };
      },
      judge,
    },
    {
      name: "hands calls, subqueries and windows on",
      points: 3,
      hidden: true,
      needs: comparisons,
      feedback:
        "A call is written by writeCall, and an extension by writeExtension. Neither gets brackets within another expression, but for a call whose name is among context.special.operators, and an extension of the kind in-select or within.",
      async arrange({ random }) {
        const word = random.word();
        const number = random.integer(11, 98);
        const ids = "SELECT <things>.<id> FROM <things> WHERE <things>.<be> > ";
        const counted = "SELECT COUNT(*) FROM <things> WHERE <things>.<id> = <books>.<rowId>";
        const [text, value] = [`string ${word}`, `number ${number}`];
        const [title, id] = ["<books>.<title>", "<books>.<id>"];
        return {
          input: { word, number },
          secret: [
            `CASE WHEN <books>.<price> > :1 THEN :2 ELSE :3 END = :4 [string 9.00, ${value}, number 2, ${value}]`,
            `CONCAT(${title}, :1) = :2 [${text}, ${text}]`,
            `(${counted}) > :1 AND ${id} IN (${ids}:2) [${value}, ${value}]`,
            `(${id} NOT IN (${ids}:1)) = :2 [${value}, boolean true]`,
            `(NOT (EXISTS (${ids}:1))) <> EXISTS (${counted}) [${value}]`,
            `NOT ((title > :1)) AND ${title} = :2 [${text}, ${text}]`,
            `SELECT ROW_NUMBER() OVER (ORDER BY ${title}) - :1 FROM <books> [${value}]`,
            `<inner>.<x> = :1 [${value}]`,
            `(<elsewhere>.<a> = :1) = :2 [${value}, boolean true]`,
            `SELECT <things>.<id> FROM <things> ORDER BY (<things>.<a> + :1) DESC, (<things>.<be> IS NULL), <things>.<c> [${value}]`,
          ].map((line) => line.replaceAll("<rowId>", "<row_id>")),
        };
      },
      judge,
    },
    {
      name: "finds in MySQL what the conditions say",
      points: 3,
      hidden: true,
      needs: brackets,
      feedback:
        "Conditions of many levels should find the rows for which they hold, and no others. When this fails alone, look at brackets, and at the order of the parameters.",
      async arrange({ random, sql }) {
        await sql("CREATE TABLE things (id INT PRIMARY KEY, a INT, be INT, c INT)");
        const rows: Row[] = [];
        const value = () => (random.integer(0, 4) === 0 ? null : random.integer(0, 6));
        for (let id = 1; id <= 40; id += 1) {
          const [a, b, c] = [value(), value(), value()];
          rows.push({ id, a, b, c });
          await sql("INSERT INTO things VALUES (?, ?, ?, ?)", [id, a, b, c]);
        }
        const trees = Array.from({ length: 25 }, () => someCondition(random, 3));
        const found = trees.map((tree) =>
          rows.filter((row) => meaning(tree, row) === true).map(({ id }) => id as number),
        );
        return { input: trees as Json, secret: found };
      },
      judge({ observation, input, secret, assert }) {
        for (const [index, ids] of (secret as number[][]).entries()) {
          const tree = JSON.stringify((input as Json[])[index]);
          assert.equal((observation as Json[])[index], ids, tree);
        }
      },
    },
  ],
};

export default exercise;
