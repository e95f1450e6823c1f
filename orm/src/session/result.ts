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
 * @example
 * ```ts
 * const books = session.scalars(select(Book.c.title).orderBy(Book.c.id));
 * console.log(books); // Result { not sent yet: await .all(), .first(), .one(), .oneOrNone(), or for await }
 * console.log(await books.first()); // Emma
 * ```
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

  /**
   * Every row.
   * @example
   * ```ts
   * const tags = await session.scalars(select(Tag).orderBy(Tag.c.name)).all();
   * console.log(tags[0]); // Tag { id: 1, name: 'classic' }
   * ```
   */
  all(): Promise<R[]> {
    return this.state.fetch("all");
  }

  /**
   * The first row, or null when there is none.
   * @example
   * ```ts
   * const cheapest = session.scalars(select(Book.c.title).orderBy(Book.c.price));
   * console.log(await cheapest.first()); // Persuasion
   * ```
   */
  async first(): Promise<R | null> {
    const [row] = await this.state.fetch("first");
    return row ?? null;
  }

  /**
   * The only row.
   * @throws NoResultFound, MultipleResultsFound
   * @example
   * ```ts
   * const titled = (title: string) => session.scalars(select(Book).where(Book.c.title.eq(title)));
   * console.log((await titled("Emma").one()).price); // 9.50
   * await titled("Ulysses").one().catch((error) => console.log(error.name)); // NoResultFound
   * ```
   */
  async one(): Promise<R> {
    const rows = await this.state.fetch("one");
    if (rows.length === 0) throw noResult();
    return onlyRow(rows, "one") as R;
  }

  /**
   * The only row, or null when there is none.
   * @throws MultipleResultsFound
   * @example
   * ```ts
   * const found = session.scalars(select(Book).where(Book.c.title.eq("Ulysses")));
   * console.log(await found.oneOrNone()); // null
   * ```
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
   * @example
   * ```ts
   * for await (const book of session.scalars(select(Book).orderBy(Book.c.id).limit(2))) {
   *   console.log(book.title);
   * }
   * // Emma
   * // Persuasion
   * ```
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
