import { brand, hide } from "../engine/brand.js";
import { InvalidRequestError } from "../engine/index.js";
import { inspectKey } from "../mapping/display.js";

/** `one()` found no row. */
export class NoResultFound extends InvalidRequestError {}

/** `one()` or `oneOrNone()` found more than one row. */
export class MultipleResultsFound extends InvalidRequestError {}

/** What a {@link Result} is made of; both are told which of its methods was called. */
export interface ResultState<R> {
  readonly fetch: (call: string) => Promise<R[]>;
  readonly stream: (call: string) => AsyncGenerator<R, void, undefined>;
}

/**
 * What a statement will give. It is sent when the result is consumed, each time anew, and not before; a
 * `Result` is not a promise.
 */
export class Result<R> implements AsyncIterable<R> {
  /** @internal */
  declare readonly state: ResultState<R>;

  static {
    const text =
      "Result { not sent yet: await .all(), .first(), .one(), .oneOrNone(), or for await }";
    Object.defineProperty(Result.prototype, inspectKey, { value: () => text });
  }

  constructor(state: ResultState<R>) {
    hide(this, "state", state);
    brand(this, "result");
  }

  /** Every row. */
  all(): Promise<R[]> {
    return this.state.fetch("all");
  }

  /** The first row, or null when there is none. */
  async first(): Promise<R | null> {
    const [row] = await this.state.fetch("first");
    return row ?? null;
  }

  /**
   * The only row.
   * @throws NoResultFound, MultipleResultsFound
   */
  async one(): Promise<R> {
    const rows = await this.state.fetch("one");
    if (rows.length === 0) throw noResult();
    return onlyRow(rows, "one") as R;
  }

  /**
   * The only row, or null when there is none.
   * @throws MultipleResultsFound
   */
  async oneOrNone(): Promise<R | null> {
    const rows = await this.state.fetch("oneOrNone");
    return onlyRow(rows, "oneOrNone") ?? null;
  }

  /**
   * Row after row, as they come: `for await (const author of result)`. Memory holds a few hundred of them: an
   * object that the session does not have stays outside of it, until it is changed, added, or related to one that
   * is in. Meanwhile the session can do nothing else that needs its connection. Who leaves the loop early waits
   * until the rest was read and thrown away, so that the transaction goes on; limit() keeps the rest short.
   */
  [Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    return this.state.stream("for await");
  }
}

export function onlyRow<R>(rows: readonly R[], call: string): R | undefined {
  if (rows.length <= 1) return rows[0];
  throw new MultipleResultsFound(`${call}() found ${rows.length} rows.`, {
    code: "multiple-results",
    hint: "Add a condition that picks one row, or take first() or all().",
  });
}

export function noResult(): NoResultFound {
  return new NoResultFound("one() found no row.", {
    code: "no-result",
    hint: "Take oneOrNone() or first() where a row may be missing; they give null.",
  });
}
