import type { Dialect } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Query = { toSql(dialect: Dialect): { text: string; parameters: readonly unknown[] } };

/** Loans, in tables and columns with other names, and a function that shows the text of one expression. */
async function library(context: ProbeContext) {
  await context.submission();
  const { decimal, declarativeBase, integer, mysqlDialect, select } = context.ormlet;
  const Base = declarativeBase();
  class Loan extends Base.mapped("loans", {
    id: integer().primaryKey(),
    member: integer(),
    days: integer(),
    fee: decimal(8, 2),
  }) {}
  const dialect: Dialect = { ...mysqlDialect, quote: (name) => name };
  const show = (expr: unknown) => {
    const { text, parameters } = (select(expr as never) as Query).toSql(dialect);
    const shown = text.replace(/^SELECT /, "").replace(/ FROM loans$/, "");
    return shown + parameters.map((one) => ` ${one}`);
  };
  return { Loan, show };
}

/** The code of the error that this throws, and whether it names the call. */
function refused(work: () => unknown): string {
  try {
    work();
    return "no error";
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code ?? message}${message.startsWith("over()") ? " of over()" : ""}`;
  }
}

const probes: Probes = {
  "writes what a window is parted and sorted by": async (context) => {
    const { Loan, show } = await library(context);
    const { func } = context.ormlet;
    const { member, days, id } = Loan.c;
    const amount = context.input as number;
    return [
      func.rowNumber().over({ partitionBy: member, orderBy: days }),
      func.sum(days).over({ partitionBy: [member, days.add(amount)] }),
      func.rank().over({ orderBy: [days.desc(), id] }),
      func.count().over({ partitionBy: member, orderBy: days.mul(amount).desc() }),
      func.max(days).over({ orderBy: days.desc().nullsFirst() }),
    ].map(show);
  },
  "writes frames of rows and of values": async (context) => {
    const { Loan, show } = await library(context);
    const { func } = context.ormlet;
    const { days: orderBy } = Loan.c;
    const days = func.sum(Loan.c.days);
    const [one, two] = context.input as [number, number];
    return [
      days.over({ orderBy, rows: [-one, 0] }),
      days.over({ orderBy, rows: [-Infinity, two] }),
      days.over({ orderBy, rows: [0, Infinity] }),
      days.over({ orderBy, range: [-one, -1] }),
      days.over({ orderBy, range: [one, Infinity] }),
      days.over({ rows: [-Infinity, Infinity] }),
    ].map(show);
  },
  "leaves out what was not said": async (context) => {
    const { Loan, show } = await library(context);
    const { func } = context.ormlet;
    return [
      func.sum(Loan.c.days).over(),
      func.rowNumber().over({}),
      func.sum(Loan.c.days).over({ partitionBy: [], orderBy: [] }),
      func.sum(Loan.c.days).over({ rows: [0, 0], range: [-1, 1] }),
    ].map(show);
  },
  "refuses ends that are no whole numbers": async (context) => {
    const { Loan } = await library(context);
    const { func } = context.ormlet;
    // The code alone counts: any words will do.
    const over = (window: object) =>
      refused(() => func.sum(Loan.c.days).over(window)).replace(" of over()", "");
    const [fraction, text] = context.input as [number, string];
    const ends = [fraction, -fraction, Number.NaN, text, null, undefined, 2 ** 53, "0"];
    return [
      ...ends.map((end) => over({ rows: [end, 0] })),
      ...ends.map((end) => over({ range: [-1, end] })),
      over({ rows: [-1] }),
      over({ rows: [2 ** 53 - 1, 1 - 2 ** 53] }),
    ];
  },
  "refuses options and parts that a window has not": async (context) => {
    const { Loan } = await library(context);
    const { func } = context.ormlet;
    const over = (window: object) => refused(() => func.rowNumber().over(window));
    return [
      over({ partition: Loan.c.member }),
      over({ order: Loan.c.days }),
      over({ partitionBy: "member" }),
      over({ partitionBy: [undefined] }),
      over({ orderBy: 7 }),
      over({ orderBy: [Loan.c.days, "id"] }),
    ];
  },
  "counts in MySQL, and knows the type of what comes": async (context) => {
    const { Loan } = await library(context);
    const { createEngine, func, Session, select } = context.ormlet;
    const engine = createEngine(context.url);
    const session = new Session(engine);
    const { id, member, days, fee } = Loan.c;
    try {
      const rows = await session
        .execute(
          select(
            id,
            func.sum(days).over({ partitionBy: member, orderBy: [days, id], rows: [-1, 0] }),
            func.sum(fee).over({ partitionBy: member }),
            func.rank().over({ orderBy: days.desc() }),
          ).orderBy(id),
        )
        .all();
      return rows as Json;
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
