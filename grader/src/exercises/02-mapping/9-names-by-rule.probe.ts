import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Columns = readonly string[];
interface NamingModule {
  toSnakeCase(name: string): string;
  shorten(name: string): string;
  didYouMean(name: string, names: Iterable<string>): string;
  editsBetween(one: string, other: string): number;
  defaultNaming: {
    column(property: string): string;
    unique(table: string, columns: Columns): string;
    index(table: string, columns: Columns): string;
    foreignKey(table: string, columns: Columns, target: string): string;
    check(table: string, name: string | number): string;
  };
}

const load = async (context: ProbeContext) =>
  (await context.submission()) as unknown as NamingModule;

async function snakes(context: ProbeContext): Promise<Json> {
  const { toSnakeCase } = await load(context);
  return (context.input as string[]).map((name) => toSnakeCase(name));
}

async function edits(context: ProbeContext): Promise<Json> {
  const { editsBetween } = await load(context);
  return (context.input as [string, string][]).map(([one, other]) => editsBetween(one, other));
}

const probes: Probes = {
  "makes a column's name of a property's": snakes,
  "knows any alphabet": snakes,
  "counts the edits between two names": edits,
  "finds the shortest way": edits,
  "names each kind of constraint": async (context) => {
    const { defaultNaming } = await load(context);
    const { table, columns, target, name } = context.input as {
      table: string;
      columns: string[];
      target: string;
      name: string;
    };
    const [first = ""] = columns;
    return {
      unique: defaultNaming.unique(table, columns),
      index: defaultNaming.index(table, [first]),
      both: defaultNaming.index(table, columns),
      foreignKey: defaultNaming.foreignKey(table, columns, target),
      check: defaultNaming.check(table, name),
      counted: defaultNaming.check(table, 2),
    };
  },
  "finds the name that was meant": async (context) => {
    const { didYouMean } = await load(context);
    return (context.input as { name: string; names: string[] }[]).map(({ name, names }) =>
      didYouMean(name, new Set(names)),
    );
  },
  "keeps long names apart": async (context) => {
    const { shorten } = await load(context);
    return (context.input as string[]).map((name) => shorten(name));
  },
  "names what MySQL makes": async (context) => {
    await load(context);
    const { createEngine, declarativeBase, integer, varchar } = context.ormlet;
    const { table, property } = context.input as { table: string; property: string };
    const Base = declarativeBase();
    Base.mapped(table, { id: integer().primaryKey(), [property]: varchar(20).unique() });
    const engine = createEngine(context.url);
    try {
      await Base.metadata.createAll(engine);
      return null;
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
