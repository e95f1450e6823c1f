import type { CompiledSql, Dialect, DriverResult, Instance, Table } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** What an INSERT is given of a flush (`session/batches.ts`). */
interface Flush {
  dialect: Dialect;
  run(compiled: CompiledSql): Promise<DriverResult>;
  settings(): Promise<{ increment: bigint; packet: number; triggered: ReadonlySet<string> }>;
}
type InsertRows = (flush: Flush, table: Table, rows: readonly Instance[]) => Promise<void>;
type ServerInput = {
  first: string;
  increment: number;
  /** Keys that others take after each statement. */
  others?: number;
  triggers?: string[];
  /** How far the trigger goes after each row. */
  jumps?: number[];
};

const load = async (context: ProbeContext) => (await context.submission()).insertRows as InsertRows;

const instanceOf = (object: object): Instance =>
  (object as Record<symbol, Instance>)[Symbol.for("ormlet.instance")] as Instance;

/** Plays a server: it generates keys, and notes what it is asked for. */
function server({ ormlet }: ProbeContext, input: ServerInput) {
  const { first, increment, others = 0, triggers = [], jumps } = input;
  const stored: Record<string, string> = {};
  const asked = { statements: 0, settings: 0 };
  let next = BigInt(first);
  const flush: Flush = {
    dialect: ormlet.mysqlDialect,
    async run({ text, parameters }) {
      asked.statements += 1;
      const firstKey = next;
      // Of many rows the names stand in the text.
      const names = [...parameters, ...Array.from(text.matchAll(/'(\w+)'/g), ([, name]) => name)];
      for (const name of names.filter((value) => typeof value === "string")) {
        stored[name] = String(next);
        next += BigInt(jumps ? (jumps[Object.keys(stored).length - 1] ?? 1) : increment);
      }
      next += BigInt(others * increment);
      return { columns: [], rows: [], rowCount: names.length, firstKey };
    },
    async settings() {
      asked.settings += 1;
      return { increment: BigInt(increment), packet: 2 ** 26, triggered: new Set(triggers) };
    },
  };
  return { flush, asked, stored };
}

function library({ ormlet }: ProbeContext) {
  const { bigint, declarativeBase, integer, varchar } = ormlet;
  const Base = declarativeBase();
  const name = varchar(50);
  class Member extends Base.mapped("members", { id: integer().primaryKey(), name }) {}
  class Guest extends Base.mapped("GuestBook", { id: integer().primaryKey(), name }) {}
  class Card extends Base.mapped("cards", { id: bigint().primaryKey(), name }) {}
  class Ticket extends Base.mapped("tickets", {
    id: bigint().as("string").primaryKey(),
    name,
  }) {}
  class Seat extends Base.mapped("seats", {
    desk: integer().primaryKey(),
    place: integer().primaryKey(),
    name,
  }) {}
  return { Member, Guest, Card, Ticket, Seat };
}
type Named = { name: string; id: unknown };
type ClassName = "Member" | "Guest" | "Card" | "Ticket";

/** Inserts an object for each name, and gives the keys that the objects and the server's rows have. */
async function insert(context: ProbeContext): Promise<Json> {
  const insertRows = await load(context);
  const {
    names,
    of,
    server: input,
  } = context.input as {
    names: string[];
    of: ClassName;
    server: ServerInput;
  };
  const Class = library(context)[of];
  const objects: Named[] = names.map((name) => new Class({ name }));
  const { flush, asked, stored } = server(context, input);
  const rows = objects.map(instanceOf);
  await insertRows(flush, (rows[0] as Instance).mapper.table, rows);
  const keys = objects.map(({ name, id }) => `${name}: ${typeof id} ${id}`);
  return { keys, stored, asked };
}

const probes: Probes = {
  "gives every row of one INSERT its key": insert,
  "counts on by the server's increment": insert,
  "sends rows one by one where a trigger may set their keys": insert,
  "takes the first key of each statement anew": insert,
  "knows long keys, and keys that are text": insert,
  "asks the server nothing that it does not need": async (context) => {
    const insertRows = await load(context);
    const { name, first } = context.input as { name: string; first: string };
    const { Member } = library(context);
    const single = server(context, { first, increment: 1 });
    const given = server(context, { first, increment: 1 });
    const one = new Member({ name });
    const two = [new Member({ id: 7, name }), new Member({ id: 3, name: `${name}2` })];
    const { table } = instanceOf(one).mapper;
    await insertRows(single.flush, table, [instanceOf(one)]);
    await insertRows(given.flush, table, two.map(instanceOf));
    return {
      single: single.asked,
      given: given.asked,
      keys: [one.id, ...two.map(({ id }) => id)],
    };
  },
  "refuses a key that the server would not tell": async (context) => {
    const insertRows = await load(context);
    const { Seat } = library(context);
    const { flush, asked } = server(context, { first: "1", increment: 1 });
    const { desk, name } = context.input as { desk: number; name: string };
    const seat = instanceOf(new Seat({ desk, name } as never));
    const code = await insertRows(flush, seat.mapper.table, [seat]).then(
      () => null,
      (error) => String(error.code),
    );
    return { code, statements: asked.statements };
  },
  "notes that the rows are written": async (context) => {
    const insertRows = await load(context);
    const { Member } = library(context);
    const { flush } = server(context, { first: "5", increment: 1 });
    const rows = (context.input as string[]).map((name) => instanceOf(new Member({ name })));
    for (const row of rows) row.before = new Map([[1, "before"]]);
    await insertRows(flush, (rows[0] as Instance).mapper.table, rows);
    return rows.map(({ before }) => before === undefined);
  },
  "gives 1,200 objects the keys that MySQL made": async (context) => {
    await load(context);
    const { createEngine, Session } = context.ormlet;
    const { names, guests } = context.input as { names: string[]; guests: string[] };
    const { Member, Guest } = library(context);
    let inserts = 0;
    const engine = createEngine(context.url, {
      echo: (_line, { text }) => {
        if (text.startsWith("INSERT INTO `members`")) inserts += 1;
      },
    });
    const session = new Session(engine);
    try {
      const members = names.map((name) => new Member({ name }));
      const others = guests.map((name) => new Guest({ name }));
      session.addAll([...members, ...others]);
      await session.commit();
      return {
        inserts,
        members: members.map(({ id }) => id),
        guests: others.map(({ id }) => id),
      };
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
