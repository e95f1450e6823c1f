import { ArgumentError } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import { checkOptions } from "../mapping/naming.js";
import type { SessionOptions as LoadingOptions } from "../relationships/session.js";

/**
 * How much a transaction sees of others that run at the same time, from the least safe to the safest.
 * @example
 * ```ts
 * const seen = await session.begin(
 *   async () => {
 *     const before = await session.query(Tag).count();
 *     await engine.execute(sql`INSERT INTO tags (name) VALUES ('new')`);
 *     return [before, await session.query(Tag).count()];
 *   },
 *   { isolation: "read committed" },
 * );
 * console.log(seen); // [ 3, 4 ]
 * ```
 */
export type Isolation = "read uncommitted" | "read committed" | "repeatable read" | "serializable";

/**
 * What tells a session to stop: an `AbortSignal` is one. Written out, because the name would ask every user's
 * project for the types of Node or of browsers.
 */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * How a transaction runs; of a session, how each of its transactions does.
 * @example
 * ```ts
 * const timid = new Session(engine, { readOnly: true });
 * timid.add(new Tag({ name: "new" }));
 * await timid.commit().catch(({ code }) => console.log(code)); // read-only
 * await timid.close();
 * ```
 */
export interface TransactionOptions {
  /** Default: as the server is set, `"repeatable read"` with MySQL. */
  readonly isolation?: Isolation;
  /** Whether the server refuses to write in it. Default false. */
  readonly readOnly?: boolean;
  /** Seconds that each of its statements may take, COMMIT too. Default: no limit. */
  readonly timeout?: number;
  /** Stops the statement that is running, and refuses those that follow. `AbortSignal.timeout(5000)` limits the whole. */
  readonly signal?: StopSignal;
}

/** The options of a session; how a transaction runs holds for each of its transactions. */
export interface SessionOptions extends LoadingOptions, TransactionOptions {}

/**
 * The options of `SessionLocal.begin`: those of its session, and how often to try.
 * @example
 * ```ts
 * const book = await SessionLocal.begin(
 *   (session) => session.get(Book, 1, { lock: "update" }),
 *   { retry: 3, isolation: "serializable", timeout: 5 },
 * );
 * console.log(book?.title); // Emma
 * ```
 */
export interface BeginOptions extends SessionOptions {
  /** How often the transaction is run again, at most, after a deadlock and its like. Default 0. */
  readonly retry?: number;
}

/** What a session takes besides the options of its transactions. */
export const sessionOptions: readonly string[] = [
  "autoflush",
  "expireOnCommit",
  "filters",
  "raiseload",
];

/** Their words stand in SQL, so nothing else may. */
const isolations: readonly Isolation[] = [
  "read uncommitted",
  "read committed",
  "repeatable read",
  "serializable",
];

/**
 * Refuses options that are misspelt or make no sense.
 * @param where what they are the options of: `session.begin()`.
 * @throws ArgumentError `unknown-option` or `transaction-option`.
 */
export function checkTransaction(
  where: string,
  options: TransactionOptions & Pick<BeginOptions, "retry">,
  more: readonly string[] = [],
): void {
  checkOptions(where, options, [...more, "isolation", "readOnly", "timeout", "signal"]);
  const { isolation = "serializable", timeout = 1, retry = 0 } = options;
  // Node's timers wait for 24 days at most.
  const isTime = timeout > 0 && timeout < 2 ** 31 / 1000;
  const words = isolations.map((word) => JSON.stringify(word)).join(", ");
  const refuse = (name: string, value: unknown, hint: string) => {
    const what = `${where}: ${name} cannot be ${describe(value)}.`;
    throw new ArgumentError(what, { code: "transaction-option", hint });
  };
  if (!isolations.includes(isolation)) refuse("isolation", isolation, `Write one of ${words}.`);
  if (!isTime) refuse("timeout", timeout, "Write seconds, above 0.");
  if (!Number.isSafeInteger(retry) || retry < 0) refuse("retry", retry, "Write a whole number.");
}

/** Refuses what is not the function of a transaction. */
export function checkWork(where: string, work: unknown): void {
  if (typeof work === "function") return;
  throw new ArgumentError(`${where} was given ${describe(work)}.`, {
    code: "not-a-function",
    hint: "Give it what is to be done: begin(async () => { … }).",
  });
}
