import type { Fragment, sql as Sql } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Tag = typeof Sql;
type Template = { texts: string[]; values: string[] };

/** A dialect that no database has, so that only what the statement's pieces say can come out. */
const spoken = {
  name: "mysql" as const,
  quote: (name: string) => `<${name}>`,
  placeholder: (position: number) => `:${position}`,
  setup: "",
  converter: () => undefined,
};

const tag = async (context: ProbeContext) => (await context.submission()).sql as Tag;

/** Calls the tag as the language does: texts that hold one more than the values. */
function write(sql: Tag, { texts, values }: { texts: string[]; values: unknown[] }): Fragment {
  const strings = Object.assign([...texts], { raw: [...texts] });
  return sql(strings, ...(values as string[]));
}

function spell(fragment: Fragment): Json {
  const { text, parameters } = fragment.toSql(spoken);
  return { text, parameters: [...parameters] as Json[] };
}

/** What a call that should fail throws: JSON has no classes, so their names and codes. */
function refusal(call: () => unknown): Json {
  try {
    call();
    return null;
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    return { name: name ?? null, code: code ?? null };
  }
}

const writeInput = async (context: ProbeContext) =>
  spell(write(await tag(context), context.input as Template));

const probes: Probes = {
  "binds the value and writes a placeholder": writeInput,
  "keeps several values in their order": writeInput,
  "writes a statement within a statement in its place": async (context) => {
    const sql = await tag(context);
    const { inner, outer, first, last } = context.input as {
      inner: Template;
      outer: string[];
      first: string;
      last: string;
    };
    return spell(write(sql, { texts: outer, values: [first, write(sql, inner), last] }));
  },
  "quotes names as the dialect says": async (context) => {
    const sql = await tag(context);
    const [schema, table, column] = context.input as [string, string, string];
    const names = [sql.identifier(column), sql.identifier(schema, table)];
    return spell(write(sql, { texts: ["SELECT ", " FROM ", ""], values: names }));
  },
  "joins fragments with a separator between them": async (context) => {
    const sql = await tag(context);
    const names = context.input as string[];
    const all = names.map((name) => write(sql, { texts: ["n = ", ""], values: [name] }));
    const or = write(sql, { texts: [" OR "], values: [] });
    const joined = [sql.join(all, or), sql.join(all), sql.join(all.slice(0, 1), or), sql.join([])];
    return joined.map(spell);
  },
  "gives the same each time that it is written": async (context) => {
    const sql = await tag(context);
    const [name, day] = context.input as [string, string];
    const part = write(sql, { texts: ["name = ", ""], values: [name] });
    const whole = write(sql, {
      texts: ["", " OR (", " AND day > ", ")"],
      values: [part, part, day],
    });
    return [spell(whole), spell(part), spell(whole)];
  },
  "refuses undefined, and a call that is no template": async (context) => {
    const sql = await tag(context);
    const plain = sql as unknown as (text: string) => unknown;
    return [
      refusal(() => write(sql, { texts: ["id = ", ""], values: [undefined] })),
      refusal(() => plain(context.input as string)),
    ];
  },
  "carries any text to MySQL and back": async (context) => {
    const sql = await tag(context);
    const engine = context.ormlet.createEngine(context.url);
    try {
      const back: Json[] = [];
      for (const text of context.input as string[]) {
        const statement = write(sql, { texts: ["SELECT ", " AS back"], values: [text] });
        back.push((await engine.execute(statement)) as Json);
      }
      return back;
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
