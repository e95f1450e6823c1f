import type { Json, Probes } from "../../judge/exercise.js";

type Converters = { toJson(value: unknown): string; fromJson(text: string): unknown };

/** What a call gives or throws. Numbers are written as text, so that JSON hides nothing. */
function outcome(call: () => unknown): Json {
  try {
    const value = call();
    return typeof value === "string" ? { text: value } : { value: (value ?? null) as Json };
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    return { thrown: name ?? "", code: code ?? null };
  }
}

/** A function of this name makes the values that no JSON could bring here. */
const unusual = (limit: number): Record<string, unknown> => ({
  NaN: Number.NaN,
  Infinity: { a: [1, -Infinity] },
  beyond: { n: [limit + 1, limit + 3] },
  negative: -(2 ** 53),
  bigint: { deep: [{ n: 12n }] },
  alone: undefined,
  hole: ["a", undefined],
  limit: { n: [limit, -limit, 0.1 + 0.2, 1e21] },
  absent: { a: "b", c: undefined },
});

const probes: Probes = {
  "writes a value as JSON": async ({ submission, input }) => {
    const { toJson } = (await submission()) as unknown as Converters;
    return outcome(() => toJson(input));
  },
  "reads JSON": async ({ submission, input }) => {
    const { fromJson } = (await submission()) as unknown as Converters;
    return outcome(() => fromJson(input as string));
  },
  "refuses to write what JSON would change in silence": async ({ submission, input }) => {
    const { toJson } = (await submission()) as unknown as Converters;
    const values = unusual(Number.MAX_SAFE_INTEGER);
    return (input as string[]).map((name) => outcome(() => toJson(values[name])));
  },
  "writes what is exact, however unusual": async ({ submission, input }) => {
    const { toJson } = (await submission()) as unknown as Converters;
    const values = unusual(Number.MAX_SAFE_INTEGER);
    return (input as string[]).map((name) => outcome(() => toJson(values[name])));
  },
  "refuses to read a number that JavaScript would round": async ({ submission, input }) => {
    const { fromJson } = (await submission()) as unknown as Converters;
    return (input as string[]).map((text) => outcome(() => fromJson(text)));
  },
  "reads digits in strings and in fractions": async ({ submission, input }) => {
    const { fromJson } = (await submission()) as unknown as Converters;
    return (input as string[]).map((text) => outcome(() => fromJson(text)));
  },
  "brings a value through a JSON column": async ({ ormlet, submission, url, input }) => {
    await submission();
    const { createEngine, sql } = ormlet;
    const engine = createEngine(url);
    try {
      await engine.execute(sql`CREATE TABLE notes (id INT, body JSON)`);
      await engine.execute(sql`INSERT INTO notes VALUES (1, ${sql.json(input)})`);
      const written = await engine.execute(
        sql<{ body: Json }>`SELECT body FROM notes WHERE id = ${1}`,
      );
      await engine.execute(sql`UPDATE notes SET body = '{"card": 9007199254740993}'`);
      const refused = await engine.execute(sql`SELECT body FROM notes`).then(
        () => false,
        () => true,
      );
      return { written: written[0]?.body ?? null, refused };
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
