import type { Assert, Json } from "../../judge/exercise.js";

/** How much of a value a sentence can hold. */
const LENGTH = 400;

/**
 * Compares, and says of a difference what came and what should have come. A hidden test shows no values by itself;
 * here they are made up for each run, so that to see them gives no answer away.
 *
 * @param what a sentence's beginning, which names what the answer was given: "keyPart of 7n gave".
 */
export function compare(assert: Assert, what: string, actual: Json, expected: Json): void {
  assert.equal(actual, expected, `${what} ${short(actual)}, and should be ${short(expected)}.`);
}

/** Compares two lists item by item, and names the first that differs by its place in `names`. */
export function compareEach(
  assert: Assert,
  names: readonly string[],
  actual: Json,
  expected: readonly Json[],
): void {
  const items = Array.isArray(actual) ? actual : [];
  for (const [at, item] of expected.entries()) {
    compare(assert, `${names[at]}:`, items[at] ?? null, item);
  }
  assert.is(items.length, expected.length);
}

function short(value: Json): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= LENGTH ? text : `${text.slice(0, LENGTH)} …`;
}
