import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../../src/base/failure.js";
import { CellReport, grade } from "../../src/judge/cell.js";
import { html } from "../../src/judge/formats/html.js";
import { formats, write } from "../../src/judge/formats/index.js";
import { plainText, terminal } from "../../src/judge/formats/terminal.js";
import { type ExerciseReport, total } from "../../src/judge/report.js";
import { print } from "../../src/judge/verdict.js";

const test = suite("formats");

const evil = `<script>alert("1")</script><img src=x onerror=alert(2)> **bold** & 'quoted'`;

const report: ExerciseReport = {
  id: "9.1",
  path: "exercises/09-fixture/1-shelf.ts",
  status: "graded",
  points: 2,
  max: 6,
  seed: 7,
  isolation: "process",
  milliseconds: 1234,
  title: "Shelf <b>",
  submission: "learner",
  diagnostics: [],
  attempt: 1,
  hint: "Look at `reduce`, not at <i>loops</i>.",
  read: "notebooks/09-fixture.ipynb",
  message: "1 of 3 tests pass.",
  tests: [
    {
      name: "adds",
      status: "pass",
      points: 2,
      max: 2,
      message: "",
      hidden: false,
      statements: [],
      printed: "",
    },
    {
      name: "finds",
      status: "fail",
      points: 0,
      max: 3,
      message: `Look again.\nYour code threw Error: ${evil}`,
      compared: { expected: "[1]", actual: evil },
      hidden: false,
      statements: [`SELECT '${evil}'`],
      printed: evil,
    },
    {
      name: "counts",
      status: "skipped",
      points: 0,
      max: 1,
      message: 'Not run: it needs "finds" to pass first.',
      hidden: true,
      statements: [],
      printed: "",
    },
  ],
};

const ungradable: ExerciseReport = {
  ...report,
  ...{ id: "9.2", status: "ungradable", points: 0, tests: [], message: "x.ts is not there." },
};

const grading = total([report, ungradable]);

test("JSON is the documented schema and nothing else", async () => {
  const document = JSON.parse(await write(grading, "json")) as Record<string, unknown>;
  assert.equal(Object.keys(document), ["exercises", "points", "max"]);
  assert.is(document.points, 2);
  assert.is(document.max, 12);
  const [first, second] = document.exercises as Record<string, unknown>[];
  const keys = [
    "id",
    "path",
    "status",
    "points",
    "max",
    "seed",
    "isolation",
    "milliseconds",
    "tests",
    "message",
  ];
  assert.equal(Object.keys(first ?? {}), keys);
  assert.equal((first as { tests: unknown[] }).tests[0], {
    name: "adds",
    status: "pass",
    points: 2,
    max: 2,
    message: "",
  });
  assert.is(second?.status, "ungradable");
});

test("HTML stands alone, and nothing that code printed is live", () => {
  const page = html(grading);
  assert.not.match(page, /<script|<img|<a |https?:/);
  assert.match(page, /&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/);
  assert.match(page, /\*\*bold\*\*/);
  assert.match(page, /Shelf &lt;b&gt;/);
  assert.match(page, /<code>reduce<\/code>, not at &lt;i&gt;loops&lt;\/i&gt;/);
  assert.match(page, /Content-Security-Policy/);
});

test("HTML can be read on a light page and on a dark one", () => {
  const style = /<style>(.*?)<\/style>/s.exec(html(grading))?.[1] ?? "";
  const given = (property: string) => style.match(new RegExp(`[ ;{]${property}: [^;]+`, "g")) ?? [];
  for (const rule of given("background")) assert.match(rule, /none$|rgba\(128, 128, 128, /);
  const colors = given("color").map((rule) => rule.replace(/^.*: /, ""));
  assert.ok(colors.length > 2);
  // Against white and against #111, for marks in bold: 3 at least (WCAG 2, contrast of large text).
  for (const color of colors.filter((one) => one !== "inherit")) {
    const own = luminance(color);
    assert.ok(1.05 / (own + 0.05) >= 3, `${color} on white`);
    assert.ok((own + 0.05) / (luminance("#111111") + 0.05) >= 3, `${color} on #111`);
  }
});

/** WCAG 2's relative luminance of a colour, `#rrggbb`. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test("the terminal's text has colours on a terminal only", () => {
  assert.not.ok(terminal(report, false).includes("\u001b"));
  const colored = terminal(report, true);
  assert.ok(colored.includes("\u001b[32m✓"));
  const text = plainText(total([report]));
  for (const part of [
    "✗ 9.1 Shelf <b>  2/6 points",
    "✓ adds  2",
    "– counts (hidden)  0/1",
    "expected  [1]",
    "Hint: Look",
    "Read: notebooks/09-fixture.ipynb",
    "seed 7 · process · 1.2 s",
  ]) {
    assert.ok(text.includes(part), part);
  }
});

test("one reason for all tests is said once", () => {
  const message = "Your file cannot be loaded: Error: boom";
  const tests = report.tests.map((one) => ({
    ...one,
    status: "fail" as const,
    points: 0,
    message,
  }));
  const text = terminal({ ...report, points: 0, message, tests }, false);
  assert.is(text.split(message).length, 2);
});

test("JUnit is well-formed, with failures, skipped tests and errors apart", async () => {
  const text = await write(grading, "junit");
  assert.match(
    text,
    /<testsuite name="9\.1 Shelf &lt;b&gt;" tests="3" failures="1" errors="0" skipped="1" time="1\.234">/,
  );
  assert.match(text, /<testsuite name="9\.2 [^"]*" tests="1" failures="0" errors="1" skipped="0"/);
  assert.not.match(
    text.replace(/<\/?(\?xml|testsuites?|testcase|failure|skipped|error)\b[^<>]*>/g, ""),
    /[<>]/,
  );
});

test("Gradescope and Exercism get what their documents ask for", async () => {
  const gradescope = JSON.parse(await write(grading, "gradescope"));
  assert.is(gradescope.score, 2);
  assert.equal(
    gradescope.tests.map((one: { score: number; max_score: number }) => [one.score, one.max_score]),
    [
      [2, 2],
      [0, 3],
      [0, 1],
      [0, 6],
    ],
  );
  const one = JSON.parse(await write(total([report]), "exercism"));
  assert.is(one.version, 3);
  assert.is(one.status, "fail");
  assert.equal(
    one.tests.map(({ status }: { status: string }) => status),
    ["pass", "fail", "error"],
  );
  assert.is(JSON.parse(await write(grading, "exercism")).status, "error");
  assert.is(formats.length, 6);
});

test("a cell shows a report as HTML and as text, and a wrong selector is a clear error", async () => {
  const cell = new CellReport({ grading, html: "<p>hi</p>", text: "hi" });
  const bundle = (cell as unknown as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ]?.call(cell);
  assert.equal(bundle, { "text/html": "<p>hi</p>", "text/plain": "hi" });
  assert.is(cell.points, 2);
  try {
    await grade("99.9");
    assert.unreachable("it was graded");
  } catch (error) {
    assert.instance(error, Failure);
    assert.match((error as Failure).message, /There is no exercise "99\.9"|list of exercises/);
  }
});

test("a long value stands on a line for each row, and a deep one is not laid out", () => {
  const rows = [
    { id: 1, name: "Ada Lovelace, Countess" },
    { id: 2, name: "Grace Brewster Hopper" },
  ];
  assert.is(
    print(rows),
    `[\n  {"id":1,"name":"Ada Lovelace, Countess"},\n  {"id":2,"name":"Grace Brewster Hopper"}\n]`,
  );
  let deep: unknown = "x".repeat(100);
  for (let level = 0; level < 100; level++) deep = [deep];
  assert.is(print(deep).split("\n").length, 2 * 11 + 1);
});

test.run();
