import { lowerFirst, UnloadedError } from "../mapping/errors.js";
import type { Instance } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import type { Path } from "../mapping/path.js";
import { pathName } from "../mapping/relationship-target.js";
import type { LoadOption } from "../query/nodes.js";
import { sessionOf } from "../session/membership.js";
import type { SessionState } from "../session/state.js";
import { checkPath } from "./related-select.js";

/** By object, the relationships that must not be loaded lazily. */
const raised = new WeakMap<Instance, Set<Relationship>>();

/** The sessions that forbid every lazy load. */
export const strictSessions = new WeakSet<SessionState>();

/**
 * Forbids to load a relationship lazily: `await author.lazy.books` throws for the objects that this select
 * gives, unless it is in memory. For a whole session: `new Session(engine, { raiseload: true })`.
 * @example
 * ```ts
 * const found = select(Author).where(Author.c.id.eq(1)).options(raiseload(Author.r.books));
 * const jane = await session.scalars(found).one();
 * await jane.lazy.books.catch(({ code }) => console.log(code)); // raiseload
 * ```
 */
export function raiseload<From, To>(path: Path<From, To>): LoadOption<From, never> {
  checkPath(path);
  const load: LoadOption["load"] = async (objects) => {
    for (const one of objects) {
      raised.set(one, (raised.get(one) ?? new Set()).add(path.relationship));
    }
  };
  return { path, nested: [], load };
}

/** Whether an option forbade to load a relationship of this object lazily. */
export function isRaised(instance: Instance, relationship: Relationship): boolean {
  return raised.get(instance)?.has(relationship) === true;
}

/** @throws UnloadedError `raiseload` for a relationship that must not be loaded lazily. */
export function refuseRaised(instance: Instance, relationship: Relationship): void {
  const { mapper } = instance;
  const state = sessionOf(instance);
  const isStrict = state !== undefined && strictSessions.has(state);
  if (!isStrict && !isRaised(instance, relationship)) return;
  const path = `${mapper.name}.r.${relationship.property}`;
  const by = isStrict ? "the session's option forbids it" : `raiseload(${path}) forbids it`;
  throw new UnloadedError(
    `${pathName(mapper, relationship)} is not loaded, and not to be loaded lazily: ${by}.`,
    {
      code: "raiseload",
      hint: `Write select(${mapper.name}).options(selectinload(${path})), or await session.load(${lowerFirst(mapper.name)}, ${path}).`,
    },
  );
}
