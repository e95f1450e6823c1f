import type { Dialect, SqlResult } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Converter = (value: unknown) => unknown;
interface DriverResult {
  columns: { name: string; type: number }[];
  rows: unknown[][];
  rowCount: number;
  firstKey: bigint | undefined;
}
type ToSqlResult = (
  dialect: Dialect,
  result: DriverResult,
  statement: { text: string; parameters: unknown[] },
) => SqlResult<Record<string, unknown>>;

const load = async (context: ProbeContext) =>
  (await context.submission()).toSqlResult as ToSqlResult;

/** What a column of each type does with its values; 0 leaves them alone. */
const converters: Record<number, Converter> = {
  1: (value) => Number(value),
  2: (value) => value === "1",
  4: (value) => [value],
  3: (value) => {
    if (value === "large") throw new RangeError("too large");
    return `${value}!`;
  },
};

/** A dialect that has these converters alone, and counts how often it is asked for one. */
function counting(asked: string[]): Dialect {
  const converter = ({ name, type }: { name: string; type: number }) => {
    asked.push(name);
    return converters[type];
  };
  return { converter } as unknown as Dialect;
}

interface Given {
  columns: { name: string; type: number }[];
  rows: Json[][];
  text?: string;
  parameters?: Json[];
}

const resultOf = ({ columns, rows }: Given): DriverResult => ({
  columns,
  rows: rows.map((row) => [...row]),
  rowCount: rows.length,
  firstKey: undefined,
});
const statementOf = ({ text = "SELECT 1", parameters = [] }: Given) => ({ text, parameters });

/** An object as JSON, with what JSON would leave out: a property that is undefined. */
const visible = (row: object): Json =>
  JSON.parse(JSON.stringify(row, (_, value) => (value === undefined ? "undefined" : value)));

async function objectsOf(context: ProbeContext): Promise<Json> {
  const toSqlResult = await load(context);
  const given = context.input as unknown as Given;
  const asked: string[] = [];
  const result = toSqlResult(counting(asked), resultOf(given), statementOf(given));
  return { objects: result.map(visible), asked };
}

/** The error's parts that a program looks at. */
async function refusal(
  context: ProbeContext,
  given = context.input as unknown as Given,
): Promise<Json> {
  const toSqlResult = await load(context);
  try {
    toSqlResult(counting([]), resultOf(given), statementOf(given));
    return "no error";
  } catch (error) {
    const { name, code, message, statement, parameters, cause } = error as Record<string, Json>;
    return {
      name: name ?? null,
      code: code ?? null,
      message: message ?? null,
      statement: statement ?? null,
      parameters: parameters ?? null,
      cause: cause === undefined ? null : String(cause),
    };
  }
}

const probes: Probes = {
  "makes an object of each row": objectsOf,
  "converts each column by its rule": objectsOf,
  "refuses two columns of one name": async (context) => {
    const given = context.input as unknown as Given;
    return [await refusal(context), await refusal(context, { ...given, rows: [] })];
  },
  "says which column could not be converted": (context) => refusal(context),
  "says what a statement did": async (context) => {
    const toSqlResult = await load(context);
    return (context.input as { rowCount: number; firstKey: string | null }[]).map((done) => {
      const firstKey = done.firstKey === null ? undefined : BigInt(done.firstKey);
      const result = toSqlResult(
        counting([]),
        { columns: [], rows: [], rowCount: done.rowCount, firstKey },
        statementOf({ columns: [], rows: [] }),
      );
      return {
        length: result.length,
        rowCount: result.rowCount,
        keys: result.generatedKeys.map((key) => `${typeof key} ${key}`),
      };
    });
  },
  "shows what was done only where there are no rows": async (context) => {
    const toSqlResult = await load(context);
    const given = context.input as unknown as Given;
    const statement = statementOf(given);
    const found = toSqlResult(counting([]), resultOf(given), statement);
    const none = toSqlResult(
      counting([]),
      { ...resultOf(given), rows: [], rowCount: 0 },
      statement,
    );
    const done = toSqlResult(
      counting([]),
      { columns: [], rows: [], rowCount: 1, firstKey: 5n },
      statement,
    );
    return {
      found: {
        shown: Object.keys(found),
        rowCount: found.rowCount,
        keys: [...found.generatedKeys].length,
      },
      none: { shown: Object.keys(none), rowCount: none.rowCount },
      done: { shown: Object.keys(done), rowCount: done.rowCount },
    };
  },
  "gives the engine its rows": async (context) => {
    await load(context);
    const { createEngine, sql } = context.ormlet;
    const engine = createEngine(context.url);
    try {
      const title = context.input as string;
      await engine.execute(sql`
        CREATE TABLE books (id BIGINT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(50), rare BOOLEAN)`);
      const added = await engine.execute(
        sql`INSERT INTO books (title, rare) VALUES (${title}, TRUE)`,
      );
      await engine.execute(sql`INSERT INTO books (title) VALUES (NULL), (${title})`);
      const rows = await engine.execute(sql`SELECT * FROM books ORDER BY id`);
      return {
        added: added.generatedKeys.map(String),
        rows: rows.map(({ id, ...rest }) => ({ id: String(id), ...rest })) as Json[],
        rowCount: rows.rowCount,
      };
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
