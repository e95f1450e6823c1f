import { AsyncLocalStorage } from "node:async_hooks";
import { InvalidRequestError } from "../engine/index.js";
import type { Session, SessionMaker } from "./session.js";

/** The session of a request, wherever its code runs: what {@link sessionScope} makes. */
export interface SessionScope {
  /**
   * The session of the `run` or `begin` that is going on around this code, over every await.
   * @throws InvalidRequestError `no-session` outside of them, and after their end.
   */
  readonly current: Session;
  /**
   * Runs `work` with a session of its own, and closes it: what was not committed is rolled back.
   * @example
   * ```ts
   * const scope = sessionScope(SessionLocal);
   * await scope.run(async (session) => console.log(scope.current === session)); // true
   * ```
   */
  run<T>(work: (session: Session) => Promise<T> | T): Promise<T>;
  /**
   * As `SessionLocal.begin`: one transaction, committed at the end.
   * @example
   * ```ts
   * const scope = sessionScope(SessionLocal);
   * await scope.begin(async () => {
   *   scope.current.add(new Tag({ name: "new" }));
   * });
   * console.log(await session.query(Tag).count()); // 4
   * ```
   */
  readonly begin: SessionMaker["begin"];
}

/**
 * One session for each request, without handing it from function to function:
 *
 *     const scope = sessionScope(SessionLocal);
 *     app.use((request, response, next) => scope.begin(async () => { await next(); }));
 *     const author = await scope.current.get(Author, 1);      // in any function that the request calls
 *
 * SQLAlchemy's `scoped_session`, upon Node's AsyncLocalStorage.
 * @example
 * ```ts
 * const scope = sessionScope(SessionLocal);
 *
 * async function titleOf(id: number): Promise<string | undefined> {
 *   return (await scope.current.get(Book, id))?.title;
 * }
 *
 * console.log(await scope.run(() => titleOf(1))); // Emma
 * ```
 */
export function sessionScope(maker: SessionMaker): SessionScope {
  const storage = new AsyncLocalStorage<{ session: Session | undefined }>();
  const within = async <T>(session: Session, work: (session: Session) => Promise<T> | T) => {
    const place: { session: Session | undefined } = { session };
    try {
      return await storage.run(place, () => work(session));
    } finally {
      // Work that nobody waited for must not begin a transaction that nobody ends.
      place.session = undefined;
    }
  };
  return {
    get current() {
      const session = storage.getStore()?.session;
      if (session === undefined) throw noSession();
      return session;
    },
    begin: (work, options) => maker.begin((session) => within(session, work), options),
    async run(work) {
      const session = maker();
      try {
        return await within(session, work);
      } finally {
        await session.close();
      }
    },
  };
}

export function noSession(): InvalidRequestError {
  return new InvalidRequestError("There is no session here.", {
    code: "no-session",
    hint: "Call it within scope.run(…) or scope.begin(…), and await all that is called there.",
  });
}
