import { execa, type Options } from "execa";
import { explain } from "../../bootstrap/failure.mjs";
import { Failure } from "../base/failure.js";

/** What a program said and how it ended; `code` is undefined when it could not be started at all. */
export interface ToolResult {
  code: number | undefined;
  output: string;
}

interface ToolOptions {
  line?: (text: string) => void;
  env?: NodeJS.ProcessEnv;
  timeout?: number;
  cancel?: AbortSignal;
}

/**
 * Runs a program to its end and collects what it prints. It is ended when we are.
 *
 * @param options.line is called with each line as it is printed
 * @param options.timeout milliseconds after which it is ended; 0 for never
 * @param options.cancel ends it
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const settings = {
    all: true,
    reject: false,
    stdin: "ignore",
    env: options.env ?? {},
    timeout: options.timeout ?? 0,
    ...(options.cancel ? { cancelSignal: options.cancel } : {}),
  } satisfies Options;
  const running = execa(command, args, settings);
  if (options.line) {
    const lines = running.iterable({ from: "all" });
    try {
      for await (const line of lines) options.line(String(line));
    } catch {
      // It failed: how, the result says.
    }
  }
  const { exitCode, all, failed, originalMessage } = await running;
  return { code: failed ? (exitCode ?? undefined) : 0, output: all || (originalMessage ?? "") };
}

/** The Failure for a program that failed: a known cause in words, else the end of what it said. */
export function toolFailure(what: string, output: string, remedy: string): Failure {
  const known = explain(output);
  const end = output.trimEnd().split("\n").slice(-8).join("\n");
  return new Failure(what, { why: known?.why ?? end, remedy: known?.remedy ?? remedy });
}
