import picocolors from "picocolors";
import { type CourseMap, type MappedExercise, solved } from "./map.js";

/** What an exercise's state looks like where there are no colours. */
export const marks = { solved: "✓", begun: "◐", open: "·" } as const;

/** The map of the course as lines: chapters, their notebooks, and the exercises in these. */
export function mapText(map: CourseMap, color: boolean): string {
  const c = picocolors.createColors(color);
  const paint = { solved: c.green, begun: c.yellow, open: c.dim };
  const width = Math.max(...map.exercises.map(({ title }) => title.length), 0);
  const lines: string[] = [];
  for (const { number, title, notebooks, exercises, points, max } of map.chapters) {
    const score =
      exercises.length === 0
        ? ""
        : `  ${solved(exercises)} of ${exercises.length} solved, ${points}/${max} points`;
    lines.push(`${c.bold(`Chapter ${number}  ${title}`)}${score}`);
    for (const { name, title, exercises } of notebooks) {
      lines.push(`  ${name}  ${c.dim(title)}`);
      for (const exercise of exercises) {
        lines.push(`    ${paint[exercise.state](marks[exercise.state])} ${line(exercise, width)}`);
      }
    }
  }
  return [...lines, "", ...lastLines(map)].join("\n");
}

/** How much is solved, and what comes next. */
export function lastLines({ exercises, points, max, next }: CourseMap): string[] {
  const all = `${solved(exercises)} of ${exercises.length} exercises solved, ${points}/${max} points`;
  return next ? [all, `Next: ${next.id} ${next.title}, ${next.path}`] : [all];
}

function line({ id, title, points, max, attempts }: MappedExercise, width: number): string {
  const score = `${points}/${max}`.padStart(6);
  const tries = attempts === 0 ? "" : `, ${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  return `${id.padEnd(5)} ${title.padEnd(width)} ${score} points${tries}`;
}
