import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { type Session, sessionmaker, sessionScope } from "../../src/integrity/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, clear, inUse, type Recorded, recorded } from "./library.js";

const test = suite("a session for each request");
const database = testDatabase(test);
let db: Recorded;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(() => clear(db));
test.after.each(() => assert.is(inUse(db.engine), 0));
test.after(() => db.engine.dispose());

const names = async () =>
  (await db.engine.execute(sql`SELECT name FROM authors ORDER BY name`)).map(({ name }) => name);

test("each request has its own, over every await", async () => {
  const scope = sessionScope(sessionmaker(db.engine));
  const save = async (name: string) => {
    await sleep(1);
    scope.current.add(new Author({ name }));
  };
  const sessions = await Promise.all(
    ["a", "b", "c"].map((name) =>
      scope.begin(async (session) => {
        await save(name);
        await sleep(2);
        assert.is(scope.current, session);
        assert.equal(
          scope.current.new.map((author) => (author as Author).name),
          [name],
        );
        return session;
      }),
    ),
  );
  assert.is(new Set(sessions).size, 3);
  assert.equal(await names(), ["a", "b", "c"]);
});

test("run commits nothing by itself, and closes", async () => {
  const scope = sessionScope(sessionmaker(db.engine));
  const [kept, lost] = [new Author({ name: "kept" }), new Author({ name: "lost" })];
  const result = await scope.run(async (session) => {
    scope.current.add(kept);
    await session.commit();
    session.add(lost);
    await session.flush();
    return 7;
  });
  assert.is(result, 7);
  assert.equal(await names(), ["kept"]);
  assert.equal([inspect(kept).state, inspect(lost).state], ["detached", "transient"]);
  const mine = new Error("mine");
  assert.is(
    await errorOf(() =>
      scope.run(() => {
        throw mine;
      }),
    ),
    mine,
  );
});

test("within another one, it is another one", async () => {
  const scope = sessionScope(sessionmaker(db.engine));
  await scope.run(async (outer) => {
    await scope.run((inner) => {
      assert.is.not(inner, outer);
      assert.is(scope.current, inner);
    });
    assert.is(scope.current, outer);
  });
});

test("outside, and after the end, there is none", async () => {
  const scope = sessionScope(sessionmaker(db.engine));
  assert.is((await errorOf(() => scope.current)).code, "no-session");
  let late: Promise<Session> | undefined;
  await scope.run(() => {
    late = sleep(20).then(() => scope.current);
    late.catch(() => {});
  });
  const error = await errorOf(() => late);
  assert.equal([error.name, error.code], ["InvalidRequestError", "no-session"]);
});

test("a retry gives each run its own", async () => {
  const scope = sessionScope(sessionmaker(db.engine));
  const seen: Session[] = [];
  await scope.begin(
    (session) => {
      assert.is(scope.current, session);
      seen.push(session);
      if (seen.length < 3) throw Object.assign(new Error("busy"), { code: "deadlock" });
      session.add(new Author({ name: "third" }));
    },
    { retry: 5 },
  );
  assert.is(new Set(seen).size, 3);
  assert.equal(await names(), ["third"]);
});

test.run();
