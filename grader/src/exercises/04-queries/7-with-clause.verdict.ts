import type { ArrangeContext, Exercise, Json, JudgeContext } from "../../judge/exercise.js";

const once = "writes WITH before the statement, each expression once";
const behind = "puts an expression behind those that it uses";
const recursive = "writes a recursive expression";

const names = ["one", "two", "three"] as const;

/** Expressions of other names in each run, and lines in which they stand. */
const arranged =
  (...lines: string[]) =>
  async ({ random }: ArrangeContext) => {
    const known = new Set<string>();
    while (known.size < names.length) known.add(random.word());
    const entries = [...known].map((name, index) => [names[index], name] as const);
    const secret = lines.map((line) =>
      entries.reduce((text, [name, word]) => text.replaceAll(`{${name}}`, `<${word}>`), line),
    );
    return { input: Object.fromEntries(entries), secret };
  };

/** @param calls what stands behind each text; a hidden test says which of them is another one */
const judgeOf =
  (...calls: string[]) =>
  ({ observation, secret, assert }: JudgeContext): void => {
    const texts = observation as Json[];
    assert.ok(Array.isArray(texts), "There should be a text for each select.");
    for (const [index, text] of (secret as Json[]).entries()) {
      const call = calls[index];
      if (call === undefined) assert.equal(texts[index], text);
      else assert.equal(texts[index], text, `This is not as it should be: ${call}`);
    }
  };

const judge = judgeOf();

const subjects = "FROM <subjects>";
const sea = `{one} AS (SELECT <subjects>.<id> AS <key> ${subjects} WHERE <subjects>.<name> = :`;
const base = `{three} AS (SELECT <subjects>.<id> AS <key> ${subjects} WHERE <subjects>.<id> > :1)`;
const left = "{one} AS (SELECT {three}.<key> FROM {three} WHERE {three}.<key> < :2)";
const right =
  "{two} AS (SELECT <books>.<subject_id> AS <key> FROM <books> WHERE EXISTS (SELECT {three}.<key> FROM {three}))";
const last =
  "<last> AS (SELECT {one}.<key> FROM {one} JOIN {two} ON {two}.<key> = {one}.<key> AND {one}.<key> <> :3)";
const tree =
  `{one} AS (SELECT <subjects>.<id> ${subjects} WHERE <subjects>.<name> = :1 UNION ALL ` +
  `SELECT <subjects>.<id> ${subjects} JOIN {one} ON {one}.<id> = <subjects>.<parent_id>)`;
const up = (parameter: string) =>
  `{two} AS (SELECT <subjects>.<parent_id> AS <up>, <subjects>.<id> ${subjects} WHERE <subjects>.<id> = ${parameter} ` +
  `UNION SELECT <subjects>.<parent_id>, <subjects>.<id> ${subjects} JOIN {two} ON {two}.<up> = <subjects>.<id>)`;
const plain = `{two} AS (SELECT <subjects>.<id> ${subjects})`;
const kept =
  `{one} AS (SELECT <subjects>.<id> ${subjects} WHERE <subjects>.<id> < :1), ` +
  `{two} AS (SELECT <subjects>.<id> ${subjects} WHERE <subjects>.<id> = :2 UNION ALL SELECT <subjects>.<id> ${subjects} ` +
  "JOIN {two} ON {two}.<id> = <subjects>.<parent_id> WHERE <subjects>.<id> IN (SELECT {one}.<id> FROM {one}) AND <subjects>.<id> <> :3)";
const count = "<count> AS (SELECT {two}.<id> FROM {two} WHERE {two}.<id> > :4)";

const exercise: Exercise = {
  id: "4.7",
  tests: [
    {
      name: once,
      points: 4,
      feedback:
        "WITH, and each expression that the statement uses, however often, as name AS (query), with commas between. Then the statement. The columns of an expression have the names by which others use them, and the parameters come in the order of their placeholders.",
      arrange: arranged(
        `WITH ${sea}1) SELECT {one}.<key> FROM {one} [sea]`,
        `WITH ${sea}1) SELECT <books>.<title> FROM <books> JOIN {one} ON {one}.<key> = <books>.<subject_id> [sea]`,
        `WITH {two} AS (SELECT <books>.<id>, <books>.<title>, <books>.<subject_id> FROM <books> WHERE <books>.<id> > :1), ${sea}2) ` +
          "SELECT {two}.<title> FROM {two} WHERE {two}.<subject_id> IN (SELECT {one}.<key> FROM {one}) [5, sea]",
        `WITH ${sea}1) SELECT <books>.<id> FROM <books> JOIN {one} ON {one}.<key> = <books>.<subject_id> ` +
          "WHERE <books>.<subject_id> IN (SELECT {one}.<key> FROM {one}) AND <books>.<id> < :2 [sea, 9]",
      ),
      judge,
    },
    {
      name: behind,
      points: 5,
      needs: once,
      feedback:
        "What an expression uses has to stand before it, also when the statement uses it first, or when two expressions use the same one. Setting a key of a Map again leaves it at its old place.",
      arrange: arranged(
        `WITH ${base}, ${left} SELECT {one}.<key> FROM {one} [1, 20]`,
        `WITH ${base}, ${right}, ${left} SELECT {two}.<key> FROM {two} JOIN {one} ON {one}.<key> = {two}.<key> [1, 20]`,
        `WITH ${base}, ${left}, ${right}, ${last} SELECT <last>.<key> FROM <last> WHERE <last>.<key> < :4 [1, 20, 3, 4]`,
        `WITH ${base}, ${left}, ${right}, ${last} SELECT {three}.<key> FROM {three} JOIN <last> ON <last>.<key> = {three}.<key> [1, 20, 3]`,
      ),
      judge,
    },
    {
      name: recursive,
      points: 5,
      needs: once,
      feedback:
        "The two queries with UNION ALL between them, or UNION with distinct. The second is made by the function, which is given the expression's own alias. It is WITH RECURSIVE as soon as one of the expressions is.",
      arrange: arranged(
        `WITH RECURSIVE ${tree} SELECT {one}.<id> FROM {one} [sea]`,
        `WITH RECURSIVE ${up(":1")} SELECT {two}.<up> FROM {two} WHERE {two}.<id> > :2 [7, 2]`,
        `WITH RECURSIVE ${tree}, ${up(":2")} SELECT <books>.<id> FROM <books> JOIN {one} ON {one}.<id> = <books>.<subject_id> JOIN {two} ON {two}.<id> = {one}.<id> [sea, 7]`,
        `WITH RECURSIVE ${plain}, ${tree} SELECT {two}.<id> FROM {two} JOIN {one} ON {one}.<id> = {two}.<id> [sea]`,
        `WITH ${plain} SELECT {two}.<id> FROM {two} []`,
      ),
      judge,
    },
    {
      name: "lets a recursive expression use others",
      points: 2,
      hidden: true,
      needs: recursive,
      feedback:
        "A recursive expression that uses another one stands behind it, although it was noted before it; and what uses the recursive one stands behind that.",
      arrange: arranged(
        `WITH RECURSIVE ${kept} SELECT {two}.<id> FROM {two} [90, 1, 8]`,
        `WITH RECURSIVE ${kept}, ${count} SELECT <count>.<id> FROM <count> WHERE <count>.<id> IN (SELECT {two}.<id> FROM {two}) AND <count>.<id> < :5 [90, 1, 8, 0, 7]`,
        `WITH RECURSIVE ${kept}, ${count} SELECT <books>.<id> FROM <books> WHERE <books>.<subject_id> IN (SELECT <count>.<id> FROM <count>) AND <books>.<id> = :5 [90, 1, 8, 0, 2]`,
      ),
      judge: judgeOf(
        "a select from a recursive expression that uses another one",
        "a select from an expression that uses the recursive one, with the recursive one in a subquery",
        "the same expressions, all of them in a subquery",
      ),
    },
    {
      name: "refuses what is not an expression, and two of one name",
      points: 2,
      hidden: true,
      needs: once,
      feedback:
        "checkedName, checkOptions and queryNode refuse a wrong name, a wrong option and what is no query; a recursive part that isn't a function, null too, is handed to queryNode as undefined. Two different expressions of one name in a statement are the error of cteTwice. At the end the node is frozen.",
      arrange: arranged(
        ...["not-a-name cte()", "not-a-name cte()", "not-a-query cte()"],
        ...Array<string>(3).fill("not-a-query cte() as its recursive part"),
        ...["unknown-option cte()", "cte-twice", "no error", "frozen"],
      ),
      judge: judgeOf(
        'cte("", query)',
        "cte(7, query)",
        'cte("name", "SELECT 1")',
        'cte("name", query, () => 5)',
        'cte("name", query, query)',
        'cte("name", query, null)',
        'cte("name", query, undefined, { distinkt: true })',
        "a select with two different expressions of one name",
        "a select that uses one expression twice",
        "whether the node is frozen",
      ),
    },
    {
      name: "walks a tree in MySQL",
      points: 2,
      hidden: true,
      needs: recursive,
      feedback:
        "A recursive expression should find all rows below one, and with distinct it should come to an end where rows lead in a circle.",
      async arrange({ random, sql }) {
        await sql("CREATE TABLE subjects (id INT PRIMARY KEY, name VARCHAR(50), parent_id INT)");
        await sql("CREATE TABLE books (id INT PRIMARY KEY, title VARCHAR(50), subject_id INT)");
        const add = (...row: [number, string, number | null]) =>
          sql("INSERT INTO subjects VALUES (?, ?, ?)", row);
        const parents = new Map<number, number | null>();
        const labels = new Map<number, string>();
        for (let id = 1; id <= 14; id += 1) {
          const parent = id === 1 ? null : random.integer(Math.max(1, id - 4), id - 1);
          // The last three lead in a circle.
          const other = id < 12 ? parent : id === 14 ? 12 : id + 1;
          parents.set(id, other);
          labels.set(id, `${random.word()} ${id}`);
          await add(id, labels.get(id) as string, other);
          await sql("INSERT INTO books VALUES (?, ?, ?)", [id, `book of ${labels.get(id)}`, id]);
        }
        const above = (id: number): number[] => {
          const found: number[] = [];
          let at = parents.get(id) ?? null;
          while (at !== null && !found.includes(at)) {
            found.push(at);
            at = parents.get(at) ?? null;
          }
          return found;
        };
        const root = random.integer(2, 5);
        const ids = [...parents.keys()];
        const below = ids.filter((id) => id === root || above(id).includes(root));
        const byText = (one: string, two: string) => (one < two ? -1 : 1);
        const found = below.map((id) => labels.get(id) as string).sort(byText);
        const ups = ids.flatMap((id) =>
          above(id)
            .sort((one, two) => one - two)
            .map((up) => [id, up]),
        );
        return {
          input: { top: labels.get(root) as string },
          secret: [found, found.map((label) => `book of ${label}`), ups],
        };
      },
      judge: judgeOf(
        "the subjects below one",
        "the books of the subjects below one",
        "who is above whom, with distinct, where rows lead in a circle",
      ),
    },
  ],
};

export default exercise;
