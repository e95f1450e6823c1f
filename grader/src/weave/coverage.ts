import { floors } from "../base/floors.js";
import type { Course } from "./course.js";
import { at } from "./model.js";
import { type Declaration, nameOf } from "./modules.js";
import type { Placement } from "./notebook.js";

/** Where the code lines of a chapter's folder stand. */
export interface Shares {
  chapter: number;
  folder: string;
  lines: number;
  main: number;
  exercise: number;
  appendix: number;
}

/** The least share of a folder's code lines that stands in main text or exercises. */
const leastTaught = 0.4;

/** What a chapter always teaches in its main text or its exercises, as names of declarations. */
const algorithms: Record<string, Record<string, RegExp>> = {
  engine: {
    "the sql tag": /^engine\/sql\.ts#(sql|tag)$/,
    "acquiring from the pool": /^engine\/pool[\w-]*\.ts#\w*acquire/i,
    "one converter": /^engine\/(mysql-)?values\.ts#/,
  },
  mapping: {
    mapped: /^mapping\/.*#\w*mapped/i,
    "DDL order": /^mapping\/order\.ts#sortComponents$/,
  },
  session: {
    "the identity map": /^session\/.*#\w*identity/i,
    "change tracking": /^session\/.*#\w*(change|track|snapshot)/i,
    "the topological sort": /^session\/.*#\w*topological/i,
    "the batched INSERT with keys": /^session\/.*#\w*insert/i,
  },
  query: {
    "the compiler's walk": /^query\/compile[\w-]*\.ts#/,
    "the hydrator": /^query\/.*#\w*hydrat/i,
  },
  relationships: {
    selectinload: /^relationships\/.*#\w*select-?in/i,
    "lazy batching": /^relationships\/.*#\w*(lazy|batch)/i,
    cascades: /^relationships\/(delete-)?cascade\.ts#/,
    "both sides in step": /^relationships\/.*#\w*(side|backPopulates|inStep)/i,
  },
  integrity: {
    "the optimistic lock": /^integrity\/.*#\w*(version|optimistic)/i,
    retry: /^integrity\/.*#\w*retry/i,
  },
  performance: { "the statement cache": /^performance\/.*#\w*cache/i },
};

/**
 * Checks that every declaration of a taught folder stands in exactly one place of the course, that
 * enough of it stands in main text and exercises, and that the algorithms which a chapter is about do.
 */
export function coverage(course: Course): { problems: string[]; shares: Shares[] } {
  const problems: string[] = [];
  const shares: Shares[] = [];
  const placements = new Map<string, Placement[]>();
  for (const placement of course.notebooks.flatMap((notebook) => notebook.placements)) {
    const name = nameOf(placement.declaration);
    placements.set(name, [...(placements.get(name) ?? []), placement]);
  }
  for (const [name, places] of placements) {
    const [first, ...others] = places;
    for (const other of others) {
      problems.push(`${at(other.place)}: ${name} stands already at ${first && at(first.place)}`);
    }
  }
  const taught = new Set<string>();
  for (const { folder, number, file } of course.chapters) {
    if (folder === undefined) continue;
    taught.add(folder);
    const declarations = declarationsOf(course, folder, problems);
    if (declarations.length === 0) problems.push(`${file}:1: orm/src/${folder} is empty`);
    const share = { chapter: number, folder, lines: 0, main: 0, exercise: 0, appendix: 0 };
    for (const one of declarations) {
      const where = placements.get(nameOf(one))?.[0]?.where;
      share.lines += one.lines;
      if (where) share[where] += one.lines;
      else problems.push(`${file}: ${nameOf(one)} stands in no cell and no exercise`);
    }
    shares.push(share);
    problems.push(...tooLittle(share, declarations, placements).map((text) => `${file}: ${text}`));
  }
  problems.push(...untaught(course, taught));
  return { problems, shares };
}

/** All declarations of a folder; a folder's index only hands on what others declare. */
function declarationsOf(course: Course, folder: string, problems: string[]): Declaration[] {
  const files = course.modules.files.filter((file) => file.startsWith(`${folder}/`));
  const declarations: Declaration[] = [];
  for (const file of files) {
    if (file === `${folder}/index.ts`) continue;
    for (const declaration of course.modules.get(file).declarations) {
      if (declaration.names.length > 0) declarations.push(declaration);
      else {
        const statement = declaration.statements[0];
        const text = statement?.getText().split("\n")[0];
        problems.push(`orm/src/${file}: \`${text}\` declares no name, so no cell can hold it`);
      }
    }
  }
  return declarations;
}

function tooLittle(
  share: Shares,
  declarations: Declaration[],
  placements: Map<string, Placement[]>,
): string[] {
  const problems: string[] = [];
  const taught = (share.main + share.exercise) / Math.max(1, share.lines);
  if (taught < leastTaught) {
    const percent = Math.floor(taught * 100);
    problems.push(
      `${percent} % of the code lines of ${share.folder} stand in main text or exercises; ` +
        `it must be ${leastTaught * 100} %`,
    );
  }
  for (const [what, pattern] of Object.entries(algorithms[share.folder] ?? {})) {
    const found = declarations.some((declaration) => {
      const where = placements.get(nameOf(declaration))?.[0]?.where;
      const isIt = declaration.names.some((name) => pattern.test(`${declaration.file}#${name}`));
      return isIt && (where === "main" || where === "exercise");
    });
    if (!found) problems.push(`${what} is in neither the main text nor an exercise (${pattern})`);
  }
  return problems;
}

/**
 * Folders that no chapter teaches, although a later one is taught. What lies above the last chapter that is
 * written may be there already; the display for cells is the course's own.
 */
function untaught(course: Course, taught: Set<string>): string[] {
  const last = Math.max(...Array.from(taught, (folder) => floors.indexOf(folder)));
  const folders = course.modules.files.flatMap((file) => {
    const [folder, rest] = file.split("/");
    return folder && rest && folder !== "notebook" ? [folder] : [];
  });
  return [...new Set(folders)]
    .filter((folder) => !taught.has(folder) && floors.indexOf(folder) < last)
    .map((folder) => `orm/src/${folder} is taught in no chapter`);
}

/** The shares as lines to print: `chapter 1 engine: 1,234 code lines, 45 % main text, …`. */
export function printShares(shares: readonly Shares[]): string[] {
  return shares.map((share) => {
    const percent = (part: number) => `${Math.round((part / Math.max(1, share.lines)) * 100)} %`;
    return (
      `chapter ${share.chapter}, ${share.folder}: ${share.lines} code lines, ` +
      `${percent(share.main)} main text, ${percent(share.exercise)} exercises, ` +
      `${percent(share.appendix)} appendix`
    );
  });
}
