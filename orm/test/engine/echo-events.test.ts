import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { echoLine } from "../../src/engine/echo.js";
import {
  type ConnectEvent,
  type Connection,
  createEngine,
  type ExecuteEvent,
  sql,
} from "../../src/engine/index.js";
import { errorOf, testDatabase } from "../support.js";
import { looksAtClock, parts, type Traced, traced } from "../traced.js";

const test = suite("echo and events");
const database = testDatabase(test);

/** A line of echo without its time. */
const timeless = (line: string) => line.replace(/\d+\.\d ms/, "… ms");

/** Whatever `work` prints with console.log. */
async function printed(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(timeless(line));
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines;
}

test("echo: true prints statement, parameters, rows and time, transactions too", async () => {
  const engine = createEngine(database.url, { echo: true });
  const lines = await printed(async () => {
    await engine.begin((connection) =>
      connection.execute(sql`SELECT 1 AS one WHERE ${7} = 7 AND ${"o'clock"} <> ''`),
    );
    await errorOf(() => engine.execute(sql`SELECT * FROM nowhere`));
  });
  assert.equal(lines, [
    "BEGIN  (0 rows, … ms)",
    `SELECT 1 AS one WHERE ? = 7 AND ? <> ''  [7, "o'clock"]  (1 row, … ms)`,
    "COMMIT  (0 rows, … ms)",
    "SELECT * FROM nowhere  (failed, … ms)",
  ]);
  await engine.dispose();
});

test("the ROLLBACK of a connection that comes back is echoed", async () => {
  const engine = createEngine(database.url, { echo: true });
  const lines = await printed(async () => {
    const connection = await engine.connect();
    await connection.execute(sql`BEGIN`);
    await connection.close();
  });
  assert.equal(lines, ["BEGIN  (0 rows, … ms)", "ROLLBACK  (0 rows, … ms)"]);
  await engine.dispose();
});

test("echo as a function gets the line and the event; without echo nothing is printed", async () => {
  const seen: [string, ExecuteEvent][] = [];
  const engine = createEngine(database.url, { echo: (...call) => seen.push(call) });
  const lines = await printed(() => engine.execute(sql`SELECT ${1} AS one`));
  assert.equal(lines, []);
  assert.is(seen.length, 1);
  const [line, event] = seen[0] as [string, ExecuteEvent];
  assert.is(timeless(line), "SELECT ? AS one  [1]  (1 row, … ms)");
  assert.equal([event.text, event.parameters, event.rowCount], ["SELECT ? AS one", [1], 1]);
  assert.ok((event.milliseconds ?? -1) > 0);
  await engine.dispose();
  const silent = createEngine(database.url);
  assert.equal(await printed(() => silent.execute(sql`SELECT 1`)), []);
  await silent.dispose();
});

test("an echo function that throws does not fail the statement", async () => {
  const warnings: string[] = [];
  const listen = (warning: Error) => warnings.push(warning.message);
  process.on("warning", listen);
  const engine = createEngine(database.url, {
    echo: () => {
      throw new Error("no paper");
    },
  });
  assert.equal([...(await engine.execute(sql`SELECT 1 AS one`))], [{ one: 1 }]);
  await engine.dispose();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listen);
  assert.equal(warnings, ["The function given as echo threw: Error: no paper"]);
});

test("values are shown for the eye", () => {
  const line = echoLine({
    dialect: "mysql",
    text: "INSERT",
    parameters: [null, true, 2n ** 63n, new Date(0), new Uint8Array(3), "x".repeat(200)],
    connection: 1,
    rowCount: 1,
    milliseconds: 1.26,
  });
  assert.is(
    line,
    `INSERT  [null, true, 9223372036854775808n, 1970-01-01T00:00:00.000Z, <3 bytes>, '${"x".repeat(100)}'... 100 more characters]  (1 row, 1.3 ms)`,
  );
});

test("connect and execute are on diagnostics_channel, from start to end or error", async () => {
  const seen: string[] = [];
  const names = ["connect", "execute"].flatMap((name) =>
    ["start", "asyncEnd", "error"].map((phase) => `tracing:ormlet:${name}:${phase}`),
  );
  const listen = (message: unknown, name: string | symbol) => {
    const { text = "", rowCount, error } = message as ExecuteEvent;
    const outcome = error === undefined ? (rowCount ?? "") : (error as { code: string }).code;
    seen.push(`${String(name).replace("tracing:ormlet:", "")} ${text} ${outcome}`.trim());
  };
  for (const name of names) subscribe(name, listen);
  const engine = createEngine(database.url);
  await engine.execute(sql`SELECT ${1} AS one`);
  await errorOf(() => engine.execute(sql`SELECT * FROM nowhere`));
  for (const name of names) unsubscribe(name, listen);
  await engine.execute(sql`SELECT 2`);
  await engine.dispose();
  assert.equal(seen, [
    "connect:start",
    "connect:asyncEnd",
    "execute:start SELECT ? AS one",
    "execute:asyncEnd SELECT ? AS one 1",
    "execute:start SELECT * FROM nowhere",
    "execute:error SELECT * FROM nowhere unknown-table",
    "execute:asyncEnd SELECT * FROM nowhere unknown-table",
  ]);
});

test("a transaction is an event from BEGIN to its end, and holds those of its statements", async () => {
  const engine = createEngine(database.url);
  const connection = await engine.connect();
  const { id } = (connection as unknown as { state: { driver: { id: number } } }).state.driver;
  const seen = await traced(
    ["transaction", "execute"],
    parts("text", "connection", "outcome"),
    async () => {
      await connection.begin(() => connection.execute(sql`SELECT 1`));
      await errorOf(() => connection.begin(() => connection.execute(sql`SELECT * FROM nowhere`)));
    },
  );
  await connection.close();
  await engine.dispose();
  assert.equal(seen, [
    `transaction:start ${id}`,
    `execute:start BEGIN ${id}`,
    `execute:asyncEnd BEGIN ${id}`,
    `execute:start SELECT 1 ${id}`,
    `execute:asyncEnd SELECT 1 ${id}`,
    `execute:start COMMIT ${id}`,
    `execute:asyncEnd COMMIT ${id}`,
    `transaction:asyncEnd ${id} commit`,
    `transaction:start ${id}`,
    `execute:start BEGIN ${id}`,
    `execute:asyncEnd BEGIN ${id}`,
    `execute:start SELECT * FROM nowhere ${id}`,
    `execute:error SELECT * FROM nowhere ${id} unknown-table`,
    `execute:asyncEnd SELECT * FROM nowhere ${id} unknown-table`,
    `execute:start ROLLBACK ${id}`,
    `execute:asyncEnd ROLLBACK ${id}`,
    `transaction:asyncEnd ${id} rollback`,
  ]);
});

test("a COMMIT that is not sent is the error of its transaction, told once", async () => {
  const engine = createEngine(database.url);
  const seen = await traced(["transaction"], parts("outcome"), async () => {
    const work = (connection: Connection) => void connection.execute(sql`DO SLEEP(0.1)`);
    assert.is((await errorOf(() => engine.begin(work))).code, "not-awaited");
  });
  assert.equal(seen, [
    "transaction:start",
    "transaction:error not-awaited",
    "transaction:asyncEnd not-awaited",
  ]);
  await engine.dispose();
});

test("a BEGIN that fails is the error of its transaction", async () => {
  const engine = createEngine(database.url);
  const connection = await engine.connect();
  Object.assign((connection as unknown as { state: object }).state, { begin: ["BEGIN NOTHING"] });
  const seen = await traced(["transaction"], parts("outcome"), async () => {
    assert.is((await errorOf(() => connection.begin(() => {}))).code, "syntax");
  });
  assert.equal(seen, [
    "transaction:start",
    "transaction:error syntax",
    "transaction:asyncEnd syntax",
  ]);
  await connection.close();
  await engine.dispose();
});

test("a transaction says how long it took; nobody who listens, nobody who looks at the clock", async () => {
  const engine = createEngine(database.url);
  const connection = await engine.connect();
  let milliseconds = 0;
  const note = ({ message }: Traced) => {
    milliseconds = message.milliseconds as number;
    return "";
  };
  const work = () => connection.begin(() => connection.execute(sql`DO SLEEP(0.05)`));
  await traced(["transaction"], note, work);
  assert.ok(milliseconds >= 50, String(milliseconds));
  assert.is(await looksAtClock(work), 0);
  await connection.close();
  await engine.dispose();
});

test("events of connect never hold the password", async () => {
  let message: unknown;
  const listen = (given: unknown) => {
    message = given;
  };
  subscribe("tracing:ormlet:connect:start", listen);
  const engine = createEngine(database.url);
  await engine.execute(sql`SELECT 1`);
  unsubscribe("tracing:ormlet:connect:start", listen);
  await engine.dispose();
  const { password } = new URL(database.url);
  const { url } = message as ConnectEvent;
  assert.is(url, database.url.replace(`:${password}@`, ":***@"));
  assert.not.ok(inspect(message, { depth: 9 }).includes(password));
});

test.run();
