/**
 * Runs inside the sandbox, one process for a submission: loads the learner's code and the probes, runs
 * the probe that the judge names, and hands back what it saw. It knows nothing of what is right.
 *
 * This file is copied into the sandbox by itself, so it imports from Node alone. Everything that it
 * calls later is taken before the learner's code is loaded, which may change any global afterwards.
 *
 * Channel (file descriptor 3, a socket; lines): the runner writes `ready` before any of the learner's
 * code is there; then the judge writes `Order`s as JSON, and each answer begins with the order's nonce,
 * then a space, then an `Answer`. Whatever else is written there ends the run.
 */
import diagnostics from "node:diagnostics_channel";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import v8 from "node:v8";

/** What the judge asks for: to load the submission, or to run one test's probe. */
export type Order =
  | { do: "load"; nonce: string }
  | { do: "test"; nonce: string; test: string; url: string; input: unknown; seconds: number };

/** What the runner answers. */
export type Answer =
  | { kind: "loaded" }
  | { kind: "unloadable"; name: string; message: string }
  /** What is not the learner's could not be loaded: nothing can be graded. */
  | { kind: "broken"; message: string }
  | { kind: "observation"; value: unknown; statements: string[] }
  | { kind: "problem"; message: string };

const channel = 3;
const maxObservation = 256 * 1024;
const maxStatements = 40;
const maxStatement = 2000;

const { stringify, parse } = JSON;
const { readSync, writeSync } = fs;
const { slice } = String.prototype;
const call = Function.prototype.call.bind(Function.prototype.call) as (
  method: (...rest: never[]) => unknown,
  self: unknown,
  ...rest: unknown[]
) => unknown;
const { from } = Buffer;
const decoder = new TextDecoder();
const later = setTimeout;
const never = clearTimeout;
const exit = (process as unknown as { reallyExit(code: number): never }).reallyExit.bind(process);

const part = (text: string, length: number): string => call(slice, text, 0, length) as string;

/** One line from the judge. Waits without a turn of the event loop: between tests nothing runs. */
function nextOrder(): Order {
  const chunk = from(new ArrayBuffer(64 * 1024));
  let line = "";
  for (;;) {
    const length = readSync(channel, chunk, 0, chunk.length, null);
    // The judge is gone: nobody would read a result.
    if (length === 0) exit(96);
    line += decoder.decode(chunk.subarray(0, length), { stream: true });
    if (line[line.length - 1] === "\n") return parse(line) as Order;
  }
}

function answer(nonce: string, text: string): void {
  say(`${nonce} ${text}`);
}

function say(line: string): void {
  const bytes = from(`${line}\n`);
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(channel, bytes, written, bytes.length - written);
  }
}

/** The name and message of anything that was thrown, however strange it is. */
function describe(thrown: unknown): { name: string; message: string } {
  try {
    const error = thrown as { name?: unknown; message?: unknown } | null | undefined;
    if (typeof error === "object" && error !== null) {
      const { name, message } = error;
      return {
        name: part(typeof name === "string" ? name : "object", 200),
        message: part(typeof message === "string" ? message : "", 4000),
      };
    }
    return { name: typeof thrown, message: part(`${String(thrown)}`, 4000) };
  } catch {
    return { name: "object", message: "an object that cannot be read was thrown" };
  }
}

/** Statements that the driver sent during a test, for the report. */
let statements: string[] = [];
/** Whether a probe is at work in `setUp`, and how many statements of such work are not in the list yet. */
let isSetUp = false;
let ofSetUp = 0;

/** Does a probe's work that only sets the scene: what it sends becomes one line of the report. */
async function setUp<T>(work: () => Promise<T>): Promise<T> {
  isSetUp = true;
  try {
    return await work();
  } finally {
    isSetUp = false;
  }
}

function showSetUp(): void {
  if (ofSetUp > 0) show(`… statements that set up the test: ${ofSetUp}`);
  ofSetUp = 0;
}

function show(text: string): void {
  if (statements.length < maxStatements) statements[statements.length] = part(text, maxStatement);
}

function listen(): void {
  for (const kind of ["query", "execute"]) {
    diagnostics.subscribe(`tracing:mysql2:${kind}:start`, (message) => {
      const text = (message as { query?: unknown }).query;
      // What ormlet says on each new connection is not the learner's.
      if (typeof text !== "string" || text.startsWith("SET NAMES ")) return;
      if (isSetUp) {
        ofSetUp += 1;
      } else {
        showSetUp();
        show(text);
      }
    });
  }
}

/** Takes away what no answer needs and what would help to harm the judge or to read its messages. */
function harden(): void {
  const tools = process as unknown as Record<string, unknown>;
  for (const name of ["kill", "_kill", "_debugProcess", "abort", "dlopen", "binding"]) {
    tools[name] = () => {
      throw new Error(`process.${name} is switched off while an exercise is graded.`);
    };
  }
  const heap = v8 as unknown as Record<string, unknown>;
  for (const name of ["getHeapSnapshot", "writeHeapSnapshot", "setFlagsFromString"]) {
    heap[name] = () => {
      throw new Error(`v8.${name} is switched off while an exercise is graded.`);
    };
  }
  syncBuiltinESMExports();
}

type Probe = (context: {
  submission(): Promise<Record<string, unknown>>;
  url: string;
  input: unknown;
  ormlet: unknown;
  setUp: typeof setUp;
}) => Promise<unknown>;

interface Loaded {
  probes: Record<string, Probe>;
  ormlet: unknown;
  submission: Record<string, unknown>;
}

/** The probes; they are loaded before or after the submission, as the kind of exercise has it. */
const loadProbes = async () =>
  ((await import(new URL("probe.js", import.meta.url).href)) as { default: Loaded["probes"] })
    .default;

async function load(nonce: string): Promise<Loaded> {
  if (broken !== undefined) {
    answer(nonce, stringify({ kind: "broken", message: broken }));
    return exit(0);
  }
  try {
    const ormlet = await import("ormlet");
    const submission = await import(process.argv[2] ?? "");
    const probes = await loadProbes();
    answer(nonce, `{"kind":"loaded"}`);
    return { probes, ormlet, submission };
  } catch (error) {
    answer(nonce, stringify({ kind: "unloadable", ...describe(error) }));
    return exit(0);
  }
}

async function run(loaded: Loaded, order: Extract<Order, { do: "test" }>): Promise<void> {
  const { nonce, url, input, seconds, test } = order;
  statements = [];
  ofSetUp = 0;
  const probe = loaded.probes[test];
  if (typeof probe !== "function") {
    return answer(nonce, stringify({ kind: "problem", message: `There is no probe "${test}".` }));
  }
  // The judge ends a test that takes too long; this ends it when the judge is no more.
  const watchdog = later(() => exit(95), seconds * 1000 + 5000);
  let text: string | undefined;
  let problem = "";
  try {
    const submission = async () => loaded.submission;
    const value = await probe({ submission, url, input, ormlet: loaded.ormlet, setUp });
    try {
      text = stringify(value === undefined ? null : value);
      if (typeof text !== "string") problem = "What came back cannot be written as JSON.";
    } catch (error) {
      problem = `What came back cannot be written as JSON: ${describe(error).message}`;
    }
  } catch (error) {
    text = stringify({ thrown: describe(error) });
  }
  never(watchdog);
  showSetUp();
  if (problem === "" && text !== undefined && text.length > maxObservation) {
    problem = `What came back is too large: ${text.length} characters, at most ${maxObservation}.`;
  }
  if (problem !== "") return answer(nonce, stringify({ kind: "problem", message: problem }));
  // Joined by hand, so that no toJSON of the learner's sees the envelope.
  answer(nonce, `{"kind":"observation","value":${text},"statements":${stringify(statements)}}`);
}

/** Loads ahead of time what does not depend on the submission: that uses the time of the compiler. */
async function loadOwn(): Promise<string | undefined> {
  try {
    await import("mysql2/promise");
    if (process.argv[3] !== "finished") return undefined;
    await import("ormlet");
    await loadProbes();
    return undefined;
  } catch (error) {
    return describe(error).message;
  }
}

listen();
const broken = await loadOwn();
harden();
say("ready");
const first = nextOrder();
const loaded = await load(first.nonce);
for (;;) {
  const order = nextOrder();
  if (order.do === "test") await run(loaded, order);
}
