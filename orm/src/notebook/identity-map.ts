import { type Instance, instanceIn, instanceOf } from "../mapping/instance.js";
import { allIdentities } from "../session/identity-map.js";
import { inspect } from "../session/inspect.js";
import type { Session } from "../session/session.js";
import { codeText, cut, type Displayable, valueText } from "./display.js";
import { table } from "./table.js";

/** One object of a session, as it was when the picture was taken. */
export interface IdentityRow {
  readonly object: object;
  readonly class: string;
  /** Its primary key; empty for an object that has none yet. */
  readonly key: string;
  readonly values: string;
  /** What the next flush will do with it; empty for nothing. */
  readonly mark: string;
}

/** A picture of a session's objects, which stays as it was while they change. */
export interface IdentityPicture extends Displayable {
  readonly rows: readonly IdentityRow[];
}

/**
 * The objects of a session by class and key, with their values, and what the next flush will do with them:
 * `identityMap(session)`. An object that waits for its INSERT has no key yet, so it is not in the map; it
 * stands at the end. A value that was not loaded is `?`.
 * @example
 * ```ts
 * await session.get(Tag, 1);
 * console.log(String(identityMap(session)).includes("Tag")); // true
 * ```
 */
export function identityMap(session: Session): IdentityPicture {
  const { identities, pending, removed } = session.state;
  const rows = [...allIdentities(identities).map(instanceOf), ...pending].map(
    (instance): IdentityRow => ({
      object: instance.object,
      class: instance.mapper.name,
      key: keyText(instance),
      values: valuesText(instance, instance.values),
      mark: removed.has(instance) ? "− to be deleted" : markOf(instance),
    }),
  );
  const shown = rows.map(({ class: name, key, values, mark }) => ({
    class: name,
    key,
    object: values,
    "next flush": mark,
  }));
  return Object.assign(table(shown, { caption: countText(rows.length) }), { rows });
}

/**
 * Two pictures of one session side by side: `const before = identityMap(session)`, then, after some work,
 * `compare(before, identityMap(session))`. `+`, `~` and `−` stand before what a flush will insert, update and delete.
 */
export function compare(before: IdentityPicture, after: IdentityPicture): Displayable {
  const objects = new Set([...before.rows, ...after.rows].map(({ object }) => object));
  const rows = Array.from(objects, (object) => {
    const [old, now] = [before, after].map(({ rows }) => rows.find((row) => row.object === object));
    return {
      class: (now ?? old)?.class,
      key: now?.key || old?.key,
      before: old === undefined ? "—" : rowText(old),
      after: now === undefined ? "—" : sameRow(old, now) ? "the same" : rowText(now),
    };
  });
  return table(rows, { caption: `before: ${before.rows.length}, after: ${after.rows.length}` });
}

function countText(count: number): string {
  return count === 1 ? "1 object" : `${count} objects`;
}

function sameRow(one: IdentityRow | undefined, other: IdentityRow): boolean {
  return one !== undefined && rowText(one) === rowText(other);
}

function rowText({ values, mark }: IdentityRow): string {
  return `${mark.slice(0, 2)}${values}`;
}

/** The key of an object as text: `7`, or of several columns `3, 4`; empty while a part of it is not known. */
export function keyText({ mapper, values }: Instance): string {
  const parts = mapper.table.primaryKey.map(({ position }) => values[position]);
  return parts.includes(undefined) ? "" : parts.map(valueText).join(", ");
}

/** Class and key of an object, `Author 7`; without a key yet, `Author (new)`. */
export function objectName(instance: Instance): string {
  return `${instance.mapper.name} ${keyText(instance) || "(new)"}`;
}

/** The columns outside of the key: `name: 'Ada', bornOn: NULL`. */
function valuesText({ mapper }: Instance, values: readonly unknown[]): string {
  return mapper.columns
    .filter(({ primaryKey }) => !primaryKey)
    .map(({ property, position }) => `${property}: ${shortText(values[position])}`)
    .join(", ");
}

/** A value, short; of a related object its class and key. */
function shortText(value: unknown): string {
  if (value === undefined) return "?";
  const related = instanceIn(value);
  if (related !== undefined) return objectName(related);
  if (Array.isArray(value) && value.some(instanceIn)) return `[${value.map(shortText).join(", ")}]`;
  return cut(codeText(value), 40);
}

function markOf(instance: Instance): string {
  if (instance.state === "pending") return "+ to be inserted";
  const changes = inspect(instance.object).changes.map(
    ({ property, before }) => `${property} was ${shortText(before)}`,
  );
  return changes.length === 0 ? "" : `~ to be updated: ${changes.join(", ")}`;
}
