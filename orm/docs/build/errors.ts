import { readdirSync } from "node:fs";
import { join } from "node:path";
import { orm, readText } from "./declarations.js";

/** What is written of one code. */
export interface ErrorSection {
  readonly code: string;
  /** The name of its class, as in "IntegrityError". */
  readonly errorClass: string;
  /** What follows the class: text, a program that causes it, its message, what to write instead. */
  readonly body: string;
  readonly topic: string;
}

/** A program of an error page. */
export interface ErrorProgram {
  readonly name: string;
  readonly code: string;
  /** What it ends with, "IntegrityError: …"; undefined for one that works. */
  readonly message: string | undefined;
}

const source = join(orm, "docs/build/errors");

/** The sections of all topics, in the order in which they are written. */
export function readErrorSections(): ErrorSection[] {
  return readdirSync(source)
    .sort()
    .flatMap((file) => sectionsOf(readText(join("docs/build/errors", file))));
}

function sectionsOf(text: string): ErrorSection[] {
  const [head = "", ...sections] = text.split(/^## /m);
  const topic = /^# (.*)$/m.exec(head)?.[1] ?? "";
  return sections.map((section) => {
    const parts = /^(\S+)\n\n`(\w+)`\n\n(.*)$/s.exec(section.trimEnd());
    if (parts === null) throw new Error(`A section begins with its code and class:\n${section}`);
    const [, code = "", errorClass = "", body = ""] = parts;
    return { code, errorClass, body, topic };
  });
}

/** The programs of a section: the one before a fence of text fails with it, the others work. */
export function programsOf({ code, body }: ErrorSection): ErrorProgram[] {
  const fences = body.matchAll(/^```ts\n(.*?)^```\n?(?:\n```text\n(.*?)^```)?/gms);
  return Array.from(fences, ([, text = "", message], index) => ({
    name: `${code}.md, ${index + 1}`,
    code: text.trimEnd(),
    message: message?.trimEnd(),
  }));
}

/** Why the program of a section is not run, where it cannot be. */
export function notRun({ body }: ErrorSection): string | undefined {
  return /^Not run in the tests: (.*?)(?:\n\n|$)/ms.exec(body)?.[1]?.replaceAll("\n", " ");
}

/** The pages, one for each code, and their index. */
export function errorPages(): Map<string, string> {
  const sections = readErrorSections();
  const pages = sections.map((one) => [`${one.code}.md`, page(one)] as const);
  return new Map([...pages, ["README.md", index(sections)]]);
}

const written =
  "<!-- Written by `npm run docs` from orm/docs/build/errors; do not edit it here. -->";

function page({ code, errorClass, body }: ErrorSection): string {
  const head = `${written}\n\n# ${code}\n\n\`${errorClass}\` · [all codes](README.md)`;
  return `${head}\n\n${linked(body).replaceAll("```ts not-run", "```ts")}\n`;
}

/** Links as they lead from a page: in the source they lead from there. */
const linked = (text: string): string => text.replaceAll("](../../errors/", "](");

function index(sections: readonly ErrorSection[]): string {
  const topics = [...new Set(sections.map(({ topic }) => topic))].map((topic) => {
    const rows = sections
      .filter((one) => one.topic === topic)
      .map((one) => {
        const link = `[\`${one.code}\`](${one.code}.md)`;
        return `| ${link} | \`${one.errorClass}\` | ${firstSentence(linked(one.body))} |`;
      });
    return `## ${topic}\n\n| code | class | |\n| :-- | :-- | :-- |\n${rows.join("\n")}`;
  });
  const unrun = sections.flatMap((one) => {
    const why = notRun(one);
    return why === undefined ? [] : [`- [\`${one.code}\`](${one.code}.md): ${linked(why)}`];
  });
  return `${written}

# Errors

Every error of ormlet has a \`code\`, which stays the same when a message changes; \`hint\` says what to write instead. Each page has a
program that causes the error, with the message, and one that does not. Both are run on MySQL by the tests. The programs use
[the library](../library.md). The classes stand in [the reference](../reference/engine.md#ormleterror).

${topics.join("\n\n")}

## Not caused by a test

${unrun.join("\n")}
`;
}

const firstSentence = (body: string): string =>
  (/^(.*?[.:])(?:\s|$)/s.exec(body)?.[1] ?? "")
    .replaceAll("\n", " ")
    .replaceAll("|", "\\|")
    .replace(/:$/, ".");
