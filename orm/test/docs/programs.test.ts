import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readCodes } from "../../docs/build/codes.js";
import { errorOf, testDatabase } from "../support.js";
import { expectedOutput, runPrograms } from "./programs.js";

// The checks of the documentation check something.

const test = suite("docs: programs");
const database = testDatabase(test);

test("what a program says that it prints is what stands behind its console.log", () => {
  const code = [
    "// A remark.",
    "console.log(1); // 1",
    "const two = 2; // no output",
    "for (const one of [1, two]) {",
    "  console.log(one);",
    "}",
    "// 1",
    "// 2",
    "work.catch((error) => console.log(error)); // Oh",
    "const three = 3;",
    "// A remark.",
  ].join("\n");
  assert.is(expectedOutput(code), "1\n1\n2\nOh");
});

test("each program has the rows of the library, whatever the one before did, and its errors are told", async () => {
  const programs = [
    { name: "one", code: "console.log(await session.query(Tag).count());" },
    { name: "two", code: "await session.execute(deleteFrom(Tag).all()); await session.commit();" },
    {
      name: "three",
      code: 'console.log((await session.get(Tag, 1))?.name); throw new Error("No");',
    },
  ];
  assert.equal(await runPrograms(programs, database.url), [
    { name: "one", output: "3" },
    { name: "two", output: "" },
    { name: "three", output: "classic", error: "Error: No" },
  ]);
});

test("a program that does not compile is named, with its line", async () => {
  const programs = [{ name: "Author, 1", code: "const one = 1;\nconst two: string = one;" }];
  const error = await errorOf(() => runPrograms(programs, database.url));
  assert.ok(/^Author, 1, line 2 .*TS2322/.test(error.message), error.message);
});

test("codes are found wherever they are written", () => {
  const codes = readCodes();
  // As a property, in a choice of two, as a parameter's default, as an argument, in a table of numbers and of states.
  for (const code of ["no-result", "null-comparison", "url", "no-rows", "deadlock", "integrity"]) {
    assert.ok(codes.has(code), code);
  }
  assert.not.ok(codes.has("books"));
});

test.run();
