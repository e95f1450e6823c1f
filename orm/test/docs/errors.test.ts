import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readCodes } from "../../docs/build/codes.js";
import { notRun, programsOf, readErrorSections } from "../../docs/build/errors.js";
import { testDatabase } from "../support.js";
import { expectedOutput, runPrograms } from "./programs.js";
import { asWritten } from "./written.js";

const test = suite("docs: error pages");
const database = testDatabase(test);
const sections = readErrorSections();

test("every code that the package can throw has a page, and every page a code", () => {
  const codes = readCodes();
  const written = sections.map(({ code }) => code);
  assert.equal([...codes.keys()].filter((code) => !written.includes(code)).sort(), []);
  assert.equal(
    written.filter((code) => !codes.has(code)),
    [],
  );
  assert.is(new Set(written).size, written.length);
});

test("every page has a program that fails, or says why it has none that is run", () => {
  const missing = sections.filter((section) => {
    const fails = programsOf(section).some(({ message }) => message !== undefined);
    return fails === (notRun(section) !== undefined);
  });
  assert.equal(
    missing.map(({ code }) => code),
    [],
  );
});

test("each program fails with the message that stands below it, or works and prints what it says", async () => {
  const programs = sections.flatMap((section) =>
    programsOf(section).map((program) => ({ ...program, section })),
  );
  const outcomes = await runPrograms(programs, database.url);
  const wrong = programs.flatMap(({ name, code, message, section }, index) => {
    const { output = "", error, code: thrown } = outcomes[index] ?? {};
    const expected = [expectedOutput(code), message].filter(Boolean).join("\n");
    const got = asWritten([output, error].filter(Boolean).join("\n"), database.url);
    const [expectedClass] = (message ?? "").split(":");
    const fits =
      message === undefined
        ? error === undefined
        : thrown === section.code && expectedClass === section.errorClass;
    if (fits && got === expected) return [];
    return [`${name} (${thrown})\n--- expected\n${expected}\n--- came\n${got}`];
  });
  assert.is(wrong.join("\n\n"), "");
});

test.run();
