import { escapeHtml } from "./display.js";

/** A place in a drawing, in pixels from its top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Hues for lines and, thinned, behind text: they can be told apart on white and on black. */
export const hue = { green: "#3a9e4c", orange: "#d9822b", red: "#d9534f" } as const;

/** About how wide a text is, in pixels, in the font of {@link svg}. */
export function textWidth(text: string): number {
  return Array.from(text).length * 7.3;
}

/**
 * A drawing for a notebook: no scripts, nothing from outside, and all text in the colour of the text around it,
 * so that it can be read in light and in dark themes.
 * @param title what a screen reader says
 */
export function svg(
  { width, height }: Pick<Box, "width" | "height">,
  title: string,
  parts: readonly string[],
): string {
  const [w, h] = [Math.ceil(width) + 4, Math.ceil(height) + 4];
  const font = 'font-family="ui-monospace,Menlo,Consolas,monospace" font-size="12"';
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(title)}" width="${w}" viewBox="-2 -2 ${w} ${h}" ${font} fill="currentColor" style="max-width:100%;height:auto">${parts.join("\n")}</svg>`;
}

/** How a text stands: where `at` is in it, and whether it is bold or fainter than others. */
export interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly weight?: "bold" | "faint";
}

/** One line of text; `at` is on its base line. */
export function text(at: Point, content: string, { anchor, weight }: TextStyle = {}): string {
  const style = [
    anchor === undefined ? "" : ` text-anchor="${anchor}"`,
    weight === undefined ? "" : weight === "bold" ? ' font-weight="bold"' : ' fill-opacity=".7"',
  ].join("");
  return `<text x="${round(at.x)}" y="${round(at.y)}"${style}>${escapeHtml(content)}</text>`;
}

/** A box with round corners, its inside tinted. */
export function box(place: Box, tint: number, color = "currentColor"): string {
  const size = (["x", "y", "width", "height"] as const).map(
    (key) => `${key}="${round(place[key])}"`,
  );
  return `<rect ${size.join(" ")} rx="4" fill="${color}" fill-opacity="${tint}" stroke="${color}"/>`;
}

/** The directions in which an arrow can leave and arrive, in degrees. */
const headings = { right: 0, down: 90, left: 180, up: 270 } as const;

export interface ArrowStyle {
  readonly leave: keyof typeof headings;
  /** Default: as it left. */
  readonly arrive?: keyof typeof headings;
  /** How far it goes straight on from an end before it turns, in pixels. Default: half the way. */
  readonly bend?: number;
}

/** A smooth arrow along some points; it passes those between its ends heading as it left. */
export function arrow(
  points: readonly Point[],
  { leave, arrive = leave, bend }: ArrowStyle,
): string {
  const [start, ...rest] = points as [Point, ...Point[]];
  let path = `M${pair(start)}`;
  let from = start;
  for (const to of rest) {
    const isLevel = leave === "left" || leave === "right";
    const far = bend ?? Math.abs(isLevel ? to.x - from.x : to.y - from.y) / 2;
    const end = ahead(to, to === rest.at(-1) ? arrive : leave, -far);
    path += ` C${pair(ahead(from, leave, far))} ${pair(end)} ${pair(to)}`;
    from = to;
  }
  const head = `translate(${pair(from)}) rotate(${headings[arrive]})`;
  return `<path d="${path}" fill="none" stroke="currentColor"/><path d="M0 0l-7 3.5v-7z" transform="${head}"/>`;
}

/** A place on the side of a box, where an arrow leaves or arrives. */
export interface Side {
  readonly box: Box;
  readonly y: number;
}

/**
 * An arrow between boxes, on the sides that face each other; in one column it goes around on their right.
 * @param passed points on its way, as it comes to them
 */
export function sideArrow(from: Side, to: Side, passed: readonly Point[]): string {
  const left = ({ box, y }: Side) => ({ x: box.x, y });
  const right = ({ box, y }: Side) => ({ x: box.x + box.width, y });
  if (from.box.x < to.box.x) return arrow([right(from), ...passed, left(to)], { leave: "right" });
  if (from.box.x > to.box.x) return arrow([left(from), ...passed, right(to)], { leave: "left" });
  return arrow([right(from), right(to)], { leave: "right", arrive: "left", bend: 34 });
}

/** The point that lies so many pixels further. */
function ahead({ x, y }: Point, heading: keyof typeof headings, distance: number): Point {
  const angle = (headings[heading] * Math.PI) / 180;
  return { x: x + Math.cos(angle) * distance, y: y + Math.sin(angle) * distance };
}

function pair({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
