import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { Failure } from "../../src/base/failure.js";
import { readNotebook } from "../../src/weave/ipynb.js";

/** A small package: what `orm/src` is to the real course. */
export const sources: Record<string, string> = {
  "orm/src/engine/dialect.ts": `/** How a database quotes. Each has its own way. */
export interface Dialect {
  readonly name: string;
  /** Quotes a name. Inner quotes are doubled. */
  quote(name: string): string;
}

export const mysql: Dialect = {
  name: "mysql",
  quote(name) {
    return \`\\\`\${name}\\\`\`;
  },
};
`,
  "orm/src/engine/sql.ts": `import { randomUUID } from "node:crypto";
import { type Dialect, mysql } from "./dialect.js";

/** A piece of SQL, e.g. a condition. It never changes. */
export class Fragment {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The text for a database. More of it. */
  print(dialect: Dialect = mysql): string {
    return dialect.quote(this.text) + tail(this);
  }
}

/**
 * Makes a fragment of a template. Values never
 * become text.
 * @param strings the text
 */
export function sql(strings: TemplateStringsArray): Fragment {
  return new Fragment(strings.join("?"));
}

// Used by print.
function tail(fragment: Fragment): string {
  return fragment.text === "" ? randomUUID() : "";
}
`,
};

export const frontMatter = "---\nchapter: 1\nname: engines\ntitle: Engines\n---\n";

/** A whole chapter that teaches `engine`. */
export const chapter = `---
chapter: 1
name: engines
folder: engine
title: Engines
---
<!-- notebook: 01-engines -->
# Engines

What this is about.

\`\`\`ts
const answer = 6 * 7;
answer;
\`\`\`
\`\`\`output
42
\`\`\`

## Pieces

\`\`\`ts weave=engine/sql.ts#Fragment,tail
new Fragment("a").text;
\`\`\`
\`\`\`output
...
\`\`\`

## Exercise 1.1: Make a tag {kind=build points=10 minutes=5 name=make-tag weave=engine/sql.ts#sql}
Make the tag.

\`\`\`ts show
sql\`a\`;
\`\`\`

\`\`\`why
Values travel beside the text.
\`\`\`

\`\`\`hint
one
\`\`\`
\`\`\`hint
two
\`\`\`
\`\`\`hint
three
\`\`\`
<!-- end exercise -->

## It fails

\`\`\`ts raises
throw new RangeError("too far");
\`\`\`
\`\`\`output
RangeError: too far
\`\`\`
<!-- notebook: 01-appendix -->
# Appendix

\`\`\`ts weave=engine/dialect.ts
\`\`\`
`;

/** An exercise of the kind \`use\`, as a chapter's text. */
export function useExercise(id: string, name: string): string {
  const hints = "```hint\na\n```\n".repeat(3);
  return `## Exercise ${id}: Use it {kind=use points=5 minutes=5 name=${name}}
Find it.

\`\`\`ts starter
export function find(): number {
  throw new Error("not written yet: exercise ${id}");
}
\`\`\`
\`\`\`ts solution
export function find(): number {
  return 7;
}
\`\`\`
\`\`\`why
Seven is it.
\`\`\`
${hints}<!-- end exercise -->
`;
}

/** A temporary checkout. */
export class Checkout {
  readonly folder = mkdtempSync(`${tmpdir()}/ormlet-weave-test-`);

  constructor(files: Record<string, string> = {}) {
    for (const [path, text] of Object.entries({ ...sources, ...files })) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(`${this.folder}/${path}`), { recursive: true });
    writeFileSync(`${this.folder}/${path}`, text);
  }

  read(path: string): string {
    return readFileSync(`${this.folder}/${path}`, "utf8");
  }

  notebook(name: string) {
    return readNotebook(this.read(`notebooks/${name}.ipynb`));
  }

  /** Exchanges a part of a file, and insists that it is there. */
  edit(path: string, old: string, text: string): void {
    const before = this.read(path);
    if (!before.includes(old)) throw new Error(`${path} does not hold ${old}`);
    this.write(
      path,
      before.replace(old, () => text),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a test in a checkout that is removed afterwards, also on failure. */
export function inCheckout(
  files: Record<string, string>,
  work: (checkout: Checkout) => Promise<void> | void,
): () => Promise<void> {
  return async () => {
    const checkout = new Checkout(files);
    try {
      await work(checkout);
    } finally {
      checkout.remove();
    }
  };
}

/** The Failure that some work ends with, as one text. */
export async function failureOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [error.message, error.why, error.remedy].join(" | ");
  }
  throw new Error("nothing was thrown");
}
