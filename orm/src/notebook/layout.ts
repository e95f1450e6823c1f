import type { Box, Point } from "./svg.js";

/** An arrow from one box to another, by their positions in the list of boxes. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  /** For each link the points that it passes between its ends: two in each layer that it crosses. */
  readonly bends: readonly (readonly Point[])[];
}

/** A box, or the lane of a link that crosses a layer. */
type Item = { -readonly [K in keyof Box]: Box[K] } & {
  /** What it is linked to in earlier layers. */
  readonly near: Item[];
};

const newItem = (width: number, height: number): Item => ({ width, height, near: [], x: 0, y: 0 });

const gap = 18;

/**
 * Places boxes in layers from left to right, so that links lead to later layers. A link from a later box of the
 * list to an earlier one closes a circle; it does not count. The idea is that of K. Sugiyama, S. Tagawa and
 * M. Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981.
 * @param sizes width and height of each box, in pixels
 * @param between the room between two layers, in pixels
 */
export function layOut(
  sizes: readonly (readonly [width: number, height: number])[],
  links: readonly Link[],
  between: number,
): Layout {
  const ranks = rank(sizes.length, links);
  const boxes = sizes.map(([width, height]) => newItem(width, height));
  const layers = Array.from({ length: Math.max(-1, ...ranks) + 1 }, (_, rank) =>
    boxes.filter((_, index) => ranks[index] === rank),
  );
  const lanes = links.map(({ from, to }) => {
    const [first, last] = (ranks[from] ?? 0) <= (ranks[to] ?? 0) ? [from, to] : [to, from];
    const crossed = layers.slice((ranks[first] ?? 0) + 1, ranks[last]);
    return addLanes(crossed, boxes[first] as Item, boxes[last] as Item);
  });
  const size = stack(layers, between);
  const ends = ({ x, y, width }: Item): Point[] => [
    { x, y },
    { x: x + width, y },
  ];
  return { ...size, boxes, bends: lanes.map((items) => items.flatMap(ends)) };
}

/** The layer of each box: behind all that lead to it; one that nothing leads to is just before its first goal. */
function rank(count: number, links: readonly Link[]): number[] {
  const forward = links.filter(({ from, to }) => from < to).sort((one, other) => one.to - other.to);
  const ranks = new Array<number>(count).fill(0);
  for (const { from, to } of forward) ranks[to] = Math.max(ranks[to] ?? 0, (ranks[from] ?? 0) + 1);
  return ranks.map((rank, index) => {
    if (rank > 0) return rank;
    const goals = forward.filter(({ from }) => from === index).map(({ to }) => ranks[to] ?? 0);
    return goals.length === 0 ? 0 : Math.min(...goals) - 1;
  });
}

/** Makes room for a link in each layer that it crosses. */
function addLanes(crossed: readonly Item[][], first: Item, last: Item): Item[] {
  const lanes = crossed.map(() => newItem(0, 1));
  crossed.forEach((layer, index) => {
    layer.push(lanes[index] as Item);
  });
  [...lanes, last].forEach((item, index) => {
    item.near.push(lanes[index - 1] ?? first);
  });
  return lanes;
}

/** Gives each item its place: layers side by side, in each the items below each other, near to what they link to. */
function stack(layers: readonly Item[][], between: number): { width: number; height: number } {
  const heightOf = (layer: readonly Item[]) =>
    layer.reduce((sum, item) => sum + item.height + gap, -gap);
  const height = Math.max(0, ...layers.map(heightOf));
  let x = 0;
  for (const layer of layers) {
    const width = Math.max(...layer.map((item) => item.width));
    let y = (height - heightOf(layer)) / 2;
    for (const item of layer.sort((one, other) => nearness(one) - nearness(other))) {
      // A lane is as wide as its layer.
      Object.assign(item, { x, y, width: item.width || width });
      y += item.height + gap;
    }
    x += width + between;
  }
  return { width: Math.max(0, x - between), height };
}

/** The mean height of what an item is linked to in the layers before; those with nothing there come last. */
function nearness({ near }: Item): number {
  if (near.length === 0) return 1e9;
  return near.reduce((sum, { y, height }) => sum + y + height / 2, 0) / near.length;
}
