import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, Session, sessionmaker, sql } from "../../src/index.js";
import { declarativeBase, integer, varchar } from "../../src/mapping/index.js";
import { timeline } from "../../src/notebook/index.js";
import { textWidth } from "../../src/notebook/svg.js";
import { timelineOf } from "../../src/notebook/timeline.js";
import { errorOf, testDatabase } from "../support.js";
import { bundle, checkHtml } from "./classes.js";

const test = suite("the picture of a time line");
const database = testDatabase(test);
const Base = declarativeBase();
class Copy extends Base.mapped("copies", {
  id: integer().primaryKey(),
  title: varchar(100),
  free: integer(),
}) {}
let engine: Engine;
let ada: Session;
let grace: Session;

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

test.before.each(async () => {
  await database.admin.query(`DELETE FROM ${database.name}.copies`);
  await database.admin.query(
    `INSERT INTO ${database.name}.copies VALUES (1, 'Notes', 1), (2, 'Maps', 1)`,
  );
  [ada, grace] = [new Session(engine), new Session(engine)];
});
test.after.each(async () => {
  await ada.close();
  await grace.close();
});

test("two sessions: who sent what, in the order of time", async () => {
  const shown = await timeline({ ada, grace }, async () => {
    const mine = (await ada.get(Copy, 1)) as Copy;
    const theirs = (await grace.get(Copy, 1)) as Copy;
    mine.free -= 1;
    theirs.free -= 1;
    await ada.commit();
    await grace.commit();
    await engine.execute(sql`SELECT 'nobody'`);
  });
  const { text, html } = bundle(shown);
  const expected = [
    "1  ada    BEGIN",
    "2  ada    SELECT id, title, free FROM copies WHERE id = ? [1] → 1 row",
    "3  grace  BEGIN",
    "4  grace  SELECT id, title, free FROM copies WHERE id = ? [1] → 1 row",
    "5  ada    UPDATE copies SET free = ? WHERE id = ? [0, 1] → 1 row",
    "6  ada    COMMIT",
    "7  grace  UPDATE copies SET free = ? WHERE id = ? [0, 1] → 1 row",
    "8  grace  COMMIT",
  ];
  assert.is(text, expected.join("\n"));
  assert.is(String(shown), text);
  checkHtml(html);
  assert.equal(shown.lanes, ["ada", "grace"]);
  // The numbers by which a text speaks of the moments stand in the picture too.
  const numbers = Array.from(html.matchAll(/fill-opacity="\.7">(\d+)<\/text>/g), ([, one]) => one);
  assert.equal(numbers, ["1", "2", "3", "4", "5", "6", "7", "8"]);
});

test("who waits is drawn until the other one has committed", async () => {
  const shown = await timeline({ ada, grace }, async () => {
    await ada.get(Copy, 1, { lock: "update" });
    const asked = grace.get(Copy, 1, { lock: "update" });
    await sleep(200);
    await ada.commit();
    await asked;
    await grace.rollback();
  });
  assert.equal(
    shown.moments.map(({ lane, until }) => [lane, until]),
    [
      [0, undefined],
      [0, undefined],
      [1, undefined],
      [1, 4],
      [0, undefined],
      [1, undefined],
    ],
  );
  const { text, html } = bundle(shown);
  assert.match(text, /4 {2}grace .* FOR UPDATE \[1\] → 1 row \(waited for 5\)/);
  assert.match(html, "waits … → 1 row");
  // An arrow leads from the COMMIT to the one that it lets go on.
  assert.is(html.match(/translate\(/g)?.length, 1);
  checkHtml(html);
});

test("functions are run at the same time, each in its lane, with all of its sessions", async () => {
  const SessionLocal = sessionmaker(engine);
  let arrived = 0;
  let both = () => {};
  const met = new Promise<void>((resolve) => {
    both = resolve;
  });
  const move = (from: number, to: number) =>
    SessionLocal.begin(
      async (session) => {
        const source = (await session.get(Copy, from, { lock: "update" })) as Copy;
        arrived += 1;
        if (arrived === 2) both();
        await met;
        const target = (await session.get(Copy, to, { lock: "update" })) as Copy;
        source.free -= 1;
        target.free += 1;
      },
      { retry: 5 },
    );
  const shown = await timeline({ one: () => move(1, 2), two: () => move(2, 1) });
  const failed = shown.moments.filter((moment) => moment.failed);
  assert.equal(
    failed.map(({ outcome }) => outcome),
    ["✗ DeadlockError"],
  );
  assert.is(shown.moments.filter(({ sql: text }) => text === "COMMIT").length, 2);
  assert.is(shown.moments.filter(({ sql: text }) => text === "BEGIN").length, 3);
  assert.equal(new Set(shown.moments.map(({ lane }) => lane)), new Set([0, 1]));
  checkHtml(bundle(shown).html);
});

test("connections, isolation, and a connection that another session had before", async () => {
  const single = createEngine(database.url, { pool: { size: 1, timeout: 2 } });
  const [first, second] = [
    new Session(single, { isolation: "read committed" }),
    new Session(single, { readOnly: true }),
  ];
  const shown = await timeline({ first, second }, async () => {
    await single.execute(sql`SELECT 'before'`);
    await first.get(Copy, 1);
    await first.rollback();
    await single.execute(sql`SELECT 'between'`);
    await second.get(Copy, 2);
    await second.rollback();
  });
  const lines = String(shown).split("\n");
  assert.equal(
    lines.map((line) => line.slice(3, 34).trimEnd()),
    [
      "first   SET TRANSACTION ISOLATI",
      "first   BEGIN",
      "first   SELECT id, title, free",
      "first   ROLLBACK",
      "second  START TRANSACTION READ",
      "second  SELECT id, title, free",
      "second  ROLLBACK",
    ],
  );
  const connection = await single.connect();
  const plain = await timeline({ connection }, () => connection.execute(sql`SELECT 1`));
  assert.is(String(plain), "1  connection  SELECT 1 → 1 row");
  await connection.close();
  await first.close();
  await second.close();
  await single.dispose();
});

test("an error comes out when all have ended; nothing sent is a picture too", async () => {
  let ended = false;
  const error = await errorOf(() =>
    timeline({
      bad: () => {
        throw new Error("mine");
      },
      slow: async () => {
        await sleep(30);
        ended = true;
      },
    }),
  );
  assert.is(error.message, "mine");
  assert.ok(ended);
  const empty = bundle(await timeline({ ada }));
  assert.is(empty.text, "nothing was sent");
  assert.not.match(empty.html, /NaN|Infinity/);
});

test("what is long stays within its lane", () => {
  const event = {
    dialect: "mysql",
    text: `UPDATE ${"a".repeat(100)} SET b = ?`,
    parameters: Array.from({ length: 14 }, (_, n) => `${n} ${"x".repeat(30)}`),
    connection: 1,
    rowCount: 1,
    milliseconds: 1,
  };
  const { html, text } = bundle(timelineOf(["ada"], [{ event, begin: 1, end: 2, lane: 0 }]));
  assert.match(text, /'11 x+…, … and 2 more\] → 1 row$/);
  const lines = Array.from(html.matchAll(/<text [^>]*>([^<]*)</g), ([, line = ""]) => line);
  assert.is(lines.filter((line) => /^a{40,}$/.test(line)).length, 2);
  for (const line of lines) assert.ok(textWidth(line.replaceAll("&#39;", "'")) < 364, line);
  checkHtml(html);
});

test("a victim of a deadlock lets the other one go on", () => {
  const sent = (lane: number, begin: number, end: number, error?: Error) => ({
    event: {
      dialect: "mysql",
      text: "SELECT 1",
      parameters: [],
      connection: lane,
      milliseconds: 90,
      error,
    },
    ...{ lane, begin, end },
  });
  const deadlock = Object.assign(new Error("found"), { name: "DeadlockError" });
  const shown = timelineOf(["one", "two"], [sent(0, 1, 4), sent(1, 2, 3, deadlock)]);
  assert.is(bundle(shown).html.match(/translate\(/g)?.length, 1);
  const other = timelineOf(["one", "two"], [sent(0, 1, 4), sent(1, 2, 3, new Error("found"))]);
  assert.not.match(bundle(other).html, "translate(");
});

test("long statements are cut, and values cannot become markup", () => {
  const event = {
    dialect: "mysql",
    text: `UPDATE \`a\` SET \`b\` = ? WHERE ${"`c` = 1 AND ".repeat(40)}TRUE`,
    parameters: ["<b>&", "x".repeat(100)],
    connection: 1,
    rowCount: 0,
    milliseconds: 1,
  };
  const shown = timelineOf(["<i>"], [{ event, begin: 1, end: 2, lane: 0 }]);
  const [moment] = shown.moments;
  assert.is(moment?.sql.length, 120);
  assert.match(moment?.values ?? "", /^\['<b>&', 'x{22}…\]$/);
  assert.is(moment?.outcome, "→ 0 rows");
  const { html } = bundle(shown);
  assert.not.match(html, /<b>|<i>/);
  checkHtml(html);
});

test.run();
