/**
 * A failure that a person can act on: what happened, why, and what to do about it.
 * The command line prints these three and no stack trace; anything else that is thrown is a bug of ours.
 */
export class Failure extends Error {
  override name = "Failure";
  readonly why: string | undefined;
  readonly remedy: string | undefined;

  constructor(what: string, parts: { why?: string; remedy?: string; cause?: unknown } = {}) {
    super(what, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.why = parts.why;
    this.remedy = parts.remedy;
  }
}
