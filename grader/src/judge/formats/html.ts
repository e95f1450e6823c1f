import MarkdownIt from "markdown-it";
import { type ExerciseReport, type Grading, isSolved, type TestReport } from "../report.js";

// Raw HTML is off, and so are links and pictures: a verdict needs neither.
const markdown = new MarkdownIt({ html: false, linkify: false }).disable([
  "link",
  "image",
  "autolink",
]);

/** Text in which nothing is live. */
export function inert(text: string): string {
  const names: Record<string, string> = {
    "&": "amp",
    "<": "lt",
    ">": "gt",
    '"': "quot",
    "'": "#39",
  };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}

/**
 * Text has the colour of the page around it, and everything else a colour between light and dark: a
 * notebook's theme is not the system's (prefers-color-scheme), and not every viewer names its colours. The
 * class stands twice, so that these rules win over JupyterLab's own for tables and code.
 */
const style = `
.course-report { font-family: var(--jp-ui-font-family, system-ui, sans-serif); line-height: 1.45;
  color: inherit; max-width: 60rem; }
.course-report h3 { margin: .3rem 0; font-size: 1.1em; color: inherit; }
.course-report ul { list-style: none; margin: .4rem 0; padding: 0; }
.course-report li { margin: .25rem 0; padding-left: 1.4rem; text-indent: -1.4rem; }
.course-report li > * { text-indent: 0; }
.course-report p { margin: .2rem 0; }
.course-report pre, .course-report code { background: rgba(128, 128, 128, .18); color: inherit; }
.course-report pre { margin: .2rem 0; padding: .3rem .5rem; overflow: auto; max-height: 20rem;
  white-space: pre-wrap; }
.course-report table { border-collapse: collapse; margin: .2rem 0; color: inherit;
  font-size: inherit; }
.course-report tr:nth-child(n), .course-report th, .course-report td { background: none;
  text-align: left; vertical-align: top; border: 0; padding: 0; }
.course-report th { font-weight: normal; padding: .5rem .6rem 0 0; }
.course-report .pass, .course-report .fail, .course-report .skipped { display: inline-block;
  width: 1.1rem; font-weight: bold; }
.course-report .pass { color: #278a3b; }
.course-report .fail { color: #e5484d; }
.course-report .small { opacity: .75; font-size: .9em; }
.course-report .hint { border-left: 3px solid #b36b00; padding-left: .6rem; margin: .5rem 0; }
`.replaceAll(".course-report", ".course-report.course-report");

/** The verdicts as a fragment with its style, for a notebook's output. */
export function htmlFragment(grading: Grading): string {
  const parts = grading.exercises.map(exercise);
  if (parts.length > 1) {
    const solved = grading.exercises.filter(isSolved).length;
    parts.push(
      `<p><strong>${solved} of ${parts.length} exercises solved, ${grading.points}/${grading.max} points</strong></p>`,
    );
  }
  return `<div class="course-report"><style>${style}</style>${parts.join("")}</div>`;
}

/** The verdicts as one page that needs nothing else. */
export function html(grading: Grading): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${grading.points}/${grading.max} points</title>
</head>
<body>
${htmlFragment(grading)}
</body>
</html>
`;
}

function exercise(report: ExerciseReport): string {
  const state = isSolved(report) ? "pass" : "fail";
  const head = `<h3><span class="${state}">${state === "pass" ? "✓" : "✗"}</span> ${inert(
    `${report.id} ${report.title}`,
  )} · ${report.points}/${report.max} points</h3>`;
  const said =
    report.status === "ungradable"
      ? `<p><strong>Not graded, no attempt counted.</strong></p>${pre(report.message)}`
      : report.diagnostics.length > 0
        ? `<p>${inert(report.message)}</p>`
        : "";
  const diagnostics = report.diagnostics.length > 0 ? pre(report.diagnostics.join("\n")) : "";
  const tests =
    report.diagnostics.length > 0 ? "" : `<ul>${report.tests.map(testItem).join("")}</ul>`;
  const hint =
    report.hint === undefined
      ? ""
      : `<div class="hint">${markdown.render(`**Hint.** ${report.hint}`)}</div>`;
  const foot = [
    ...(isSolved(report) ? [] : [`read ${report.read}`]),
    `seed ${report.seed}`,
    report.isolation,
    `${(report.milliseconds / 1000).toFixed(1)} s`,
  ];
  return `<section>${head}${said}${diagnostics}${tests}${hint}<p class="small">${inert(
    foot.join(" · "),
  )}</p></section>`;
}

function pre(text: string): string {
  return `<pre>${inert(text)}</pre>`;
}

function testItem(test: TestReport): string {
  const marks = { pass: "✓", fail: "✗", skipped: "–" };
  const score = test.status === "pass" ? `${test.points}` : `${test.points}/${test.max}`;
  const hidden = test.hidden ? ' <span class="small">(hidden)</span>' : "";
  const head = `<span class="${test.status}">${marks[test.status]}</span> ${inert(test.name)}${hidden} <span class="small">${score}</span>`;
  if (test.status === "pass") return `<li>${head}</li>`;
  return `<li>${head}<div>${details(test)}</div></li>`;
}

function details(test: TestReport): string {
  // A message may repeat what the learner's code said: shown as text, never as Markdown.
  const parts = test.message.split("\n").map((line) => `<p>${inert(line)}</p>`);
  if (test.compared) {
    const { expected, actual } = test.compared;
    const row = (name: string, value: string) => `<tr><th>${name}</th><td>${pre(value)}</td></tr>`;
    parts.push(
      `<table>${expected === "" ? "" : row("expected", expected)}${row(expected === "" ? "came back" : "actual", actual)}</table>`,
    );
  }
  if (test.statements.length > 0) {
    parts.push(fold("SQL that was sent", test.statements.join("\n")));
  }
  if (test.printed.trim() !== "") parts.push(fold("Your code printed", test.printed.trimEnd()));
  return parts.join("");
}

function fold(title: string, text: string): string {
  return `<details><summary class="small">${title}</summary>${pre(text)}</details>`;
}
