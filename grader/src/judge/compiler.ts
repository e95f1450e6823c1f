import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { Failure } from "../base/failure.js";
import { inRoot } from "../base/paths.js";
import { processMemory } from "./usage.js";

/** One message of the compiler; `line` and `column` count from 1, 0 when it has no place. */
export interface Diagnostic {
  file: string;
  line: number;
  column: number;
  code: number;
  message: string;
}

export interface Compilation {
  diagnostics: Diagnostic[];
  /** Every file that the compiler read. */
  files: string[];
  /** Why the compiler did not come to an end. */
  gaveUp?: string;
}

/** Seconds and bytes that the compiler may take; a type can be written that never ends. */
const usualPatience = 30;
const memory = 1536 * 1024 * 1024;

/**
 * Runs the native TypeScript compiler on a project.
 *
 * @param folder where tsconfig.json lies; paths in the messages are relative to it
 * @param patience seconds that it may take; more for code that is known to compile, on a busy machine
 * @throws Failure when the compiler itself cannot be started
 */
export async function compile(folder: string, patience = usualPatience): Promise<Compilation> {
  const { program, script } = compiler();
  const args = [...script, "-p", folder, "--listFiles", "--pretty", "false"];
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let gaveUp: string | undefined;
  const stop = (why: string) => {
    gaveUp ??= why;
    try {
      process.kill(-(child.pid as number), "SIGKILL");
    } catch {
      // It has ended, or never began.
    }
  };
  // Before others clear away the folder that it writes into.
  const stopAtExit = () => stop("the command was ended");
  process.prependOnceListener("exit", stopAtExit);
  const timer = setTimeout(() => stop(`it took more than ${patience} seconds`), patience * 1000);
  const watch = setInterval(() => {
    if (processMemory(child.pid ?? 0) > memory) stop("it needed too much memory");
  }, 100);
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const text = output.join("");
    if (gaveUp !== undefined) return { diagnostics: [], files: [], gaveUp };
    if (code === null || code > 2) {
      return { diagnostics: [], files: [], gaveUp: text.trim().split("\n")[0] ?? "it crashed" };
    }
    return read(text);
  } catch (cause) {
    throw new Failure("The TypeScript compiler could not be started.", {
      why: (cause as Error).message,
      remedy: "Run npm ci, then try again.",
      cause,
    });
  } finally {
    process.removeListener("exit", stopAtExit);
    clearTimeout(timer);
    clearInterval(watch);
  }
}

/** The compiler itself where npm put it; its script, which starts it, costs another Node. */
function compiler(): { program: string; script: string[] } {
  const { platform, arch } = process;
  const native = inRoot("node_modules/@typescript", `typescript-${platform}-${arch}`, "lib/tsc");
  if (existsSync(native)) return { program: native, script: [] };
  return { program: process.execPath, script: [inRoot("node_modules/typescript/bin/tsc")] };
}

/** Messages look like `a.ts(1,13): error TS2322: …`, with more on lines that begin with a space. */
function read(text: string): Compilation {
  const diagnostics: Diagnostic[] = [];
  const files: string[] = [];
  for (const line of text.split("\n")) {
    const match = /^(?:(.+?)\((\d+),(\d+)\): )?error TS(\d+): (.*)$/.exec(line);
    if (match) {
      const [, file = "", row = "0", column = "0", code, message = ""] = match;
      const place = { file, line: Number(row), column: Number(column) };
      diagnostics.push({ ...place, code: Number(code), message });
    } else if (/^\s/.test(line)) {
      const last = diagnostics.at(-1);
      if (last) last.message += `\n${line}`;
    } else if (line !== "") {
      files.push(line);
    }
  }
  return { diagnostics, files };
}

/**
 * Codes of messages about text that is no TypeScript at all. The compiler gives 1000 to 1199 to its
 * parser, but for a few that are about meaning.
 */
export function isSyntax({ code }: Diagnostic): boolean {
  const meaning = [1117, 1147, 1149, 1155, 1166, 1168, 1169, 1170, 1192, 1194, 1196];
  return code >= 1000 && code < 1200 && !meaning.includes(code);
}

/** A path without links, as the compiler names files that it found through links. */
export function real(path: string): string {
  return realpathSync(path);
}
