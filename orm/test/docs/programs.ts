import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readExports } from "../../docs/build/exports.js";

export const root: string = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

/** A program of the documentation, to be run with the library. */
export interface Program {
  readonly name: string;
  readonly code: string;
}

/** What became of a {@link Program}. */
export interface Outcome {
  readonly name: string;
  readonly output: string;
  /** "IntegrityError: Member.email: …", and its code. */
  readonly error?: string;
  readonly code?: string;
}

/** A URL as the documentation writes it. */
export const writtenUrl = "mysql://root:secret@127.0.0.1:3306/library";

/** What a program says that it prints: the comments behind its console.log. */
export function expectedOutput(code: string): string {
  const lines = code.split("\n");
  const expected: string[] = [];
  let isOutput = false;
  let isLog = false;
  for (const line of lines) {
    const comment = /^\s*\/\/ ?(.*)$/.exec(line)?.[1];
    if (comment !== undefined) {
      if (isOutput) expected.push(comment);
      continue;
    }
    // Only the end of a loop or of a function can stand between.
    if (isOutput && /^[\s})\];,]+$/.test(line)) continue;
    if (/^\s*(?:.*=> |.*\) )?console\.log\(/.test(line)) isLog = true;
    const end = /\);?(?: \/\/ (.*))?$/.exec(line);
    isOutput = isLog && end !== null;
    if (isOutput) isLog = false;
    if (isOutput && end?.[1] !== undefined) expected.push(end[1]);
  }
  return expected.join("\n");
}

/**
 * Compiles programs strictly and runs them, one after the other, in one process: each with the rows of the library
 * and with a session of its own.
 * @throws Error with what the compiler says; the lines are those of the program that it names.
 */
export async function runPrograms(programs: readonly Program[], url: string): Promise<Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), "ormlet-docs-"));
  try {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const library = await readFile(join(root, "orm/docs/library.ts"), "utf8");
    await writeFile(join(folder, "library.mts"), library.replace(writtenUrl, url));
    const harness = new URL("harness.ts", import.meta.url);
    await writeFile(join(folder, "harness.mts"), await readFile(harness, "utf8"));
    const imports = importsOfAll();
    for (const [index, program] of programs.entries()) {
      await writeFile(join(folder, `program${index}.mts`), moduleOf(program, imports, url));
    }
    const names = programs.map(({ name }) => name);
    const main = `import { runAll } from "./harness.mjs";\nrunAll(${JSON.stringify(names)});\n`;
    await writeFile(join(folder, "main.mts"), main);
    await compileStrictly(
      folder,
      programs.map(({ name }) => name),
    );
    const { stdout } = await run(process.execPath, [join(folder, "dist/main.mjs")], {
      cwd: root,
      timeout: 400_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Imports of everything, so that a program needs none. */
function importsOfAll(): string {
  const exported = readExports().filter(({ isExported }) => isExported);
  const names = (notebook: boolean) =>
    exported
      .filter(({ folder }) => (folder === "notebook") === notebook)
      .map(({ name, kind }) => (kind === "interface" || kind === "type" ? `type ${name}` : name))
      .join(", ");
  const library = "engine, SessionLocal, Base, Author, Book, Tag, Member, Card, Loan, openLibrary";
  return `import { ${names(false)} } from "ormlet"; import { ${names(true).replace("type TableOptions", "type TableOptions as NotebookTableOptions")} } from "ormlet/notebook"; import { ${library} } from "./library.mjs";`;
}

/** A program as a module. Its own imports of other packages stay in front. */
function moduleOf({ code }: Program, imports: string, url: string): string {
  const own = Array.from(code.matchAll(/^import .*;$/gm), ([line]) => line);
  const body = onServer(code.replaceAll(/^import .*;$/gm, ""), url);
  const maps = /\bBase\.mapped\(/.test(body) && !/\bconst Base\b/.test(body);
  const base = maps ? "const Base = declarativeBase(); " : "";
  return `${imports} ${own.join(" ")} export async function program(session: Session): Promise<void> { ${base}\n${body}\n}\n`;
}

/** A program with the server, the account and the database that the test has. */
export function onServer(code: string, url: string): string {
  const { username, password, host, pathname } = new URL(url);
  return code
    .replaceAll("root:secret@127.0.0.1:3306", `${username}:${password}@${host}`)
    .replaceAll("@127.0.0.1:3306", `@${host}`)
    .replaceAll(`@${host}/library`, `@${host}${pathname}`);
}

/**
 * Compiles what is in a folder, into `dist`.
 * @param names what `program0.mts` and so on are called in an error.
 */
export async function compileStrictly(folder: string, names: readonly string[]): Promise<void> {
  const compilerOptions = {
    strict: true,
    target: "es2022",
    module: "nodenext",
    outDir: "dist",
    types: ["node"],
    skipLibCheck: true,
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const args = [compiler, "-p", folder, "--pretty", "false"];
  await run(process.execPath, args, { cwd: folder }).catch((error) => {
    // A compiler that was stopped has said nothing.
    const named = String(error.stdout || error).replaceAll(
      /program(\d+)\.mts\((\d+),/g,
      (_, index, line) => `${names[Number(index)]}, line ${Number(line) - 1} (`,
    );
    throw new Error(named);
  });
}
