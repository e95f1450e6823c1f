import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface DecimalType {
  readonly name: string;
  readonly parameters: Json[];
  take(value: unknown): string;
  bind(value: string): unknown;
  read: ((raw: string) => string) | undefined;
}
type Make = (precision: number, scale: number) => DecimalType;
type Case = [precision: number, scale: number, value: Json];

const load = async (context: ProbeContext) =>
  (await context.submission()) as unknown as { decimalType: Make };

/** What a call gives, or the name and code of what it throws. */
function outcome(call: () => unknown): Json {
  try {
    return { kept: call() as Json };
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    return { thrown: name ?? null, code: code ?? null };
  }
}

async function takeEach(context: ProbeContext): Promise<Json> {
  const { decimalType } = await load(context);
  return (context.input as Case[]).map(([precision, scale, value]) =>
    outcome(() => decimalType(precision, scale).take(value)),
  );
}

const probes: Probes = {
  "keeps a decimal as it will be loaded": takeEach,
  "refuses what would have to be rounded": takeEach,
  "refuses what has too many digits before the point": takeEach,
  "refuses all that is no string of digits": takeEach,
  "knows no negative zero": takeEach,
  "holds the longest decimals, and refuses types that no database has": async (context) => {
    const { decimalType } = await load(context);
    const { longest, types } = context.input as { longest: Case[]; types: [number, number][] };
    return {
      longest: longest.map(([precision, scale, value]) =>
        outcome(() => decimalType(precision, scale).take(value)),
      ),
      types: types.map(([precision, scale]) =>
        outcome(() => decimalType(precision, scale).parameters),
      ),
    };
  },
  "comes back from MySQL as it was kept": async (context) => {
    const { decimalType } = await load(context);
    const { createEngine, sql } = context.ormlet;
    const type = decimalType(12, 4);
    const engine = createEngine(context.url);
    try {
      await engine.execute(sql`CREATE TABLE prices (id INT PRIMARY KEY, price DECIMAL(12, 4))`);
      const kept = (context.input as string[]).map((value) => type.take(value));
      for (const [id, value] of kept.entries()) {
        await engine.execute(sql`INSERT INTO prices VALUES (${id}, ${type.bind(value) as string})`);
      }
      const rows = await engine.execute(
        sql<{ price: string }>`SELECT price FROM prices ORDER BY id`,
      );
      const back = rows.map(({ price }) => (type.read ? type.read(price) : price));
      return { kept, back, name: type.name, parameters: type.parameters };
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
