import { isPointedAt, isUnloaded } from "../mapping/accessors.js";
import { type Instance, instanceOf, type ObjectState, partialPlace } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { classNamed } from "../mapping/registry.js";
import { isToMany } from "../mapping/relationship.js";
import { foreignKeyOf } from "../mapping/relationship-keys.js";
import { codeText, cut, type Displayable, display, escapeHtml, valueText } from "./display.js";
import { objectName } from "./identity-map.js";
import { type Layout, type Link, layOut } from "./layout.js";
import { nameObjects } from "./object-states.js";
import { arrow, type Box, box, hue, svg, text, textWidth } from "./svg.js";

/** As many objects are drawn at most; with more, a picture is a tangle. */
const most = 30;

/** One relationship of an object, as it is in memory. */
interface Reference {
  readonly property: string;
  /** The positions, among the objects that are drawn, of those that it holds. */
  readonly held: readonly number[];
  /** What is written behind the property; arrows say the rest. */
  readonly note: string;
  readonly isUnloaded: boolean;
}

interface GraphObject {
  readonly name: string;
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
    const own = names.get(instance) ?? name;
    return {
      name: own === name ? name : `${own}: ${name}`,
      label: labelOf(instance),
      state: instance.state,
      references: relationshipsOf(instance).map((one) => referenceOf(instance, one, places)),
    };
  });
  const hint = more > 0 ? `… and ${more} more that these lead to` : "";
  const lines = graph.map((one) => objectText(one, graph));
  const html = hint === "" ? "" : `<p style="opacity:.7">${escapeHtml(hint)}</p>`;
  return display(drawGraph(graph) + html, [...lines, hint].filter(Boolean).join("\n"));
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
  const value = values[position] ?? [];
  return [value].flat().map(instanceOf);
}

function referenceOf(
  instance: Instance,
  relationship: Relationship,
  places: ReadonlyMap<Instance, number>,
): Reference {
  const held = heldBy(instance, relationship);
  const isPartial = instance.values[partialPlace(instance, relationship)] === true;
  const unloaded = isUnloaded(instance, relationship);
  const count = isPartial ? `${held.length} of them` : `${held.length}`;
  const one = held.length === 0 ? "null" : "";
  return {
    property: relationship.property,
    held: held.flatMap((other) => places.get(other) ?? []),
    note: unloaded ? unloadedText(instance, relationship) : isToMany(relationship) ? count : one,
    isUnloaded: unloaded,
  };
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
function objectText(
  { name, label, state, references }: GraphObject,
  graph: readonly GraphObject[],
) {
  const width = Math.max(0, ...references.map(({ property }) => property.length));
  const lines = references.map(({ property, held, note, isUnloaded }) => {
    const others = held.map((place) => shortName(graph[place] as GraphObject)).join(", ");
    const count = others === "" && note === "0" ? "none" : note;
    const isPart = note.endsWith("of them");
    const what = isUnloaded || others === "" ? `  ${count}` : `→ ${others}${isPart ? ", …" : ""}`;
    return `  ${property.padEnd(width)} ${what}`;
  });
  return [[name, label, `(${state})`].filter(Boolean).join(" "), ...lines].join("\n");
}

/** Its name in the program; a new object without one is known by its label. */
function shortName({ name, label }: GraphObject): string {
  const [own, rest] = name.split(": ");
  return rest === undefined && name.endsWith("(new)") && label !== ""
    ? `${name} ${label}`
    : `${own}`;
}

const header = 25;
const line = 20;

const colors: Partial<Record<ObjectState, string>> = {
  pending: hue.orange,
  persistent: hue.green,
  deleted: hue.red,
};

interface ObjectBox extends Box {
  readonly drawn: GraphObject;
}

function drawGraph(graph: readonly GraphObject[]): string {
  const links = linksOf(graph);
  const layout = layOut(graph.map(sizeOf), links, 64);
  const boxes = graph.map(
    (drawn, place): ObjectBox => ({ drawn, ...(layout.boxes[place] as Box) }),
  );
  const arrows = boxes.flatMap((holder, from) =>
    holder.drawn.references.flatMap(({ held }, row) =>
      held.map((to) => drawReference(boxes, { from, to }, row, links, layout)),
    ),
  );
  const title = `The objects ${graph.map(({ name }) => name).join(", ")}`;
  // Arrows between objects of one column go around on their right.
  const size = { width: layout.width + 40, height: layout.height };
  return svg(size, title, [...boxes.map(drawObject), ...arrows]);
}

/** For the layout: a pair of objects once, whichever of them holds the other. */
function linksOf(graph: readonly GraphObject[]): Link[] {
  const links = new Map<string, Link>();
  for (const [place, { references }] of graph.entries()) {
    for (const other of references.flatMap(({ held }) => held)) {
      const [from, to] = [Math.min(place, other), Math.max(place, other)];
      if (from !== to) links.set(`${from} ${to}`, { from, to });
    }
  }
  return [...links.values()];
}

function sizeOf({ name, label, references }: GraphObject): [width: number, height: number] {
  const rows = references.map(({ property, note }) => textWidth(`${property}  ${note}`) + 36);
  const title = textWidth([name, label].filter(Boolean).join(" ")) + 24;
  return [Math.max(title, ...rows), header + references.length * line + 7];
}

function drawObject({ drawn, ...place }: ObjectBox): string {
  const { x, y, width } = place;
  const color = colors[drawn.state];
  const title = textWidth(`${drawn.name} `);
  const rows = drawn.references.flatMap(({ property, note, isUnloaded }, index) => {
    const base = y + header + index * line + 16;
    const noted = text({ x: x + width - 14, y: base }, note, { anchor: "end", weight: "faint" });
    const frame = {
      x: x + width - textWidth(note) - 20,
      y: base - 13,
      width: textWidth(note) + 12,
    };
    return [
      text({ x: x + 14, y: base }, property),
      noted,
      ...(isUnloaded ? [dashed({ ...frame, height: 18 })] : []),
    ];
  });
  return [
    box(place, 0.05, color),
    box({ ...place, height: header }, 0.15, color),
    text({ x: x + 12, y: y + 17 }, drawn.name, { weight: "bold" }),
    text({ x: x + 12 + title, y: y + 17 }, drawn.label, { weight: "faint" }),
    ...rows,
  ].join("\n");
}

/** A frame for what is not there. */
function dashed({ x, y, width, height }: Box): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="none" stroke="currentColor" stroke-dasharray="3 3"/>`;
}

/** From the row of a relationship to the head of an object that it holds, on the sides that face each other. */
function drawReference(
  boxes: readonly ObjectBox[],
  { from, to }: Link,
  row: number,
  links: readonly Link[],
  { bends }: Layout,
): string {
  const [holder, held] = [boxes[from], boxes[to]] as [ObjectBox, ObjectBox];
  const start = holder.y + header + row * line + 12;
  const end = held.y + header / 2;
  const isBack = from > to;
  const link = links.findIndex(
    (one) => one.from === Math.min(from, to) && one.to === Math.max(from, to),
  );
  const passed = [...(bends[link] ?? [])];
  if (isBack) passed.reverse();
  // The two directions pass beside each other.
  const between = passed.map(({ x, y }) => ({ x, y: isBack ? y + 7 : y }));
  const [left, right] = [(one: Box) => one.x, (one: Box) => one.x + one.width];
  if (holder.x < held.x) {
    return arrow([{ x: right(holder), y: start }, ...between, { x: left(held), y: end }], {
      leave: "right",
    });
  }
  if (holder.x > held.x) {
    return arrow([{ x: left(holder), y: start }, ...between, { x: right(held), y: end }], {
      leave: "left",
    });
  }
  const ends = [
    { x: right(holder), y: start },
    { x: right(held), y: end },
  ];
  return arrow(ends, { leave: "right", arrive: "left", bend: 34 });
}
