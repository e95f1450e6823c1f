import type { Diagnostic } from "./tslab.js";

/** An error of a cell, in the three parts that Jupyter knows, and the line of the cell. */
export interface CellError {
  /** The name of the error's class: "TypeError", "TypeScriptError" for what does not compile. */
  name: string;
  message: string;
  /** What a reader is shown, a line or more each. */
  traceback: string[];
  /** The line of this cell, from 1, where it happened, if it is known. */
  line?: number;
}

/** Where a cell stands: its number, and its text to show a line of. */
export interface Place {
  label: string;
  code: string;
}

/** What a cell threw or rejected with: mostly an Error, but it may be anything. */
export function thrownError(thrown: unknown, place: Place): CellError {
  if (!(thrown instanceof Error)) {
    const message = `${describeValue(thrown)} was thrown, which is not an Error.`;
    return { name: "Thrown", message, traceback: [`Thrown: ${message}`] };
  }
  const name = nameOf(thrown);
  const message = String(thrown.message);
  const line = lineIn(thrown.stack, place);
  return {
    name,
    message,
    traceback: [
      message === "" ? name : `${name}: ${message}`,
      ...advice(thrown),
      ...causes(thrown),
      ...(line === undefined ? [] : [excerpt(place, line)]),
      ...framesOf(thrown.stack),
    ],
    ...(line === undefined ? {} : { line }),
  };
}

/** What the compiler found: nothing of the cell was run. */
export function compileError(diagnostics: readonly Diagnostic[], place: Place): CellError {
  const messages: string[] = [];
  const traceback: string[] = [];
  for (const { fileName, start, messageText } of diagnostics) {
    const at = `${start.line + 1}:${start.character + 1}`;
    const message = `${fileName === undefined ? "" : `${fileName}:`}${at} - ${messageText}`;
    messages.push(message);
    traceback.push(`TypeScriptError: ${message}`);
    if (fileName === undefined) traceback.push(excerpt(place, start.line + 1, start.character + 1));
  }
  const first = diagnostics.find(({ fileName }) => fileName === undefined);
  return {
    name: "TypeScriptError",
    message: messages.join("\n"),
    traceback,
    ...(first === undefined ? {} : { line: first.start.line + 1 }),
  };
}

/** An error that the kernel itself reports about a cell. */
export function plainError(name: string, message: string): CellError {
  return { name, message, traceback: [`${name}: ${message}`] };
}

/** The line of the cell, and a mark below the column if one is given. */
function excerpt(place: Place, line: number, column?: number): string {
  const text = place.code.split("\n")[line - 1] ?? "";
  const margin = `  ${line} | `;
  const marker = column === undefined ? "" : `\n${" ".repeat(margin.length + column - 1)}^`;
  return `${margin}${text}${marker}`;
}

function nameOf(error: Error): string {
  const name = String(error.name);
  const className = error.constructor?.name;
  return name === "Error" && className ? className : name;
}

/** The course's and the package's errors say what to do in properties of their own. */
function advice(error: Error): string[] {
  const lines: string[] = [];
  for (const key of ["why", "remedy", "hint"]) {
    const text = (error as unknown as Record<string, unknown>)[key];
    if (typeof text === "string" && text !== "" && !error.message.includes(text)) lines.push(text);
  }
  return lines;
}

function causes(error: Error): string[] {
  const lines: string[] = [];
  let { cause } = error;
  while (cause instanceof Error && lines.length < 3) {
    lines.push(`Caused by ${nameOf(cause)}: ${cause.message || describeCode(cause)}`);
    ({ cause } = cause);
  }
  return lines;
}

function describeCode(error: Error): string {
  return "code" in error ? String(error.code) : "(no message)";
}

function framesOf(stack: string | undefined): string[] {
  return (stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line));
}

function lineIn(stack: string | undefined, place: Place): number | undefined {
  const at = framesOf(stack).find((frame) => frame.includes(`${place.label}:`));
  const line = at?.slice(at.indexOf(place.label) + place.label.length + 1).match(/^\d+/)?.[0];
  return line === undefined ? undefined : Number(line);
}

function describeValue(value: unknown): string {
  try {
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  } catch {
    return "A value";
  }
}
