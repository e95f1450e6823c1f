import { type Area, areas, moved } from "./areas.js";
import type { Member } from "./declarations.js";
import type { Doc } from "./docstring.js";
import { readErrorSections } from "./errors.js";
import { type Entry, readExports } from "./exports.js";

/** A program of the reference, and where it stands. */
export interface Example {
  /** "session.md: Session.get, 2". */
  readonly name: string;
  readonly code: string;
}

export interface ReferencePage {
  readonly file: string;
  readonly text: string;
  readonly examples: readonly Example[];
}

const written =
  "<!-- Written by `npm run docs` from the docstrings in orm/src; do not edit it here. -->";

/** The pages of the reference, by what the package exports now. */
export function referencePages(): ReferencePage[] {
  const entries = readExports();
  const pages = areas.map((area) => areaPage(area, entriesOf(area, entries)));
  return [...pages, { file: "README.md", text: index(entries), examples: [] }];
}

function entriesOf({ folder, first }: Area, entries: readonly Entry[]): Entry[] {
  const own = entries.filter((entry) => folderOf(entry) === folder);
  const place = ({ name, kind }: Entry) => {
    const kinds = ["function", "value", "class", "type"];
    const sort = kinds.indexOf(kind === "interface" ? "type" : kind);
    return first.includes(name) ? first.indexOf(name) : (sort + 1) * 1000;
  };
  return own.sort((one, other) => place(one) - place(other));
}

const folderOf = ({ name, folder }: Entry): string =>
  (folder === "notebook" ? undefined : moved[name]) ?? folder;

function areaPage(area: Area, entries: readonly Entry[]): ReferencePage {
  const file = `${area.folder}.md`;
  const examples: Example[] = [];
  const write = (name: string, doc: Doc) => {
    const codes = doc.examples.map((code) => `\`\`\`ts\n${code}\n\`\`\``);
    doc.examples.forEach((code, at) => {
      examples.push({ name: `${file}: ${name}, ${at + 1}`, code });
    });
    return codes;
  };
  const headings = headingsOf(entries);
  const sections = entries.flatMap((entry) =>
    section(entry, headings.get(entry.name) ?? "", write),
  );
  const library =
    "The examples use [the library](../library.md): its classes, its rows, and a `session` of their own.";
  const head = [written, `# ${area.title}`, area.intro, library, contents(entries)];
  return { file, text: `${[...head, ...sections].filter(Boolean).join("\n\n")}\n`, examples };
}

type WriteExamples = (name: string, doc: Doc) => string[];

/** One export: what it is, how it is called, what it throws, examples, then its members. */
function section(entry: Entry, heading: string, examples: WriteExamples): string[] {
  const { name, kind, doc, signatures, members } = entry;
  const isRecord = kind === "interface" && members.every(isProperty);
  const shown = isRecord ? [recordText(entry)] : [fence(signatures), ...documented(doc)];
  const note = "What options are called here; the name cannot be imported.";
  const own = [
    `## ${heading}`,
    ...(entry.isExported ? [] : [note]),
    ...shown,
    ...examples(name, doc),
  ];
  if (isRecord) return own;
  return [...own, ...members.flatMap((member) => memberSection(name, member, examples))];
}

function memberSection(owner: string, { name, doc, signatures }: Member, examples: WriteExamples) {
  const path = `${owner}.${name}`;
  return [`### ${path}`, fence(signatures), ...documented(doc), ...examples(path, doc)];
}

const isProperty = ({ signatures }: Member): boolean =>
  signatures.every((text) => !/^(?:new )?[\w[\].]*[<(]/.test(text));

/** An interface of properties alone, as a table. */
function recordText({ doc, members, signatures }: Entry): string {
  const rows = members.map((member) => {
    const [, name = member.name, optional = "", type = ""] =
      /^(?:readonly )?([\w[\].]+)(\?)?: (.*)$/s.exec(member.signatures[0] ?? "") ?? [];
    return `| \`${name}${optional}\` | ${cell(code(type))} | ${cell(member.doc.text)} |`;
  });
  const table = ["| | | |", "| :-- | :-- | :-- |", ...rows].join("\n");
  return [fence(signatures), ...documented(doc), table].join("\n\n");
}

const code = (text: string): string => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);

const cell = (text: string): string => text.replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|");

const fence = (signatures: readonly string[]): string =>
  signatures.length === 0 ? "" : `\`\`\`ts\n${signatures.join("\n")}\n\`\`\``;

function documented({ text, parameters, throws }: Doc): string[] {
  const lines = [
    ...parameters.map((parameter) => parameter.replace(/^(\w+) ?/, "- `$1`: ")),
    ...throws.map((one) => `- throws ${withCodes(one)}`),
  ].map((line) => line.replaceAll(/\s+/g, " "));
  return [text, lines.join("\n")].filter(Boolean);
}

/** What is thrown, with a link from each code to its page. */
function withCodes(text: string): string {
  const codes = new Set(readErrorSections().map(({ code }) => code));
  return text
    .replaceAll(/\b[A-Z]\w+(?:Error|Found)\b/g, "`$&`")
    .replaceAll(/`([a-z-]+)`/g, (written, code) =>
      codes.has(code) ? `[${written}](../errors/${code}.md)` : written,
    );
}

function contents(entries: readonly Entry[]): string {
  const headings = headingsOf(entries);
  return entries.map(({ name }) => linkTo("", name, headings.get(name))).join(" · ");
}

/** The heading of each name: where two differ in capitals alone, the second says its kind, so that links know them apart. */
function headingsOf(entries: readonly Entry[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    entries.map(({ name, kind }) => {
      const heading = taken.has(name.toLowerCase()) ? `${kind} ${name}` : name;
      taken.add(name.toLowerCase());
      return [name, heading];
    }),
  );
}

const linkTo = (page: string, name: string, heading = name): string =>
  `[\`${name}\`](${page}#${heading.toLowerCase().replaceAll(" ", "-")})`;

/** All names, page by page. */
function index(entries: readonly Entry[]): string {
  const lines = areas.map((area) => {
    const own = entriesOf(area, entries);
    const headings = headingsOf(own);
    const names = own.map(({ name }) => linkTo(`${area.folder}.md`, name, headings.get(name)));
    return `## [${area.title}](${area.folder}.md)\n\n${names.join(" · ")}`;
  });
  const intro =
    'Everything that `import … from "ormlet"` gives, and `"ormlet/notebook"`. Each example is compiled strictly and run on MySQL, and what it prints is compared with the comment behind it. The examples use [the library](../library.md).';
  return `${[written, "# Reference", intro, ...lines].join("\n\n")}\n`;
}
