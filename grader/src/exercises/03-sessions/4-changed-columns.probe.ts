import type { Column, Instance, Mapper } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type ChangedColumns = (instance: Instance) => Column[];
/** A property is set; read; or what was read is edited in place: a time is moved, the first byte is counted up. */
type Step =
  | { set: string; to: Json }
  | { read: string }
  | { edit: string; by: number }
  /** The value is not in memory any more. */
  | { forget: string };
type Stored = Record<"title" | "price" | "pages" | "printed" | "bought" | "cover" | "place", Json>;

const load = async (context: ProbeContext) =>
  (await context.submission()).changedColumns as ChangedColumns;

function library({ ormlet }: ProbeContext) {
  const { binary, datetime, declarativeBase, decimal, integer, varchar } = ormlet;
  const place = varchar(50).convert({
    toDatabase: (one: { shelf: string }) => one.shelf,
    fromDatabase: (shelf) => ({ shelf }),
  });
  const Base = declarativeBase();
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    title: varchar(100),
    price: decimal(8, 2),
    pages: integer().nullable(),
    printed: datetime().nullable(),
    bought: datetime().nullable(),
    cover: binary(50).nullable(),
    place: place.nullable(),
  }) {}
  return { Base, Book };
}

/** In JSON, times are numbers, bytes are hexadecimal digits, and a place is the name of its shelf. */
function revive(property: string, value: Json): unknown {
  if (value === null) return null;
  if (property === "printed" || property === "bought") return new Date(value as number);
  if (property === "place") return { shelf: value };
  return property === "cover" ? new Uint8Array(Buffer.from(value as string, "hex")) : value;
}

function storedBook(context: ProbeContext, stored: Stored): Instance {
  const { Book } = library(context);
  const mapper = (Book as unknown as Record<symbol, Mapper>)[Symbol.for("ormlet.mapper")] as Mapper;
  const values = Object.entries(stored).map(([property, value]) => revive(property, value));
  return mapper.make([7, ...values]);
}

function take(instance: Instance, step: Step): void {
  const object = instance.object as Record<string, unknown>;
  if ("set" in step) object[step.set] = revive(step.set, step.to);
  else if ("read" in step) void object[step.read];
  else if ("edit" in step) {
    const value = object[step.edit];
    if (value instanceof Date) value.setTime(value.getTime() + step.by);
    else if (value instanceof Uint8Array) value[0] = (value[0] as number) + step.by;
  } else {
    const position = instance.mapper.properties.get(step.forget)?.position as number;
    instance.values[position] = undefined;
  }
}

/** For each list of steps: the properties that have changed after them, since the row was loaded. */
async function changedAfter(context: ProbeContext): Promise<Json> {
  const changedColumns = await load(context);
  const { stored, all } = context.input as { stored: Stored; all: Step[][] };
  return all.map((steps) => {
    const instance = storedBook(context, stored);
    for (const step of steps) take(instance, step);
    return changedColumns(instance).map(({ property }) => property);
  });
}

const probes: Probes = {
  "finds the columns that hold another value": changedAfter,
  "sees no change where the old value is back": changedAfter,
  "sees what was edited in place": changedAfter,
  "sees a time become NULL, and NULL become a time": changedAfter,
  "leaves out what is not in memory, and what is no column": async (context) => {
    const changedColumns = await load(context);
    const { stored, all } = context.input as { stored: Stored; all: Step[][] };
    return all.map((steps) => {
      const instance = storedBook(context, stored);
      for (const step of steps) take(instance, step);
      // A relationship stands behind the columns.
      const position = instance.mapper.table.columns.length;
      instance.values[position] = {};
      instance.before ??= new Map();
      instance.before.set(position, null);
      return changedColumns(instance).map(({ property }) => property);
    });
  },
  "writes to MySQL what changed, and nothing else": async (context) => {
    await load(context);
    const { createEngine, Session, sql } = context.ormlet;
    const { Base, Book } = library(context);
    const { stored, title, price, by } = context.input as {
      stored: Stored;
      title: string;
      price: string;
      by: number;
    };
    const sent: string[] = [];
    const engine = createEngine(context.url, {
      echo: (_line, { text }) => {
        sent.push(text);
      },
    });
    const session = new Session(engine);
    try {
      await Base.metadata.createAll(engine);
      const values = Object.entries(stored).map(([name, value]) => [name, revive(name, value)]);
      for (const id of [1, 2, 3]) {
        session.add(new Book({ id, ...Object.fromEntries(values) }));
      }
      await session.commit();
      await session.close();
      sent.length = 0;
      const [one, two, three] = [
        await session.get(Book, 1),
        await session.get(Book, 2),
        await session.get(Book, 3),
      ];
      if (one === null || two === null || three === null) throw new Error("a book is missing");
      // Somebody else gives the same book another title.
      await engine.execute(sql`UPDATE books SET title = ${title} WHERE id = 1`);
      one.price = price;
      one.printed?.setTime(one.printed.getTime() + by);
      one.pages = null;
      one.pages = stored.pages as number;
      two.title = `${two.title}!`;
      two.title = stored.title as string;
      if (three.printed !== null) three.printed = new Date(three.printed);
      void three.cover;
      await session.commit();
      return sent.flatMap((text) => /^UPDATE `books` SET (.*) WHERE /.exec(text)?.[1] ?? []);
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
