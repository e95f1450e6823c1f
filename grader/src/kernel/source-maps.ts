import { SourceMap, type SourceMapPayload } from "node:module";

const mark = "//# cellMaps=";

/** Takes the compiler's own map off the end of its output. */
export function detachMap(code: string): { code: string; maps: SourceMapPayload[] } {
  const found = /\n\/\/# sourceMappingURL=(?:data:application\/json;base64,)?(\S+)\s*$/.exec(code);
  if (found === null) return { code, maps: [] };
  const [comment, data] = found;
  const json = comment.includes("base64,")
    ? Buffer.from(data ?? "", "base64").toString("utf8")
    : undefined;
  return {
    code: code.slice(0, found.index),
    maps: json === undefined ? [] : [JSON.parse(json) as SourceMapPayload],
  };
}

/** Puts maps at the end of the code, the last step of compilation first. */
export function attachMaps(code: string, maps: SourceMapPayload[]): string {
  return `${code}\n${mark}${Buffer.from(JSON.stringify(maps)).toString("base64")}`;
}

interface Source {
  /** What a person calls it: "cell [3]" or the path of a file below the root. */
  label: string;
  maps: SourceMap[];
  /** Lines that the compiler saw before the first line of the source. */
  linesBefore: number;
  /** Characters that stand before the code in the first line that is run. */
  charactersBefore: number;
  /** Lines of compiled code; what stands below them is tslab's. */
  length: number;
}

const sources = new Map<string, Source>();

/**
 * Takes the maps off code that is about to be run and remembers them.
 *
 * @param url what stack frames will call the code
 * @returns the code without its maps
 */
export function rememberSource(
  url: string,
  code: string,
  source: Pick<Source, "label" | "linesBefore" | "charactersBefore">,
): string {
  const at = code.lastIndexOf(`\n${mark}`);
  if (at < 0) return code;
  const encoded = code.slice(at + 1 + mark.length);
  const payloads = JSON.parse(Buffer.from(encoded, "base64").toString()) as SourceMapPayload[];
  const rest = code.slice(0, at);
  const maps = payloads.map((payload) => new SourceMap(payload));
  sources.set(url, { ...source, maps, length: rest.split("\n").length });
  return rest;
}

/** At most this many frames of a stack are shown. */
const framesShown = 6;

/**
 * Makes every `error.stack` short and true: only the frames of cells and of the learner's files that
 * cells import, with the lines that the learner wrote.
 */
export function installStackTraces(): void {
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map(describe).filter((line) => line !== undefined);
    return [heading(error), ...lines.slice(0, framesShown)].join("\n    at ");
  };
}

function heading(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function describe(frame: NodeJS.CallSite): string | undefined {
  const url = frame.getScriptNameOrSourceURL();
  const source = url === null ? undefined : sources.get(url);
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (url === null || source === undefined || line === null || column === null) return undefined;
  if (line > source.length) return undefined;
  const at = originalPosition(source, line, column);
  // Variables of earlier cells live in objects of tslab's and ours, of which they seem to be methods.
  return String(frame)
    .replace(`${url}:${line}:${column}`, `${source.label}:${at}`)
    .replace(/^(async |new )?(?:Proxy|Lets)\./, "$1");
}

function originalPosition(source: Source, line: number, column: number): string {
  let row = line - 1;
  let character = column - 1 - (row === 0 ? source.charactersBefore : 0);
  for (const map of source.maps) {
    const entry = map.findEntry(row, Math.max(character, 0));
    if (!("originalLine" in entry)) break;
    row = entry.originalLine;
    character = entry.originalColumn;
  }
  return `${row + 1 - source.linesBefore}:${character + 1}`;
}
