import { ArgumentError, InvalidRequestError, OrmletError } from "../engine/index.js";

/**
 * A property was read whose value is not in memory: it was not loaded, or the server made it.
 * @example
 * ```ts
 * const author = await session.scalars(select(Author)).first();
 * try {
 *   console.log(author?.books.length);
 * } catch (error) {
 *   if (!(error instanceof UnloadedError)) throw error;
 *   console.log(error.code, (await author?.lazy.books)?.length); // unloaded 2
 * }
 * ```
 */
export class UnloadedError extends InvalidRequestError {}

/** Runs `work`; an error of ormlet that it throws gets the place in front, "Author.email: …". */
export function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw placed(place, error);
  }
}

/** The same error of ormlet with a place in front; who checks a value does not know where it goes. */
export function placed(place: string, error: unknown): unknown {
  if (!(error instanceof OrmletError)) return error;
  const { message, code, hint } = error;
  return new ArgumentError(`${place}: ${message.split("\n  Hint: ")[0]}`, { code, hint });
}

/** "Author" as a variable is named, "author". */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
