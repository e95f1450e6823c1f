import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readExports } from "../../docs/build/exports.js";
import { referencePages } from "../../docs/build/reference.js";
import { testDatabase } from "../support.js";
import { expectedOutput, runPrograms } from "./programs.js";
import { asWritten } from "./written.js";

const test = suite("docs: reference");
const database = testDatabase(test);

test("every example compiles strictly, runs, and prints what stands behind it", async () => {
  const examples = referencePages().flatMap((page) => page.examples);
  assert.ok(examples.length > 0);
  const outcomes = await runPrograms(examples, database.url);
  const wrong = outcomes.flatMap(({ name, output, error }, index) => {
    const expected = expectedOutput(examples[index]?.code ?? "");
    const got = asWritten([output, error].filter(Boolean).join("\n"), database.url);
    return got === expected ? [] : [`${name}\n--- expected\n${expected}\n--- printed\n${got}`];
  });
  assert.is(wrong.join("\n\n"), "");
});

test("every example says what comes out of it", () => {
  const silent = referencePages()
    .flatMap((page) => page.examples)
    .filter(({ code }) => expectedOutput(code) === "");
  assert.equal(
    silent.map(({ name }) => name),
    [],
  );
});

test("what can be called shows how, and what is exported stands on a page", () => {
  const text = referencePages()
    .map((page) => page.text)
    .join("\n");
  for (const { name, signatures, members } of readExports()) {
    assert.ok(signatures.length + members.length > 0, name);
    for (const signature of [...signatures, ...members.flatMap((member) => member.signatures)]) {
      assert.match(signature, /\w/);
    }
    assert.match(text, new RegExp(`^## (?:\\w+ )?${name}$`, "m"));
  }
  // A class shows what it inherits from one that cannot be imported, in its last form.
  assert.match(text, /^### Session\.flush$/m);
  assert.match(
    text,
    /^get<E extends object>\(entity: MappedClass<E>, key: Key, lock\?: RowLock\)/m,
  );
  assert.not.match(text, /^### IntegrityError\.hint$/m);
});

test.run();
