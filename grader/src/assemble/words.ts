import type picocolors from "picocolors";
import type { FileResult } from "../testing/run-files.js";
import type { Choice, Part } from "./parts.js";
import { lastChapter, type Share } from "./shares.js";
import type { FailedFile } from "./suite.js";

type Colors = ReturnType<typeof picocolors.createColors>;

/** A line for each build exercise: whose declarations stand in the package, and how many code lines. */
export function partsTable(choices: readonly Choice[], share: Share, c: Colors): string[] {
  const rows = choices.map(({ entry, target, part, why }) => ({
    mark: part ? c.green("✓") : c.dim("·"),
    cells: [
      entry.id,
      `${target.file}: ${target.names.length > 0 ? target.names.join(", ") : "all of it"}`,
      String(share.lines.get(entry.id) ?? 0),
      part ? part.path : `the reference (${why})`,
    ],
  }));
  const head = ["", "declarations", "code lines", ""];
  const widths = head.map((title, column) =>
    Math.min(48, Math.max(title.length, ...rows.map(({ cells }) => (cells[column] ?? "").length))),
  );
  const print = (mark: string, cells: readonly string[]) => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      if (column === 2) return cell.padStart(width);
      return column === 3 ? cell : shorten(cell, width).padEnd(width);
    });
    return `${mark} ${padded.join("  ")}`.trimEnd();
  };
  return [c.dim(print(" ", head)), ...rows.map(({ mark, cells }) => print(mark, cells))];
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 2)} …`;
}

/** How much of the package is whose: "5 of 16 parts are yours: 213 of 4,032 code lines …, 5.3 %". */
export function shareLine(choices: readonly Choice[], { own, all }: Share, whose: string): string {
  const count = choices.filter(({ part }) => part).length;
  const number = (value: number) => value.toLocaleString("en");
  return (
    `${count} of ${choices.length} parts are ${whose}: ${number(own)} of ${number(all)} code lines ` +
    `of chapters 1 to ${lastChapter}, ${percent(own, all)}.`
  );
}

function percent(part: number, all: number): string {
  return part === 0 ? "0 %" : `${((part / Math.max(1, all)) * 100).toFixed(1)} %`;
}

/** What came of one test file, for a line on the screen. */
export function fileLine(
  { file, passed, failed, seconds }: FileResult,
  count: string,
  c: Colors,
): string {
  const mark = failed > 0 ? c.red("✗") : c.green("✓");
  const counts = `${passed} passed${failed > 0 ? `, ${failed} failed` : ""}`;
  return `${mark} ${count} ${file}  ${counts}  ${c.dim(`${seconds.toFixed(1)} s`)}`;
}

/** A file that failed, with what it printed and whose part that seems to be. */
export function failureLines(failed: FailedFile, choices: readonly Choice[], c: Colors): string[] {
  return [
    c.red(`failed: ${failed.file}`),
    ...failed.output
      .trimEnd()
      .split("\n")
      .slice(-40)
      .map((line) => `    ${line}`),
    `  ${suspicion(failed, choices)}`,
  ];
}

function suspicion(failed: FailedFile, choices: readonly Choice[]): string {
  const { file, places, failsAnyway, culprit } = failed;
  if (failsAnyway) return "It fails with the finished package too, so no part is the reason.";
  const lines = places.map(({ part, line }) => `your line ${part.path}:${line}`);
  const traces = lines.length > 0 ? ` In its traces: ${lines.join("; ")}.` : "";
  if (culprit) return `The reason is ${nameOf(culprit)}.${traces}`;
  const folder = file.split("/")[2] ?? "";
  const near = choices.filter(({ part, target }) => part && target.file.startsWith(`${folder}/`));
  const names = near.map(({ entry }) => entry.id).join(", ");
  const parts = near.length > 0 ? ` Parts in ${folder}: ${names}.` : "";
  return `With the finished package it passes.${traces || parts}`;
}

const nameOf = ({ entry, path }: Part): string => `the part for exercise ${entry.id}, ${path}`;

/** What to do about the parts that make tests fail, the one of most files first. */
export function adviceLines(failed: readonly FailedFile[]): string[] {
  const files = new Map<Part, string[]>();
  for (const { culprit, file } of failed) {
    if (culprit) files.set(culprit, [...(files.get(culprit) ?? []), file]);
  }
  const parts = [...files].sort(([, one], [, other]) => other.length - one.length);
  return parts.map(([part, own]) => {
    const { id } = part.entry;
    const count = own.length === 1 ? "1 file fails" : `${own.length} files fail`;
    return (
      `${count} because of ${nameOf(part)}. The exercise's own tests did not notice. ` +
      `Mend it, or assemble without it: npx course assemble --without ${id}.`
    );
  });
}
