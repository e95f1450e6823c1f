import { type Layout, type Link, layOut } from "./layout.js";
import type { GraphObject } from "./object-graph.js";
import { stateColors } from "./object-states.js";
import { type Box, box, sideArrow, svg, text, textWidth } from "./svg.js";

/** In pixels: the head of a box, and each of its lines. */
const header = 25;
const line = 20;

interface ObjectBox extends Box {
  readonly drawn: GraphObject;
}

/** The objects as boxes, each relationship a line of its box and an arrow to each object that it holds. */
export function drawGraph(graph: readonly GraphObject[]): string {
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
  const title = `The objects ${graph.map(headOf).join(", ")}`;
  // Arrows between objects of one column go around on their right.
  const size = { width: layout.width + 40, height: layout.height };
  return svg(size, title, [...boxes.map(drawObject), ...arrows]);
}

/** `ada: Author 7`, or `Author 7` for an object that the program did not name. */
export function headOf({ variable, name }: GraphObject): string {
  return variable === undefined ? name : `${variable}: ${name}`;
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

function sizeOf(object: GraphObject): [width: number, height: number] {
  const { label, references } = object;
  const rows = references.map(({ property, note }) => textWidth(`${property}  ${note}`) + 36);
  const title = textWidth([headOf(object), label].filter(Boolean).join(" ")) + 24;
  return [Math.max(title, ...rows), header + references.length * line + 7];
}

function drawObject({ drawn, ...place }: ObjectBox): string {
  const { x, y, width } = place;
  const color = stateColors[drawn.state];
  const head = headOf(drawn);
  const rows = drawn.references.flatMap(({ property, note, isUnloaded }, index) => {
    const base = y + header + index * line + 16;
    const noteWidth = textWidth(note);
    const frame = {
      x: x + width - noteWidth - 20,
      y: base - 13,
      width: noteWidth + 12,
      height: 18,
    };
    return [
      text({ x: x + 14, y: base }, property),
      text({ x: x + width - 14, y: base }, note, { anchor: "end", weight: "faint" }),
      ...(isUnloaded ? [dashed(frame)] : []),
    ];
  });
  return [
    box(place, 0.05, color),
    box({ ...place, height: header }, 0.15, color),
    text({ x: x + 12, y: y + 17 }, head, { weight: "bold" }),
    text({ x: x + 12 + textWidth(`${head} `), y: y + 17 }, drawn.label, { weight: "faint" }),
    ...rows,
  ].join("\n");
}

/** A frame for what is not there. */
function dashed({ x, y, width, height }: Box): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="none" stroke="currentColor" stroke-dasharray="3 3"/>`;
}

/** From the row of a relationship to the head of an object that it holds. */
function drawReference(
  boxes: readonly ObjectBox[],
  { from, to }: Link,
  row: number,
  links: readonly Link[],
  { bends }: Layout,
): string {
  const [holder, held] = [boxes[from], boxes[to]] as [ObjectBox, ObjectBox];
  const isBack = from > to;
  const link = links.findIndex(
    (one) => one.from === Math.min(from, to) && one.to === Math.max(from, to),
  );
  const passed = isBack ? [...(bends[link] ?? [])].reverse() : (bends[link] ?? []);
  return sideArrow(
    { box: holder, y: holder.y + header + row * line + 12 },
    { box: held, y: held.y + header / 2 },
    // The two directions pass beside each other.
    passed.map(({ x, y }) => ({ x, y: isBack ? y + 7 : y })),
  );
}
