import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface Instance {
  values: unknown[];
  before: Map<number, unknown> | undefined;
  handedOut: Map<number, unknown> | undefined;
  state: string;
  owner: { touched(instance: Instance, toRead?: boolean): void } | undefined;
}
type Book = Record<string, unknown>;
type Shelf = new (values: object) => Book;

/** A class whose properties are read and written by the learner's functions: id, title, price, pages, lentAt. */
async function classOf(context: ProbeContext): Promise<Shelf> {
  await context.submission();
  const { datetime, declarativeBase, decimal, double, integer, varchar } = context.ormlet;
  return declarativeBase().mapped("books", {
    id: integer().primaryKey(),
    title: varchar(40),
    price: decimal(8, 2),
    weight: double().nullable(),
    lentAt: datetime().nullable(),
  }) as unknown as Shelf;
}

const instanceOf = (book: Book) =>
  (book as unknown as Record<symbol, Instance>)[Symbol.for("ormlet.instance")] as Instance;

/** What is noted of an object, as JSON: pairs of position and value. */
const noted = (book: Book): Json => {
  const { before } = instanceOf(book);
  return before === undefined ? null : ([...before] as Json);
};

/** The name and code of what a call throws; null when it throws nothing. */
function refusal(call: () => unknown): Json {
  try {
    call();
    return null;
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    return { name: name ?? null, code: code ?? null };
  }
}

const probes: Probes = {
  "gives back what was set": async (context) => {
    const { first, second } = context.input as { first: Book; second: Book };
    const book = new (await classOf(context))(first);
    const begun = { title: book.title, price: book.price, weight: book.weight };
    Object.assign(book, second);
    const ended = { title: book.title, price: book.price, weight: book.weight };
    return { begun, ended } as Json;
  },
  "notes the first value that was there, once for each property": async (context) => {
    const { first, changes } = context.input as { first: Book; changes: [string, unknown][] };
    const book = new (await classOf(context))(first);
    const seen: Json[] = [noted(book)];
    for (const [property, value] of changes) {
      book[property] = value;
      seen.push(noted(book));
    }
    return seen;
  },
  "takes no note of what is no change": async (context) => {
    const { first, same } = context.input as { first: Book; same: [string, unknown][] };
    const book = new (await classOf(context))(first);
    let touched = 0;
    instanceOf(book).owner = {
      touched: () => {
        touched += 1;
      },
    };
    for (const [property, value] of same) book[property] = value;
    return { noted: noted(book), touched };
  },
  "tells the owner before the value is set": async (context) => {
    const { first, changes } = context.input as { first: Book; changes: [string, unknown][] };
    const book = new (await classOf(context))(first);
    const instance = instanceOf(book);
    const seen: Json[] = [];
    instance.owner = {
      touched: (one) => {
        seen.push([one === instance, [...one.values] as Json]);
      },
    };
    for (const [property, value] of changes) book[property] = value;
    return seen;
  },
  "refuses a wrong value, and leaves everything as it was": async (context) => {
    const { first, wrong } = context.input as { first: Book; wrong: [string, Json][] };
    const book = new (await classOf(context))(first);
    let touched = 0;
    instanceOf(book).owner = {
      touched: () => {
        touched += 1;
      },
    };
    const refused = wrong.map(([property, value]) =>
      refusal(() => {
        book[property] = value === "(undefined)" ? undefined : value;
      }),
    );
    return { refused, noted: noted(book), touched, values: [...instanceOf(book).values] as Json };
  },
  "keeps the key of a row": async (context) => {
    const { first, key, other } = context.input as { first: Book; key: number; other: number };
    const Books = await classOf(context);
    const fresh = new Books(first);
    fresh.id = key;
    fresh.id = other;
    const stored = new Books({ ...first, id: key });
    instanceOf(stored).state = "persistent";
    const same = refusal(() => {
      stored.id = key;
    });
    const changed = refusal(() => {
      stored.id = other;
    });
    return { fresh: fresh.id, same, changed, stored: stored.id, noted: noted(stored) } as Json;
  },
  "says when a value is not loaded": async (context) => {
    const book = new (await classOf(context))(context.input as Book);
    const before = book.id === undefined;
    instanceOf(book).state = "persistent";
    const stored = refusal(() => book.id);
    instanceOf(book).state = "detached";
    return { before, stored, detached: refusal(() => book.id) };
  },
  "keeps a copy of a Date that it hands out": async (context) => {
    const { first, milliseconds } = context.input as { first: Book; milliseconds: number };
    const Books = await classOf(context);
    const book = new Books({ ...first, lentAt: new Date(milliseconds) });
    const instance = instanceOf(book);
    let touched = 0;
    instance.owner = {
      touched: (_, toRead) => {
        touched += instance.handedOut?.size ? 100 : toRead === true ? 1 : 10;
      },
    };
    const absent = new Books(first);
    const copies = () => [instance, instanceOf(absent)].map((one) => one.handedOut?.size ?? 0);
    const untouched = [book.title, absent.lentAt, ...copies()];
    const date = book.lentAt as Date;
    const copy = instance.handedOut?.get(4) as Date | undefined;
    date.setTime(milliseconds + 1000);
    const again = book.lentAt;
    return {
      untouched: untouched as Json,
      itself: date === instance.values[4] && again === date,
      copied: copy !== date && copy?.getTime() === milliseconds,
      kept: (instance.handedOut?.get(4) as Date | undefined)?.getTime() === milliseconds,
      touched,
      size: instance.handedOut?.size ?? 0,
    };
  },
};

export default probes;
