import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hasPattern, mismatch, textOf } from "../../src/weave/expect.js";

const test = suite("weave: expected outputs");

const cases: [expected: string, actual: string, matches: boolean][] = [
  ["42", "42\n", true],
  ["42", "43\n", false],
  ["42", "42\n43\n", false],
  ["42\n43", "42\n", false],
  ["took [..] ms", "took 3.2 ms", true],
  ["took [..] ms", "took ms", false],
  ["[..]", "", false],
  ["a[..]b[..]c", "a1b2c", true],
  ["a[..]b[..]c", "a1c2b", false],
  ["ab[..]ba", "aba", false],
  ["[..]: no", "yes\n: no", false],
  ["...", "", true],
  ["...", "one\ntwo", true],
  ["one\n...\nfour", "one\ntwo\nthree\nfour", true],
  ["one\n...\nfour", "one\nfour", true],
  ["one\n...\nfour", "one\ntwo", false],
  ["...\nx\n...", "a\nx\nb\nx\nc", true],
  ["...\nx\n...\ny", "x\ny\nx", false],
  ["a", "a   \n\n", true],
  [" a", "a", false],
  ["a", "\u001b[33ma\u001b[39m", true],
  ["", "a", false],
  ["(a+) [x]", "(a+) [x]", true],
];
for (const [expected, actual, matches] of cases) {
  const verb = matches ? "matches" : "does not match";
  test(`${JSON.stringify(expected)} ${verb} ${JSON.stringify(actual)}`, () => {
    assert.is(mismatch(expected, actual) === undefined, matches);
  });
}

test("a difference names both sides", () => {
  assert.is(mismatch("1", "2\n3"), "expected:\n  1\nbut it printed:\n  2\n  3");
  assert.is(mismatch("1", ""), "expected:\n  1\nbut it printed:\n  (nothing)");
});

test("only [..] and a line ... leave room", () => {
  assert.is(hasPattern("[..]"), true);
  assert.is(hasPattern("a\n...\nb"), true);
  assert.is(hasPattern("wait ..."), false);
});

test("the text of a cell is its standard output, its results and its error", () => {
  const text = textOf([
    { output_type: "stream", name: "stdout", text: ["a\n", "b"] },
    { output_type: "stream", name: "stderr", text: "warning\n" },
    { output_type: "display_data", data: { "text/html": "<b>" }, metadata: {} },
    { output_type: "execute_result", data: { "text/plain": "42" }, metadata: {} },
    { output_type: "error", ename: "RangeError", evalue: "too far", traceback: [] },
  ]);
  assert.is(text, "a\nb\n42\nRangeError: too far\n");
});

test.run();
