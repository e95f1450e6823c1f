import type { Dialect } from "ormlet";
import type { ProbeContext, Probes } from "../../judge/exercise.js";

interface Table {
  columns: { name: string }[];
  foreignKeys: { name: string }[];
}
interface Ddl {
  tableDdl(table: Table, dialect: Dialect): string;
  columnDdl(column: unknown, dialect: Dialect): string;
  foreignKeyDdl(key: unknown, dialect: Dialect): string;
}

/** The learner's functions, and MySQL's dialect with other quotation marks. */
async function load(context: ProbeContext) {
  const ddl = (await context.submission()) as unknown as Ddl;
  const engine = context.ormlet.createEngine(context.url);
  const dialect: Dialect = { ...engine.dialect, quote: (name) => `<${name}>` };
  await engine.dispose();
  return { ddl, dialect };
}

type Names = Record<string, string>;

const probes: Probes = {
  "writes the line of a column": async (context) => {
    const { ddl, dialect } = await load(context);
    const { declarativeBase, decimal, integer, varchar } = context.ormlet;
    const { one, two, three, length } = context.input as Names;
    const Base = declarativeBase();
    Base.mapped("t", {
      id: integer()
        .primaryKey()
        .named(one as string),
      two: varchar(Number(length)).named(two as string),
      three: decimal(8, 2)
        .nullable()
        .named(three as string),
    });
    const { columns } = Base.metadata.tables.get("t") as unknown as Table;
    return columns.map((column) => ddl.columnDdl(column, dialect));
  },
  "writes the line of a foreign key": async (context) => {
    const { ddl, dialect } = await load(context);
    const { declarativeBase, integer } = context.ormlet;
    const { table, one, two, own } = context.input as Names;
    const Base = declarativeBase();
    Base.mapped(
      own as string,
      {
        id: integer().primaryKey(),
        a: integer().references(`${table}.id`, { name: "plain" }),
        b: integer().nullable().references(`${table}.id`, { onDelete: "set null" }),
        c: integer().references(`${table}.id`, { onDelete: "no action", onUpdate: "cascade" }),
        [one as string]: integer(),
        [two as string]: integer(),
      },
      {
        foreignKeys: [
          {
            columns: [one, two] as never,
            references: [`${table}.x`, `${table}.y`],
            onDelete: "cascade",
          },
        ],
      },
    );
    const { foreignKeys } = Base.metadata.tables.get(own as string) as unknown as Table;
    return foreignKeys.map((key) => ddl.foreignKeyDdl(key, dialect));
  },
  "puts the lines of a table together": async (context) => {
    const { ddl, dialect } = await load(context);
    const { declarativeBase, integer, sql, varchar } = context.ormlet;
    const { table, one, two } = context.input as Names;
    const Base = declarativeBase();
    Base.mapped(
      table as string,
      {
        a: integer().primaryKey(),
        b: integer().primaryKey(),
        [one as string]: varchar(9).unique(),
        [two as string]: varchar(9).references("other.name"),
      },
      {
        indexes: [{ columns: [two, "b"] as never, name: "quick" }],
        uniques: [[one, two] as never],
        checks: [sql`a < b`, { name: "late", expression: sql`a <> 0` }],
      },
    );
    return ddl.tableDdl(Base.metadata.tables.get(table as string) as unknown as Table, dialect);
  },
  "writes defaults, generated columns and ON UPDATE": async (context) => {
    const { ddl, dialect } = await load(context);
    const { boolean, date, datetime, declarativeBase, integer, now, sql, text, varchar } =
      context.ormlet;
    const { word, count } = context.input as { word: string; count: number };
    const Base = declarativeBase();
    Base.mapped("t", {
      id: integer().primaryKey(),
      word: varchar(20).default(word),
      story: text().default(word),
      count: integer().nullable().default(count),
      yes: boolean().default(true),
      made: varchar(20).default(() => word),
      seen: datetime(3).default(now()).onUpdate(now()),
      edited: datetime(0).onUpdate(() => new Date()),
      day: date().default(now()),
      key: varchar(36).default(sql`UUID()`),
      twice: integer().generatedAs(sql`count * 2`),
      thrice: integer().nullable().generatedAs(sql`count * 3`, { stored: true }),
    });
    const { columns } = Base.metadata.tables.get("t") as unknown as Table;
    return columns.map((column) => ddl.columnDdl(column, dialect));
  },
  "makes tables that MySQL takes": async (context) => {
    await load(context);
    const { createEngine, datetime, declarativeBase, decimal, integer, now, sql, varchar } =
      context.ormlet;
    const Base = declarativeBase();
    Base.mapped("authors", { id: integer().primaryKey(), name: varchar(80).unique() });
    Base.mapped(
      "order",
      {
        id: integer().primaryKey(),
        group: varchar(20)
          .default(context.input as string)
          .index(),
        price: decimal(8, 2),
        double: decimal(10, 2).generatedAs(sql`price * 2`, { stored: true }),
        at: datetime().default(now()),
        authorId: integer().nullable().references("authors.id", { onDelete: "set null" }),
      },
      { checks: [sql`price >= 0`] },
    );
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
