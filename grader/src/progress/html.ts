import { inert } from "../judge/formats/html.js";
import {
  type CourseMap,
  type MappedChapter,
  type MappedExercise,
  type Score,
  solved,
} from "./map.js";
import { lastLines, marks } from "./text.js";

/**
 * Text has the colour of the page around it. No hue has WCAG's contrast of 4.5 both to white and to the black of a
 * dark theme, so the marks mix theirs with the colour of the text: darker on white, lighter on black. The class
 * stands twice, so that these rules win over JupyterLab's own for tables.
 */
const style = `
.course-map { color: inherit; max-width: 60rem; line-height: 1.45; }
.course-map table { border-collapse: collapse; color: inherit; font-size: inherit; margin: 0; }
.course-map tr:nth-child(n), .course-map th, .course-map td { background: none; text-align: left;
  vertical-align: baseline; border: 0; padding: .1rem .9rem .1rem 0; white-space: normal; }
.course-map th { padding-top: .7rem; border-bottom: 1px solid rgba(128, 128, 128, .5); }
.course-map td:first-child { padding-left: .9rem; white-space: nowrap; }
.course-map a { color: inherit; text-decoration: underline; }
.course-map .exercise { white-space: nowrap; margin-right: .8rem; }
.course-map .solved { color: color-mix(in srgb, #278a3b 75%, currentColor); }
.course-map .begun { color: color-mix(in srgb, #b36b00 75%, currentColor); }
.course-map .open { opacity: .65; }
.course-map p { margin: .6rem 0 0; }
`.replaceAll(".course-map", ".course-map.course-map");

/**
 * The map of the course as a table, for a notebook's output: no scripts, and readable without its style.
 * Its links lead from a notebook of the course to the others.
 */
export function mapHtml(map: CourseMap): string {
  const rows = map.chapters.map(chapterRows).join("");
  const key = (["solved", "begun", "open"] as const).map((state) => `${mark(state)} ${state}`);
  const [all = "", next = ""] = lastLines(map).map(inert);
  return [
    `<div class="course-map"><style>${style}</style>`,
    `<table><tbody>${rows}</tbody></table>`,
    `<p><strong>${all}</strong> (${key.join(", ")})</p>`,
    next === "" ? "" : `<p>${next}</p>`,
    "</div>",
  ].join("");
}

function chapterRows({ number, title, notebooks, exercises, ...score }: MappedChapter): string {
  const head = `<tr><th colspan="2">Chapter ${number} · ${inert(title)}</th><th>${
    exercises.length === 0 ? "" : scoreText(exercises, score)
  }</th></tr>`;
  const rows = notebooks.map(({ name, title, exercises }) => {
    const link = `<a href="${inert(name)}.ipynb">${inert(name)}</a>`;
    return `<tr><td>${link}</td><td>${inert(title)}</td><td>${exercises.map(item).join(" ")}</td></tr>`;
  });
  return head + rows.join("");
}

function scoreText(exercises: readonly MappedExercise[], { points, max }: Score): string {
  return `${solved(exercises)} of ${exercises.length} solved, ${points}/${max} points`;
}

function item({ id, title, state, points, max }: MappedExercise): string {
  const told = inert(`${title}: ${points}/${max} points`);
  return `<span class="exercise" title="${told}">${mark(state)} ${inert(id)}</span>`;
}

function mark(state: MappedExercise["state"]): string {
  return `<span class="${state}">${marks[state]}</span>`;
}
