import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface Submission {
  Base: { metadata: { createAll(engine: unknown): Promise<void> } };
  Member: new (values: object) => { toObject(): Record<string, unknown> } & Record<string, unknown>;
}

const load = async (context: ProbeContext) => (await context.submission()) as unknown as Submission;

/** Values as JSON can carry them: a bigint is marked. */
function plain(object: Record<string, unknown>): Json {
  const entries = Object.entries(object).map(([key, value]): [string, Json] => [
    key,
    typeof value === "bigint" ? `${value}n` : (value as Json),
  ]);
  return Object.fromEntries(entries);
}

/** Makes a member of JSON: a string that ends in n is a bigint. */
function memberOf({ Member }: Submission, values: Json) {
  const entries = Object.entries(values as Record<string, Json>).map(([key, value]) => {
    const digits = /^(\d+)n$/.exec(String(value))?.[1];
    return [key, digits === undefined ? value : BigInt(digits)];
  });
  return new Member(Object.fromEntries(entries));
}

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
  "describes the table that is there": async (context) => {
    const { Base } = await load(context);
    const engine = context.ormlet.createEngine(context.url);
    try {
      await Base.metadata.createAll(engine);
      return null;
    } finally {
      await engine.dispose();
    }
  },
  "gives a member the five properties": async (context) => {
    const submission = await load(context);
    return plain(memberOf(submission, context.input).toObject());
  },
  "lets the phone be absent, and nothing else": async (context) => {
    const submission = await load(context);
    const { member, without } = context.input as { member: Json; without: Json[] };
    return {
      whole: plain(memberOf(submission, member).toObject()),
      refused: without.map((values) => refusal(() => memberOf(submission, values))),
    };
  },
};

export default probes;
