import { isPointedAt, isUnloaded } from "../mapping/accessors.js";
import { type Instance, type ObjectState, partialPlace } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { classNamed } from "../mapping/registry.js";
import { isToMany } from "../mapping/relationship.js";
import { foreignKeyOf } from "../mapping/relationship-keys.js";
import { membersOf } from "../relationships/members.js";
import { codeText, cut, type Displayable, display, remark, valueText } from "./display.js";
import { objectName } from "./identity-map.js";
import { drawGraph, headOf } from "./object-drawing.js";
import { nameObjects } from "./object-states.js";

/** As many objects are drawn at most; with more, a picture is a tangle. */
const most = 30;

/** One relationship of an object, as it is in memory. */
export interface Reference {
  readonly property: string;
  /** The positions, among the objects that are drawn, of those that it holds. */
  readonly held: readonly number[];
  /** How many objects it has, or why it has none: `2`, `1 of them`, `none`, `null`, `not loaded: Author 7`. */
  readonly note: string;
  readonly isUnloaded: boolean;
  /** Whether it holds some of its objects only, because a condition chose them. */
  readonly isPartial: boolean;
}

export interface GraphObject {
  /** Class and key. */
  readonly name: string;
  /** What the program calls it; undefined where it was not said. */
  readonly variable: string | undefined;
  /** The first text among its values, to know it by. */
  readonly label: string;
  readonly state: ObjectState;
  readonly references: readonly Reference[];
}

/**
 * Objects and the references between them: `objectGraph({ ada, notes })`, or without their names
 * `objectGraph(ada, notes)`. Each relationship is an arrow of its own, so both sides of one are seen; what is in
 * memory behind the objects is drawn with them, at most 30 objects. A relationship that is not loaded stays so: it is
 * drawn in a dashed frame, with the key where the row knows one. To look loads nothing and changes nothing.
 */
export function objectGraph(...objects: readonly object[]): Displayable {
  const named = objects.flatMap(nameObjects);
  const names = new Map(named.map(([name, instance]) => [instance, name]));
  const { reached, more } = reachedFrom(named.map(([, instance]) => instance));
  const places = new Map(reached.map((instance, index) => [instance, index]));
  const graph = reached.map((instance): GraphObject => {
    const name = objectName(instance);
    const variable = names.get(instance);
    return {
      name,
      variable: variable === name ? undefined : variable,
      label: labelOf(instance),
      state: instance.state,
      references: relationshipsOf(instance).map((one) => referenceOf(instance, one, places)),
    };
  });
  const hint = more > 0 ? `… and ${more} more that these lead to` : "";
  const lines = graph.map((one) => objectText(one, graph));
  return display(drawGraph(graph) + remark(hint), [...lines, hint].filter(Boolean).join("\n"));
}

function relationshipsOf({ mapper }: Instance): Relationship[] {
  return [...mapper.relationships.values()];
}

/** These objects, and what they lead to in memory, the nearest first. */
function reachedFrom(roots: readonly Instance[]): { reached: Instance[]; more: number } {
  const reached = new Set(roots);
  for (const instance of reached) {
    for (const relationship of relationshipsOf(instance)) {
      for (const other of heldBy(instance, relationship)) reached.add(other);
    }
  }
  const drawn = [...reached].slice(0, Math.max(most, roots.length));
  return { reached: drawn, more: reached.size - drawn.length };
}

/** The objects that a relationship has in memory. Its property is not read: that would make a collection, or throw. */
function heldBy({ values }: Instance, { position }: Relationship): Instance[] {
  return membersOf(values[position]);
}

function referenceOf(
  instance: Instance,
  relationship: Relationship,
  places: ReadonlyMap<Instance, number>,
): Reference {
  const held = heldBy(instance, relationship);
  const isPartial = instance.values[partialPlace(instance, relationship)] === true;
  const unloaded = isUnloaded(instance, relationship);
  return {
    property: relationship.property,
    held: held.flatMap((other) => places.get(other) ?? []),
    note: unloaded
      ? unloadedText(instance, relationship)
      : countText(held.length, isToMany(relationship), isPartial),
    isUnloaded: unloaded,
    isPartial,
  };
}

/** Nothing for the one object that a reference to one holds: its arrow says all. */
function countText(count: number, isMany: boolean, isPartial: boolean): string {
  if (isPartial) return `${count} of them`;
  if (count === 0) return isMany ? "none" : "null";
  return isMany ? `${count}` : "";
}

/** `not loaded`; where the object's own row has the foreign key, what it leads to. */
function unloadedText(instance: Instance, relationship: Relationship): string {
  const { mapper, values } = instance;
  const target = classNamed(mapper.registry, relationship.target);
  if (target === undefined || isPointedAt(mapper, relationship)) return "not loaded";
  const { columns } = foreignKeyOf(mapper, relationship);
  const key = columns.map(({ child }) => values[child.position]);
  if (key.includes(undefined)) return "not loaded";
  return `not loaded: ${key.includes(null) ? "null" : `${target.name} ${key.map(valueText).join(", ")}`}`;
}

/** The first text among an object's values that is no part of its key. */
function labelOf({ mapper, values }: Instance): string {
  const found = mapper.table.columns.find(
    ({ primaryKey, position }) => !primaryKey && typeof values[position] === "string",
  );
  return found === undefined ? "" : cut(codeText(values[found.position]), 26);
}

/** An object and its relationships, each on a line: `  books → Book 1, Book 2`. */
function objectText(object: GraphObject, graph: readonly GraphObject[]): string {
  const width = Math.max(0, ...object.references.map(({ property }) => property.length));
  const lines = object.references.map((reference) => {
    return `  ${reference.property.padEnd(width)} ${heldText(reference, graph)}`;
  });
  return [`${titleOf(object)} (${object.state})`, ...lines].join("\n");
}

function heldText({ held, note, isPartial }: Reference, graph: readonly GraphObject[]): string {
  if (held.length === 0) return `  ${note}`;
  const others = held.map((place) => shortName(graph[place] as GraphObject));
  return `→ ${[...others, ...(isPartial ? ["…"] : [])].join(", ")}`;
}

/** All that is known of who an object is: `ada: Author 7 'Ada'`. */
function titleOf(object: GraphObject): string {
  return [headOf(object), object.label].filter(Boolean).join(" ");
}

/** Its name in the program; a new object without one is known by its label. */
function shortName(object: GraphObject): string {
  const isNew = object.name.endsWith("(new)");
  return object.variable ?? (isNew ? titleOf(object) : object.name);
}
