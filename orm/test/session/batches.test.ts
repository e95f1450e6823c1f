import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CompiledSql } from "../../src/engine/index.js";
import { type Batch, type Flush, inBatches, SMALL } from "../../src/session/batches.js";

const test = suite("batches of a flush");

const texts = ({ text, parameters }: CompiledSql) => `${text} ${parameters.join()}`;

/** A server that answers when all others have had their turn, and what happened, in order. */
function slowServer(events: string[], answer = (_: CompiledSql) => {}): Flush {
  return {
    run: async (statement) => {
      events.push(`sent ${texts(statement)}`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`answered ${texts(statement)}`);
      answer(statement);
      return { columns: [], rows: [], rowCount: statement.parameters.length, firstKey: undefined };
    },
    settings: async () => {
      events.push("settings");
      return { increment: 1n, packet: SMALL * 4, triggered: new Set() };
    },
  } as Partial<Flush> as Flush;
}

const textFor = (count: number) => `write ${count}:`;

function noting<Item extends string | number>(events: string[]) {
  return (parameters: readonly Item[]) => {
    events.push(`put together ${parameters.map((one) => String(one).slice(0, 4)).join()}`);
    return { parameters, textFor };
  };
}

/** Refuses the item 3. */
function refusing(parameters: readonly number[]) {
  if (parameters.includes(3)) throw new Error("3 is no value");
  return { parameters, textFor };
}

/** Takes all batches, and notes each, or the error that ended them. */
async function takeAll(batches: AsyncIterable<Batch<unknown>>, events: string[]): Promise<void> {
  try {
    for await (const { items, result } of batches) {
      events.push(`taken ${items.join()} (${result.rowCount})`);
    }
  } catch (error) {
    events.push((error as Error).message);
  }
}

/** Three bytes for each of 12,000 letters: one fits into a small packet, and seven into one of 256 KiB. */
const long = Array.from({ length: 10 }, (_, place) => `${place}${"a".repeat(11_999)}`);

test("while the server works on one statement, the next is put together", async () => {
  const events: string[] = [];
  await takeAll(inBatches(slowServer(events), [1, 2, 3, 4, 5], noting(events), 2), events);
  assert.equal(events, [
    "put together 1,2",
    "sent write 2: 1,2",
    "put together 3,4",
    "answered write 2: 1,2",
    "taken 1,2 (2)",
    "sent write 2: 3,4",
    "put together 5",
    "answered write 2: 3,4",
    "taken 3,4 (2)",
    "sent write 1: 5",
    "answered write 1: 5",
    "taken 5 (1)",
  ]);
});

test("of no items nothing is put together", async () => {
  const events: string[] = [];
  for await (const _ of inBatches(slowServer(events), [], noting(events))) events.push("taken");
  assert.equal(events, []);
});

test("what cannot be put together is told when the statement before it was answered and taken", async () => {
  const events: string[] = [];
  await takeAll(inBatches(slowServer(events), [1, 2, 3], refusing, 2), events);
  assert.equal(events, [
    "sent write 2: 1,2",
    "answered write 2: 1,2",
    "taken 1,2 (2)",
    "3 is no value",
  ]);
});

test("a statement that fails is the last, and its error the only one", async () => {
  const events: string[] = [];
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  const server = slowServer(events, () => {
    throw new Error("duplicate key");
  });
  await takeAll(inBatches(server, [1, 2, 3], refusing, 2), events);
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off("unhandledRejection", onUnhandled);
  assert.equal(events, ["sent write 2: 1,2", "answered write 2: 1,2", "duplicate key"]);
  assert.equal(unhandled, []);
});

test("the server is asked for the limit of a packet after the answer, and once", async () => {
  const events: string[] = [];
  const items = ["tiny", "tiny", ...long];
  for await (const { items: own } of inBatches(slowServer(events), items, noting(events), 2)) {
    assert.equal(own.length, 2);
  }
  const short = events.map((event) => event.replace(/a{5,}/g, ""));
  assert.equal(short.slice(0, 6), [
    "put together tiny,tiny",
    "sent write 2: tiny,tiny",
    "put together 0aaa,1aaa",
    "answered write 2: tiny,tiny",
    "settings",
    "sent write 2: 0,1",
  ]);
  assert.is(events.filter((event) => event === "settings").length, 1);
});

test("who stops at a batch has sent nothing for the next", async () => {
  const events: string[] = [];
  const items = ["tiny", "tiny", ...long];
  for await (const _ of inBatches(slowServer(events), items, noting(events), 2)) break;
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(events, [
    "put together tiny,tiny",
    "sent write 2: tiny,tiny",
    "put together 0aaa,1aaa",
    "answered write 2: tiny,tiny",
  ]);
});

test("what does not fit into a packet goes with the next statement", async () => {
  const events: string[] = [];
  const sizes: number[] = [];
  for await (const { items } of inBatches(slowServer(events), long, noting(events))) {
    sizes.push(items.length);
  }
  assert.equal(sizes, [7, 3]);
});

test.run();
