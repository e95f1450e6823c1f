import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface JsonType {
  readonly name: string;
  take(value: unknown): unknown;
  bind(value: unknown): unknown;
  read(raw: string): unknown;
}

const load = async (context: ProbeContext) => {
  const { jsonType } = (await context.submission()) as unknown as { jsonType(): JsonType };
  return jsonType();
};

/** The name, code and cause of what a call throws; `"kept"` when it throws nothing. */
function outcome(call: () => unknown): Json {
  try {
    call();
    return "kept";
  } catch (error) {
    const { name, code, cause } = error as { name?: string; code?: string; cause?: unknown };
    return `${name} ${code}${cause === undefined ? "" : `, because of a ${(cause as Error).name}`}`;
  }
}

/** Whether a value is frozen, with all that is in it. */
function isFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

/** So many arrays or objects, one in the other. */
function nested(levels: number, inArrays: boolean): unknown {
  let value: unknown = "inside";
  for (let level = 0; level < levels; level += 1) value = inArrays ? [value] : { a: value };
  return value;
}

/** Values that no JSON could bring here. */
function unusual(): Record<string, unknown> {
  const circle: Record<string, unknown> = {};
  circle.inside = [circle];
  return {
    "a function": () => 7,
    "a symbol": Symbol("seven"),
    null: null,
    "a Date that is invalid": new Date(Number.NaN),
    "an object whose toJSON gives null": { toJSON: () => null },
    NaN: { a: [Number.NaN] },
    "a bigint": [7n],
    undefined: undefined,
    "a circle": circle,
    "a getter that throws a TypeError": {
      get name() {
        throw new TypeError("no name");
      },
    },
    "a toJSON that throws an error with a code of its own": {
      toJSON() {
        throw Object.assign(new RangeError("no"), { code: "too-early" });
      },
    },
    "the text null": "null",
    "null in an array": [null],
    "half a character": ["\ud83d"],
    "a key with half a character": { a: { "\ud83d": 1 } },
    "a whole emoji": { "📚": "📚" },
    "a key of 65535 bytes": { ["k".repeat(65_535)]: 1 },
    "a key of 65536 bytes": [{ ["k".repeat(65_536)]: 1 }],
    "a key of 32768 letters ß": { ["ß".repeat(32_768)]: 1 },
    "100 arrays in each other": nested(100, true),
    "101 arrays in each other": nested(101, true),
    "100 objects in each other": nested(100, false),
    "101 objects in each other": nested(101, false),
  };
}

const refusals = async (context: ProbeContext): Promise<Json> => {
  const type = await load(context);
  const values = unusual();
  return (context.input as string[]).map((name) => outcome(() => type.take(values[name])));
};

const probes: Probes = {
  "keeps a value as it will be loaded": async (context) => {
    const type = await load(context);
    const { value, time } = context.input as { value: Record<string, Json>; time: number };
    const given = { ...value, on: new Date(time), absent: undefined };
    return JSON.parse(
      JSON.stringify(type.take(given), (_, item) => (item === undefined ? "undefined" : item)),
    );
  },
  "freezes what it keeps, and not what it was given": async (context) => {
    const type = await load(context);
    const given = context.input as Record<string, Json>;
    const kept = type.take(given);
    return {
      kept: isFrozen(kept),
      read: isFrozen(type.read(JSON.stringify(given))),
      given: [given, given.stars, given.lines].some(Object.isFrozen),
    };
  },
  "writes and reads JSON": async (context) => {
    const type = await load(context);
    const kept = type.take(context.input);
    const text = type.bind(kept);
    return {
      name: type.name,
      written: typeof text === "string" ? text : null,
      read: type.read(text as string) as Json,
      rounded: outcome(() => type.read("[9007199254740993]")),
    };
  },
  "refuses what has no form in JSON": refusals,
  "has one kind of error for what goes wrong": refusals,
  "refuses what MySQL cannot hold": refusals,
  "comes back from MySQL as it was kept": async (context) => {
    await load(context);
    const { createEngine, declarativeBase, integer, json, Session } = context.ormlet;
    const Base = declarativeBase();
    class Review extends Base.mapped("reviews", {
      id: integer().primaryKey(),
      notes: json<{ by: string }>(),
    }) {}
    const engine = createEngine(context.url);
    try {
      await Base.metadata.createAll(engine);
      const writing = new Session(engine);
      writing.add(new Review({ notes: context.input as never }));
      await writing.commit();
      await writing.close();
      const reading = new Session(engine);
      const review = await reading.get(Review, 1);
      const notes = review?.notes;
      await reading.close();
      return { notes: notes as unknown as Json, frozen: isFrozen(notes) };
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
