export function printError(error: unknown, write?: (text: string) => void): void;
export function explain(
  output: string,
  env?: Record<string, string | undefined>,
): { why: string; remedy: string } | undefined;
