import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { datetime, declarativeBase, integer, json, varchar } from "../../src/mapping/index.js";
import { inspect, listen, Session, sessionmaker } from "../../src/session/index.js";
import { echoTo, errorOf, testDatabase } from "../support.js";

const test = suite("events");
const database = testDatabase(test);
let engine: Engine;
let session: Session;
const sent: string[] = [];
/** What listeners heard, between the statements. */
let log: string[] = [];
const stops: (() => void)[] = [];

const Base = declarativeBase();
class Poster extends Base.mapped("posters", {
  code: varchar(10).primaryKey(),
  title: varchar(50),
  place: integer().nullable(),
  meta: json<{ tries: number }>().nullable(),
  madeAt: datetime().nullable(),
}) {
  /** No column. */
  seen = 0;
}
class Ticket extends Base.mapped("tickets", {
  id: integer().primaryKey(),
  posterCode: varchar(10).nullable().references("posters.code"),
  number: integer().default(0),
}) {}
class Audit extends Base.mapped("audits", {
  id: integer().primaryKey(),
  text: varchar(100),
}) {}

/** Listens until the test is over. */
const hear = ((...given: Parameters<typeof listen>) => {
  const stop = listen(...given);
  stops.push(stop);
  return stop;
}) as typeof listen;

test.before(async () => {
  engine = createEngine(database.url, {
    echo: (line, event) => {
      echoTo(sent)(line, event);
      log.push(event.text.split(" ")[0] as string);
    },
  });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  for (const table of ["tickets", "posters", "audits"]) {
    await engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
  }
  await engine.execute(sql`INSERT INTO posters (code, title) VALUES ('P1', 'One'), ('P2', 'Two')`);
  session = new Session(engine);
  sent.length = 0;
  log = [];
});
test.after.each(async () => {
  for (const stop of stops.splice(0)) stop();
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

async function poster(code = "P1"): Promise<Poster> {
  const found = await session.get(Poster, code);
  assert.ok(found);
  sent.length = 0;
  log = [];
  return found;
}

const insertPoster =
  "INSERT INTO posters (code, title, place, meta, made_at) VALUES (?, ?, ?, ?, ?)";
const objectEvents = [
  "load",
  "beforeInsert",
  "afterInsert",
  "beforeUpdate",
  "afterUpdate",
  "beforeDelete",
  "afterDelete",
] as const;
const sessionEvents = [
  "beforeFlush",
  "afterFlush",
  "beforeCommit",
  "afterCommit",
  "afterRollback",
] as const;

test("what is set before an INSERT goes into it", async () => {
  hear(Poster, "beforeInsert", (one, where) => {
    assert.is(where, session);
    assert.is(inspect(one).state, "pending");
    one.title = one.title.trim();
    one.place = 7;
  });
  const made = new Poster({ code: "P3", title: "  Three " });
  session.add(made);
  await session.flush();
  assert.equal(sent, ["BEGIN", `${insertPoster} ["P3","Three",7,null,null]`]);
  assert.equal([made.title, made.place, inspect(made).changes], ["Three", 7, []]);
  await session.rollback();
  assert.equal([made.title, made.place], ["  Three ", null]);
});

test("what is set before an UPDATE goes into it, also a value edited in place", async () => {
  await engine.execute(sql`UPDATE posters SET meta = ${'{"tries":1}'} WHERE code = 'P1'`);
  hear(Poster, "beforeUpdate", (one) => {
    one.madeAt = new Date("2026-01-02T03:04:05Z");
    one.meta = { tries: (one.meta?.tries ?? 0) + 1 };
  });
  const one = await poster();
  one.title = "Uno";
  await session.flush();
  assert.equal(sent, [
    "UPDATE posters SET title = ?, meta = ?, made_at = ? WHERE code = ? " +
      '["Uno","{\\"tries\\":2}","2026-01-02T03:04:05.000Z","P1"]',
  ]);
  assert.equal(session.dirty, []);
});

test("an UPDATE that a listener takes back is not sent, and nobody hears that it was", async () => {
  hear(Poster, "beforeUpdate", (one) => {
    one.title = "One";
  });
  hear(Poster, "afterUpdate", () => log.push("afterUpdate"));
  const one = await poster();
  one.title = "Uno";
  await session.flush();
  assert.equal([sent, log], [[], []]);
  assert.is(one.title, "One");
});

test("all events of objects, in their order around the statements", async () => {
  for (const event of objectEvents) {
    hear(Poster, event, ({ code }) => log.push(`${event} ${code}`));
  }
  const [one, two] = [await poster("P1"), await session.get(Poster, "P2")];
  assert.ok(two);
  assert.equal(log, ["SELECT", "load P2"]);
  log = [];
  one.title = "Uno";
  session.delete(two);
  session.addAll([
    new Poster({ code: "P4", title: "Four" }),
    new Poster({ code: "P5", title: "Five" }),
  ]);
  await session.commit();
  assert.equal(log, [
    "beforeUpdate P1",
    "UPDATE",
    "afterUpdate P1",
    "beforeInsert P4",
    "beforeInsert P5",
    "INSERT",
    "afterInsert P4",
    "afterInsert P5",
    "beforeDelete P2",
    "DELETE",
    "afterDelete P2",
    "COMMIT",
  ]);
});

test("a foreign key is filled in, and a generated key there, when the listeners hear", async () => {
  const keys: unknown[] = [];
  hear(Ticket, "beforeInsert", (one) => keys.push(one.id));
  hear(Ticket, "afterInsert", (one) => keys.push(one.id));
  const ticket = new Ticket({ posterCode: "P1" });
  session.add(ticket);
  await session.flush();
  assert.equal(keys, [undefined, ticket.id]);
});

test("a Base hears of all its classes, after the class itself", async () => {
  hear(Base, "beforeInsert", (one) => log.push(`Base ${one.constructor.name}`));
  hear(Poster, "beforeInsert", () => log.push("first"));
  hear(Poster, "beforeInsert", () => log.push("second"));
  session.add(new Poster({ code: "P3", title: "Three" }));
  session.add(new Ticket({}));
  await session.flush();
  assert.equal(log, ["BEGIN", "first", "second", "Base Poster", "INSERT", "Base Ticket", "INSERT"]);
});

test("load: once for each object that is made, before the program has it", async () => {
  hear(Poster, "load", (one) => {
    one.seen += 1;
    log.push(`load ${one.code} ${one.title}`);
  });
  const one = await session.get(Poster, "P1");
  assert.equal(log, ["BEGIN", "SELECT", "load P1 One"]);
  assert.is(await session.get(Poster, "P1"), one);
  session.expire(one as Poster);
  await session.refresh(one as Poster);
  assert.is(log.filter((line) => line.startsWith("load")).length, 1);
  assert.equal(session.dirty, []);
});

test("load: a column that is set is a change, and the next flush writes it", async () => {
  hear(Poster, "load", (one) => {
    one.title = one.title.toUpperCase();
  });
  const one = await poster();
  assert.equal(inspect(one).changes, [{ property: "title", before: "One", after: "ONE" }]);
  await session.flush();
  assert.equal(sent, ['UPDATE posters SET title = ? WHERE code = ? ["ONE","P1"]']);
});

test("load: an error is that of the call, and its object stays outside", async () => {
  const mine = new Error("mine");
  const stop = hear(Poster, "load", () => {
    throw mine;
  });
  assert.is(await errorOf(() => session.get(Poster, "P1")), mine);
  stop();
  const heard: string[] = [];
  hear(Poster, "load", ({ code }) => heard.push(code));
  assert.is((await session.get(Poster, "P1"))?.title, "One");
  assert.equal(heard, ["P1"]);
});

test("all events of a session, in their order", async () => {
  for (const event of sessionEvents) hear(session, event, () => void log.push(event));
  hear(Poster, "beforeInsert", () => log.push("beforeInsert"));
  session.add(new Poster({ code: "P3", title: "Three" }));
  await session.commit();
  const flush = ["beforeFlush", "BEGIN", "beforeInsert", "INSERT", "afterFlush"];
  assert.equal(log, ["beforeCommit", ...flush, "COMMIT", "afterCommit"]);
  log = [];
  await session.commit();
  assert.equal(log, ["beforeCommit", "afterCommit"]);
  log = [];
  await session.rollback();
  assert.equal(log, []);
  session.add(new Poster({ code: "P4", title: "Four" }));
  await session.flush();
  await session.rollback();
  assert.equal(log, [...flush, "ROLLBACK", "afterRollback"]);
});

test("who hears of a session: itself, its maker, its class, and what that extends", async () => {
  class Mine extends Session {}
  const maker = sessionmaker(engine);
  const made = maker();
  const mine = new Mine(engine);
  hear(Session, "beforeCommit", () => log.push("Session"));
  hear(Mine, "beforeCommit", () => log.push("Mine"));
  hear(maker, "beforeCommit", () => log.push("maker"));
  hear(made, "beforeCommit", () => log.push("made"));
  await made.commit();
  assert.equal(log.splice(0), ["made", "maker", "Session"]);
  await mine.commit();
  assert.equal(log.splice(0), ["Mine", "Session"]);
  await maker.begin(() => {});
  assert.equal(log.splice(0), ["maker", "Session"]);
  await session.commit();
  assert.equal(log.splice(0), ["Session"]);
});

test("beforeFlush may read, add, change and delete; it is awaited, and planned after it", async () => {
  hear(session, "beforeFlush", async (one) => {
    const rows = await one.execute(sql<{ n: number }>`SELECT COUNT(*) AS n FROM posters`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const two = await one.get(Poster, "P2");
    if (two) one.delete(two);
    one.add(new Audit({ text: `${rows[0]?.n} posters, ${one.new.length} new` }));
  });
  session.add(new Poster({ code: "P3", title: "Three" }));
  await session.flush();
  assert.equal(sent, [
    "BEGIN",
    "SELECT COUNT(*) AS n FROM posters",
    'SELECT code, title, place, meta, made_at FROM posters WHERE code = ? ["P2"]',
    `${insertPoster} ["P3","Three",null,null,null]`,
    'INSERT INTO audits (text) VALUES (?) ["2 posters, 1 new"]',
    'DELETE FROM posters WHERE code IN (?) ["P2"]',
  ]);
});

test("a flush with nothing to write tells nobody", async () => {
  hear(session, "beforeFlush", () => log.push("beforeFlush"));
  hear(session, "afterFlush", () => log.push("afterFlush"));
  await session.flush();
  await session.get(Poster, "P1");
  assert.equal(log, ["BEGIN", "SELECT"]);
});

test("a flush before a statement tells as well, and the listener's own statements do not wait for it", async () => {
  hear(session, "beforeFlush", async (one) => {
    await one.execute(sql`SELECT 1`);
  });
  session.add(new Poster({ code: "P3", title: "Three" }));
  await session.get(Poster, "P1");
  assert.equal(log, ["BEGIN", "SELECT", "INSERT", "SELECT"]);
});

test("afterFlush knows what was written, and can send statements", async () => {
  const one = await poster("P1");
  const two = await session.get(Poster, "P2");
  assert.ok(two);
  const three = new Poster({ code: "P3", title: "Three" });
  let states: unknown[] = [];
  hear(session, "afterFlush", async (where, flushed) => {
    assert.equal(flushed, { new: [three], dirty: [one], deleted: [two] });
    states = [three, one, two].map((object) => inspect(object).state);
    await where.execute(sql`INSERT INTO audits (text) VALUES (${flushed.new.length})`);
  });
  one.place = 1;
  session.delete(two);
  session.add(three);
  await session.commit();
  assert.equal(states, ["persistent", "persistent", "deleted"]);
  assert.is(sent.at(-2), "INSERT INTO audits (text) VALUES (?) [1]");
});

test("beforeCommit: what it adds is in the commit", async () => {
  hear(session, "beforeCommit", (one) => one.add(new Poster({ code: "P9", title: "Nine" })));
  await session.commit();
  assert.equal(sent, ["BEGIN", `${insertPoster} ["P9","Nine",null,null,null]`, "COMMIT"]);
});

test("what a listener throws is the error of the flush, which is undone", async () => {
  const mine = new Error("mine");
  const three = new Poster({ code: "P3", title: "Three" });
  for (const event of ["beforeInsert", "afterInsert"] as const) {
    const stop = hear(Poster, event, () => {
      throw mine;
    });
    session.add(three);
    assert.is(await errorOf(() => session.flush()), mine);
    assert.is((await errorOf(() => session.flush())).code, "rolled-back");
    assert.is(sent.at(-1), "ROLLBACK");
    assert.is(inspect(three).state, "transient");
    await session.rollback();
    stop();
  }
  for (const event of ["beforeFlush", "afterFlush", "beforeCommit"] as const) {
    const stop = hear(session, event, async () => {
      throw mine;
    });
    session.add(three);
    assert.is(await errorOf(() => session.commit()), mine);
    await session.rollback();
    assert.is(inspect(three).state, "transient");
    stop();
  }
  session.add(three);
  await session.commit();
  const [row] = await engine.execute(sql<{ n: number }>`SELECT COUNT(*) AS n FROM posters`);
  assert.is(row?.n, 3);
});

test("an error of a listener in a savepoint undoes the savepoint alone", async () => {
  session.add(new Poster({ code: "P3", title: "Three" }));
  const inner = new Poster({ code: "P4", title: "Four" });
  await session.flush();
  const mine = new Error("mine");
  hear(Poster, "afterInsert", () => {
    throw mine;
  });
  const nested = session.beginNested(() => session.add(inner));
  assert.is(await errorOf(() => nested), mine);
  await session.commit();
  assert.equal(
    (await engine.execute(sql<{ code: string }>`SELECT code FROM posters ORDER BY code`)).map(
      ({ code }) => code,
    ),
    ["P1", "P2", "P3"],
  );
});

test("a listener of objects that gives a promise is refused", async () => {
  hear(Poster, "beforeInsert", async () => {
    throw new Error("nobody hears of this");
  });
  session.add(new Poster({ code: "P3", title: "Three" }));
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "async-listener");
  assert.is(
    error.message,
    "A listener of beforeInsert gave a promise, for Poster P3.\n" +
      "  Hint: Listeners of objects are not awaited. Do it in beforeFlush or afterFlush of the session.",
  );
  await session.rollback();
});

test("a listener of an object cannot use the session", async () => {
  const uses: Record<string, (one: Poster) => unknown> = {
    flush: () => session.flush(),
    commit: () => session.commit(),
    rollback: () => session.rollback(),
    close: () => session.close(),
    begin: () => session.begin(() => {}),
    beginNested: () => session.beginNested(() => {}),
    execute: () => session.execute(sql`SELECT 1`),
    get: () => session.get(Poster, "P2"),
    merge: (one) => session.merge(one),
    refresh: (one) => session.refresh(one),
  };
  for (const event of ["beforeInsert", "afterInsert", "load"] as const) {
    for (const [name, use] of Object.entries(uses)) {
      let error: Promise<Error & Record<string, unknown>> | undefined;
      const stop = hear(Poster, event, (one) => {
        if (one.code !== "P2") error = errorOf(() => use(one));
      });
      session.add(new Poster({ code: "P3", title: "Three" }));
      await session.get(Poster, "P1");
      const { code, message } = (await error) as Error & { code?: unknown };
      stop();
      // A new object has no row that could be loaded.
      const isNew = name === "refresh" && event !== "load";
      const expected = isNew ? "not-persistent" : "in-listener";
      assert.is(code, expected, `${name} in ${event}: ${message}`);
      await session.rollback();
      await session.close();
    }
  }
});

test("a listener of an object changes that object's columns, and nothing else", async () => {
  const [one, two] = [await poster("P1"), await session.get(Poster, "P2")];
  assert.ok(two);
  const abuses: Record<string, () => unknown> = {
    add: () => session.add(new Poster({ code: "P9", title: "Nine" })),
    delete: () => session.delete(two),
    expunge: () => session.expunge(two),
    expire: () => session.expire(two),
    other: () => {
      two.title = "Dos";
    },
  };
  for (const event of ["beforeUpdate", "afterUpdate"] as const) {
    for (const [name, abuse] of Object.entries(abuses)) {
      const stop = hear(Poster, event, abuse as () => void);
      one.title += "!";
      const error = await errorOf(() => session.flush());
      assert.is(error.code, "in-listener", `${name} in ${event}`);
      stop();
      await session.rollback();
    }
  }
  for (const event of ["afterUpdate", "beforeDelete", "afterDelete"] as const) {
    const stop = hear(Poster, event, (each) => {
      each.place = 1;
    });
    if (event === "afterUpdate") one.title = "Uno";
    else session.delete(one);
    const error = await errorOf(() => session.flush());
    assert.is(error.code, "in-listener", event);
    assert.ok(
      error.message.startsWith(
        `Poster P1 was changed, or handed out a value to edit, in a listener of ${event}.`,
      ),
    );
    stop();
    await session.rollback();
  }
});

test("any listener may read what can be edited in place", async () => {
  await engine.execute(sql`UPDATE posters SET made_at = '2026-01-02 03:04:05' WHERE code = 'P1'`);
  const years: unknown[] = [];
  hear(Poster, "afterUpdate", (one) => years.push(one.madeAt?.getUTCFullYear()));
  hear(session, "afterFlush", (_, { dirty }) => {
    years.push((dirty[0] as Poster).madeAt?.getUTCFullYear());
  });
  const one = await poster();
  one.title = "Uno";
  await session.commit();
  assert.equal(years, [2026, 2026]);
});

test("a listener of a session cannot flush, commit or end it", async () => {
  const uses: Record<string, () => unknown> = {
    flush: () => session.flush(),
    commit: () => session.commit(),
    rollback: () => session.rollback(),
    close: () => session.close(),
    begin: () => session.begin(() => {}),
    beginNested: () => session.beginNested(() => {}),
    merge: () => session.merge(new Poster({ code: "P1", title: "Uno" })),
  };
  for (const event of ["beforeFlush", "afterFlush", "beforeCommit"] as const) {
    for (const [name, use] of Object.entries(uses)) {
      const stop = hear(session, event, async () => {
        await use();
      });
      session.add(new Poster({ code: "P3", title: "Three" }));
      const error = await errorOf(() => session.commit());
      assert.is(error.code, "in-listener", `${name} in ${event}`);
      stop();
      await session.rollback();
    }
  }
  const stop = hear(session, "afterFlush", () => session.add(new Audit({ text: "late" })));
  session.add(new Poster({ code: "P3", title: "Three" }));
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "in-listener");
  assert.is(
    error.message,
    "session.add() was called in a listener of afterFlush.\n" +
      "  Hint: Send statements here; change objects in beforeFlush.",
  );
  stop();
  await session.rollback();
});

test("others cannot slip in while a listener is awaited", async () => {
  const one = await poster("P1");
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  hear(session, "beforeFlush", () => gate);
  session.add(new Poster({ code: "P3", title: "Three" }));
  const flushing = session.flush();
  const errors = [
    await errorOf(() => session.add(new Audit({ text: "beside" }))),
    await errorOf(() => session.commit()),
    await errorOf(() => session.get(Poster, "P2")),
    await errorOf(() => {
      one.title = "Uno";
    }),
  ];
  assert.equal(
    errors.map(({ code }) => code),
    ["concurrent", "concurrent", "concurrent", "concurrent"],
  );
  go();
  await flushing;
});

test("afterCommit: the session does nothing, and an error undoes nothing", async () => {
  for (const use of [
    () => session.get(Poster, "P2"),
    () => session.execute(sql`SELECT 1`),
    () => session.add(new Audit({ text: "late" })),
    () => session.commit(),
  ]) {
    const stop = hear(session, "afterCommit", async () => {
      await use();
    });
    const error = await errorOf(() => session.commit());
    assert.is(error.code, "after-commit");
    assert.match(error.message, /in a listener of afterCommit: the transaction is over\./);
    stop();
  }
  const cause = Object.assign(new Error("mine"), { code: "deadlock" });
  hear(session, "afterCommit", () => {
    throw cause;
  });
  hear(session, "afterRollback", () => log.push("afterRollback"));
  log = [];
  const error = await errorOf(() =>
    session.begin(() => session.add(new Poster({ code: "P3", title: "Three" }))),
  );
  assert.is(error.code, "after-commit");
  assert.is(error.cause, cause);
  assert.is(
    error.message,
    "The transaction is committed; a listener of afterCommit failed.\n" +
      "  Hint: Its cause says why. What was committed stays; handle the error within the listener.",
  );
  assert.equal(log, ["BEGIN", "INSERT", "COMMIT"]);
});

test("afterRollback: what leaves begin() goes before what a listener throws", async () => {
  const [mine, theirs] = [new Error("mine"), new Error("theirs")];
  hear(session, "afterRollback", () => {
    throw theirs;
  });
  const error = await errorOf(() =>
    session.begin(() => {
      throw mine;
    }),
  );
  assert.is(error, mine);
  await session.execute(sql`SELECT 1`);
  assert.is(await errorOf(() => session.rollback()), theirs);
  assert.is(session.inTransaction, false);
});

test("a listener that removes or adds others while it runs", async () => {
  const later = () => log.push("later");
  const second = () => log.push("second");
  hear(Poster, "afterInsert", () => {
    log.push("first");
    stopSecond();
    hear(Poster, "afterInsert", later);
  });
  const stopSecond = hear(Poster, "afterInsert", second);
  session.add(new Poster({ code: "P3", title: "Three" }));
  await session.flush();
  assert.equal(log, ["BEGIN", "INSERT", "first"]);
  log = [];
  session.add(new Poster({ code: "P4", title: "Four" }));
  await session.flush();
  assert.equal(log, ["INSERT", "first", "later"]);
});

test("a signal ends the listening; so does the function, twice as well as once", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  hear(Poster, "load", () => log.push("one"), { signal });
  hear(Poster, "load", () => log.push("two"), { signal: AbortSignal.abort() });
  const stop = hear(Poster, "load", () => log.push("three"));
  await session.get(Poster, "P1");
  assert.equal(log, ["BEGIN", "SELECT", "one", "three"]);
  controller.abort();
  stop();
  stop();
  log = [];
  await session.get(Poster, "P2");
  assert.equal(log, ["SELECT"]);
});

test("a target, an event or a listener that is none", async () => {
  const wrong = listen as (...given: unknown[]) => unknown;
  const cases: [unknown[], string, string][] = [
    [
      ["Poster", "load", () => {}],
      "not-a-target",
      'listen() was given "Poster".\n' +
        "  Hint: Give it a mapped class, a Base, a session, a sessionmaker, or a class of sessions.",
    ],
    [
      [class Poster {}, "load", () => {}],
      "not-a-target",
      "listen() was given a function.\n" +
        "  Hint: Give it a mapped class, a Base, a session, a sessionmaker, or a class of sessions.",
    ],
    [
      [Poster, "beforeInsrt", () => {}],
      "unknown-event",
      "There is no event beforeInsrt of objects.\n" +
        `  Hint: Did you mean beforeInsert? Those of objects are ${objectEvents.join(", ")}.`,
    ],
    [
      [session, "beforeInsert", () => {}],
      "unknown-event",
      "There is no event beforeInsert of sessions.\n" +
        "  Hint: beforeInsert is an event of objects. " +
        `Those of sessions are ${sessionEvents.join(", ")}.`,
    ],
    [
      [Poster, 7, () => {}],
      "unknown-event",
      `There is no event 7 of objects.\n  Hint: Those of objects are ${objectEvents.join(", ")}.`,
    ],
    [
      [Poster, "load", "print"],
      "not-a-function",
      'listen() was given "print" for a listener.\n' +
        '  Hint: Give it a function: listen(target, "load", (…) => { … }).',
    ],
    [
      [Poster, "load", () => {}, { sginal: undefined }],
      "unknown-option",
      "listen() has no option sginal.\n  Hint: Did you mean signal? Its options are signal.",
    ],
  ];
  for (const [given, code, message] of cases) {
    const error = await errorOf(() => wrong(...given));
    assert.equal([error.code, error.message], [code, message]);
  }
  for (const target of [null, undefined, {}, new Poster({ code: "P3", title: "Three" })]) {
    assert.is((await errorOf(() => wrong(target, "load", () => {}))).code, "not-a-target");
  }
});

test("types: events, targets and objects that do not fit are errors", () => {
  const never = () => {
    // @ts-expect-error there is no such event
    listen(Poster, "beforeInsrt", () => {});
    // @ts-expect-error an event of sessions
    listen(Poster, "beforeFlush", () => {});
    // @ts-expect-error an event of objects
    listen(session, "beforeInsert", () => {});
    // @ts-expect-error the object is a poster
    listen(Poster, "beforeInsert", (one) => one.tittle);
    // @ts-expect-error a session, whose class is none of objects
    listen(Session, "load", () => {});
    listen(sessionmaker(engine), "afterFlush", (one, { dirty }) => [one.new, dirty]);
    listen(Session, "beforeFlush", async (one) => {
      await one.get(Poster, "P1");
    });
  };
  assert.type(never, "function");
});

test.run();
