import { type Browser, chromium, type Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mapHtml } from "../../src/progress/html.js";
import { look } from "./look.js";

const browserPath = process.env.ORMLET_BROWSER;

const test = suite<{ browser: Browser; page: Page }>("looking at a notebook's pictures");

test.before(async (context) => {
  context.browser = await chromium.launch({
    executablePath: browserPath as string,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  context.page = await context.browser.newPage({ viewport: { width: 800, height: 600 } });
});

test.after(({ browser }) => browser?.close());

/** What is seen of a page that is built as JupyterLab builds its notebooks. */
async function seen(page: Page, output: string, text = "", background = "white") {
  await page.setContent(`<body style="background:${background}; margin: 0">
    <div class="jp-NotebookPanel" style="width: 600px">
      <div class="jp-Cell" data-windowed-list-index="3">
        <div class="jp-MarkdownOutput">${text}</div>
        <div class="jp-OutputArea-output">${output}</div>
      </div>
    </div></body>`);
  return look(page);
}

const svg = (content: string, width = 300) =>
  `<svg width="${width}" height="60" style="display: block">${content}</svg>`;
const word = (fill: string) => `<text x="20" y="36" style="fill: ${fill}">books</text>`;

test("a good picture has no fault", async ({ page }) => {
  const line = '<line x1="0" y1="50" x2="100" y2="50" stroke="gray"/>';
  assert.equal(await seen(page, svg(word("black") + line)), {
    faults: [],
    diagrams: [],
    pictures: ["cell 3, svg 1"],
  });
});

test("what is written must stand out from what lies behind it, in either theme", async ({
  page,
}) => {
  const faults = async (...args: [output: string, text?: string, background?: string]) =>
    (await seen(page, ...args)).faults;
  const none = 'cell 3, svg 1: "books" has a contrast of 1.0';
  assert.equal(await faults(svg(word("white"))), [none]);
  assert.equal(await faults(svg(word("white")), "", "black"), []);
  // The box behind the word, and not the page, counts; as transparent as it is.
  const box = '<rect width="300" height="60" fill="black"/>';
  assert.equal(await faults(svg(box + word("white"))), []);
  assert.equal(await faults(svg(box + word("black"))), [none]);
  assert.equal(
    (await faults(svg(box.replace("/>", ' fill-opacity="0.1"/>') + word("white")))).length,
    1,
  );
  // Black that hardly shows is not black.
  const faint = `<g opacity="0.2">${word("black")}</g>`;
  assert.match((await faults(svg(faint)))[0] ?? "", /contrast of 1\.6/);
});

test("so must lines, and the words of a table", async ({ page }) => {
  const line = '<path d="M 0 30 H 100" stroke="#fafafa" fill="none"/>';
  const { faults } = await seen(page, svg(line));
  assert.equal(faults, ["cell 3, svg 1: a path has a contrast of 1.0"]);
  const table = '<table><tr><td style="color: #eee">Ada</td><td>owes</td></tr></table>';
  assert.equal((await seen(page, table)).faults, ['cell 3, table 1: "Ada" has a contrast of 1.2']);
});

test("the marks of the course's map stand out in either theme", async ({ page }) => {
  const exercises = (["solved", "begun", "open"] as const).map((state, index) => {
    const id = `2.${index + 1}`;
    return { id, title: "T", path: `${id}.ts`, attempts: 1, state, points: 0, max: 10 };
  });
  const score = { points: 0, max: 30 };
  const notebooks = [{ name: "02-rows", title: "Rows", exercises }];
  const chapters = [{ number: 2, title: "Rows", notebooks, exercises, ...score }];
  const html = mapHtml({ chapters, exercises, next: undefined, ...score });
  for (const mark of ["✓", "◐", "·"]) assert.ok(html.includes(`>${mark}</span> 2.`), mark);
  // The colours of text and page in JupyterLab's two themes.
  for (const [text, background] of [
    ["rgba(0, 0, 0, 0.87)", "white"],
    ["white", "#111111"],
  ] as const) {
    const output = `<div style="color: ${text}">${html}</div>`;
    assert.equal(await seen(page, output, "", background), {
      faults: [],
      diagrams: [],
      pictures: ["cell 3, table 1"],
    });
  }
});

test("a picture that is wider than its place is found", async ({ page }) => {
  assert.equal((await seen(page, svg(word("black"), 601))).faults, []);
  assert.equal((await seen(page, svg(word("black"), 700))).faults, [
    "cell 3, svg 1 does not fit: 700 of 600 pixels",
  ]);
});

test("a diagram that was not drawn is found", async ({ page }) => {
  const dot =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='20' height='20'/%3E";
  const drawn = `<div class="jp-RenderedMermaid"><img src="${dot}"></div>`;
  assert.equal(await seen(page, "", drawn + drawn), {
    faults: [],
    diagrams: ["cell 3, diagram 1", "cell 3, diagram 2"],
    pictures: [],
  });
  const failed = '<div class="jp-RenderedMermaid jp-mod-warning"><pre>Parse error</pre></div>';
  const { faults, diagrams } = await seen(page, "", drawn + failed);
  assert.equal(faults, ["cell 3, diagram 2 was not drawn: Parse error"]);
  assert.equal(diagrams, ["cell 3, diagram 1"]);
});

if (browserPath) test.run();
else console.log("SKIPPED: no Chromium or Chrome was found and none could be installed");
