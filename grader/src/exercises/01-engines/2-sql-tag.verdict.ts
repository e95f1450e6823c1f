import type { Exercise } from "../../judge/exercise.js";

const bound = "binds the value and writes a placeholder";
const nested = "writes a statement within a statement in its place";

const exercise: Exercise = {
  id: "1.2",
  tests: [
    {
      name: bound,
      points: 4,
      feedback:
        "The texts should come out as they are, with dialect.placeholder(1) where the value stood, and the value in parameters.",
      async arrange({ random }) {
        const [before, after, value] = [random.word(), random.word(), `${random.word()} ? :1`];
        const texts = [`SELECT ${before} WHERE n = `, ` ORDER BY ${after}`];
        return {
          input: { texts, values: [value] },
          secret: { text: `${texts[0]}:1${texts[1]}`, parameters: [value] },
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "keeps several values in their order",
      points: 3,
      needs: bound,
      feedback: "The second placeholder belongs to the second value. A text between may be empty.",
      async arrange({ random }) {
        const values = [random.word(), random.integer(1, 99), random.word(), random.word()];
        const word = random.word();
        return {
          input: { texts: ["(", `, ${word}, `, "", ", ", ")"], values },
          secret: { text: `(:1, ${word}, :2:3, :4)`, parameters: values },
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: nested,
      points: 4,
      needs: bound,
      feedback:
        "A fragment in the template is no value: its pieces are written where it stands, and the placeholders go on counting.",
      async arrange({ random }) {
        const [a, b, c, d] = [random.word(), random.word(), random.word(), random.word()];
        return {
          input: {
            first: a,
            last: d,
            inner: { texts: ["x = ", " OR y = ", ""], values: [b, c] },
            outer: ["a < ", " AND (", ") AND d = ", ""],
          },
          secret: { text: "a < :1 AND (x = :2 OR y = :3) AND d = :4", parameters: [a, b, c, d] },
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "quotes names as the dialect says",
      points: 2,
      hidden: true,
      feedback:
        "An identifier is a list of names. Each is quoted by dialect.quote, and they are joined by a full stop.",
      async arrange({ random }) {
        const [schema, table, column] = [random.word(), random.word(), random.word()];
        return {
          input: [schema, table, column],
          secret: { text: `SELECT <${column}> FROM <${schema}>.<${table}>`, parameters: [] },
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "joins fragments with a separator between them",
      points: 2,
      hidden: true,
      needs: bound,
      feedback:
        "The separator is a fragment too and stands between, not after; without one it is a comma and a space.",
      async arrange({ random }) {
        const names = [random.word(), random.word(), random.word()];
        return {
          input: names,
          secret: [
            { text: "n = :1 OR n = :2 OR n = :3", parameters: names },
            { text: "n = :1, n = :2, n = :3", parameters: names },
            { text: "n = :1", parameters: names.slice(0, 1) },
            { text: "", parameters: [] },
          ],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "gives the same each time that it is written",
      points: 2,
      hidden: true,
      needs: nested,
      feedback:
        "A fragment never changes: writing it twice, or using it twice in a statement, gives the same text again.",
      async arrange({ random }) {
        const [name, day] = [random.word(), random.word()];
        const whole = {
          text: "name = :1 OR (name = :2 AND day > :3)",
          parameters: [name, name, day],
        };
        return {
          input: [name, day],
          secret: [whole, { text: "name = :1", parameters: [name] }, whole],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "refuses undefined, and a call that is no template",
      points: 2,
      hidden: true,
      needs: bound,
      feedback:
        'checkedValue refuses undefined, if you let it. sql("…") gets a plain string where a template\'s texts should be.',
      async arrange({ random }) {
        return { input: `DELETE FROM ${random.word()}` };
      },
      judge({ observation, assert }) {
        assert.equal(observation, [
          { name: "ArgumentError", code: "undefined-parameter" },
          { name: "ArgumentError", code: "not-a-tag" },
        ]);
      },
    },
    {
      name: "carries any text to MySQL and back",
      points: 1,
      hidden: true,
      feedback: "Sent through the engine, the text should come back as it was, whatever is in it.",
      async arrange({ random }) {
        const input = ["'; DROP TABLE x; -- ", "\\", '"`', "?", "ß 図"].map(
          (m) => random.word() + m,
        );
        return { input };
      },
      judge({ observation, input, assert }) {
        assert.equal(
          observation,
          (input as string[]).map((back) => [{ back }]),
        );
      },
    },
  ],
};

export default exercise;
