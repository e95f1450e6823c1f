import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mapperOf } from "../../src/mapping/mapper.js";
import { jsonType } from "../../src/mapping/types.js";
import { library } from "../mapping/library.js";
import { errorOf } from "../support.js";

// The package's own words and keys, which a reader's part need not have: `course assemble` leaves this folder out.

const test = suite("wording: mapping");

/** Why a column of JSON does not take a value: the first line, above the hint. */
async function whyNot(value: unknown): Promise<string> {
  const error = await errorOf(() => jsonType().take(value));
  const [why = ""] = error.message.split("\n");
  assert.equal([error.name, error.code], ["ArgumentError", "column-value"], why);
  assert.ok(String(error.hint).length > 10, why);
  return why;
}

test("the key of a row stays", async () => {
  const { Author } = library();
  const values = [1, "Ada", "e", null, new Date("2026-01-01T00:00:00Z"), undefined];
  const ada = mapperOf(Author).make(values, { touched: () => {} }).object;
  const { code, message } = await errorOf(() => Object.assign(ada, { id: 2 }));
  assert.equal(
    [code, message],
    [
      "key-change",
      "Author.id is the key of a row and stays.\n  Hint: Make a new object with the other key, and delete this one.",
    ],
  );
});

test("what has no text in JSON is named by its kind", async () => {
  assert.is(await whyNot(null), "null is not a value in JSON.");
  assert.is(await whyNot(() => 1), "a function is not a value in JSON.");
  assert.is(await whyNot({ toJSON: () => null }), "an object (Object) is not a value in JSON.");
  assert.is(await whyNot(new Date(Number.NaN)), "an object (Date) is not a value in JSON.");
});

test("an object that holds itself is what JSON cannot be made of", async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  assert.match(await whyNot(circle), /^JSON cannot be made of/);
});

test("the limits of JSON in MySQL are told by their numbers", async () => {
  const deep: unknown = JSON.parse(`${'[{"a":'.repeat(50)}[]${"}]".repeat(50)}`);
  assert.is(await whyNot(deep), "The JSON is nested more than 100 deep.");
  const wide = { ["é".repeat(32_768)]: 1 };
  const start = "é".repeat(40);
  assert.is(await whyNot(wide), `The JSON has a key of more than 65535 bytes, "${start}…".`);
});

test.run();
