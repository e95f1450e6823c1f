import { arrow, type Box, box, hue, svg, text, textWidth } from "./svg.js";
import type { Moment } from "./timeline.js";

const laneWidth = 364;
const gap = 26;
/** On the left of the lanes, for the numbers of the moments. */
const margin = 26;
const line = 16;
const head = 30;
/** How many characters fit into a line of a lane. */
const most = Math.floor((laneWidth - 16) / textWidth("m"));

/** A moment as it is drawn: for one that waits, its box reaches to where it goes on. */
interface Place extends Box {
  readonly moment: Moment;
  /** As a text about the picture calls it, from 1. */
  readonly number: number;
  readonly sql: readonly string[];
  /** Parameters and outcome; of one that waits, the outcome stands at the bottom. */
  readonly notes: readonly string[];
}

/** The time line as a drawing: a column for each lane, time going down, who waits in a box that grows. */
export function drawTimeline(lanes: readonly string[], moments: readonly Moment[]): string {
  const places = placeMoments(moments);
  const height = Math.max(head, ...places.map(({ y, height }) => y + height)) + 10;
  const width = laneX(lanes.length) - gap;
  const parts = [
    ...lanes.map((name, lane) => {
      const own = places.filter(({ moment }) => moment.lane === lane);
      return drawLane(name, lane, own, height);
    }),
    ...places.map(drawMoment),
    ...places.map((place) => drawRelease(place, places)),
  ];
  return svg({ width, height }, `A time line of ${lanes.join(" and ")}`, parts);
}

function laneX(lane: number): number {
  return margin + lane * (laneWidth + gap);
}

/** One below the other, in the order in which they began; one that waits reaches down to what it waits for. */
function placeMoments(moments: readonly Moment[]): Place[] {
  let y = head + 8;
  const places = moments.map((moment, index): Place => {
    const { lane, sql, values, outcome, until } = moment;
    const noted = until === undefined ? [values, outcome] : [values];
    const texts = { sql: wrap(sql), notes: wrap(noted.filter(Boolean).join("  ")) };
    const height = (texts.sql.length + texts.notes.length) * line + 10;
    const room = { x: laneX(lane), y, width: laneWidth, height };
    const place = { moment, number: index + 1, ...texts, ...room };
    y += height + 8;
    return place;
  });
  return places.map((place) => {
    const last = places[place.moment.until ?? -1];
    if (last === undefined) return place;
    // Somewhat further: it goes on after that.
    return { ...place, height: last.y + last.height + 4 - place.y };
  });
}

/** A text in lines of the width of a lane; a word that is longer than a line is broken. */
function wrap(content: string): string[] {
  const words = content.split(" ").flatMap((word) => word.match(pieces) ?? []);
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (lines.length > 0 && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const pieces = new RegExp(`.{1,${most}}`, "gu");

/** The name of a lane, and the line that joins its boxes. */
function drawLane(name: string, lane: number, places: readonly Place[], height: number): string {
  const middle = laneX(lane) + laneWidth / 2;
  let y = head;
  const rails = [...places, { y: height, height: 0 }].map((place) => {
    const path = `<path d="M${middle} ${y}V${place.y}" stroke="currentColor" stroke-opacity=".5" stroke-dasharray="3 4"/>`;
    y = place.y + place.height;
    return path;
  });
  const title = text({ x: middle, y: 17 }, name, { anchor: "middle", weight: "bold" });
  return [title, ...rails].join("\n");
}

function drawMoment({ moment, number, sql, notes, ...place }: Place): string {
  const { failed, until, outcome } = moment;
  const color = failed ? hue.red : until === undefined ? undefined : hue.orange;
  const at = (row: number) => ({ x: place.x + 8, y: place.y + 17 + row * line });
  const end = { x: place.x + place.width - 8, y: place.y + place.height - 7 };
  const count = { x: margin - 10, y: place.y + 17 };
  return [
    text(count, `${number}`, { anchor: "end", weight: "faint" }),
    box(place, color === undefined ? 0.05 : 0.18, color),
    ...sql.map((content, row) => text(at(row), content)),
    ...notes.map((content, row) =>
      text(at(sql.length + row), content, failed ? {} : { weight: "faint" }),
    ),
    until === undefined ? "" : text(end, `waits … ${outcome}`, { anchor: "end" }),
  ].join("\n");
}

/** The arrow from the end of somebody's transaction, also as the victim of a deadlock, to whom it lets go on. */
function drawRelease({ moment, ...place }: Place, places: readonly Place[]): string {
  const from = places[moment.until ?? -1];
  if (from === undefined || !isEnd(from.moment)) return "";
  const y = from.y + from.height / 2;
  const [start, end, leave] =
    from.x < place.x
      ? ([from.x + from.width, place.x, "right"] as const)
      : ([from.x, place.x + place.width, "left"] as const);
  return arrow(
    [
      { x: start, y },
      { x: end, y },
    ],
    { leave },
  );
}

function isEnd({ sql, outcome }: Moment): boolean {
  return /^(COMMIT|ROLLBACK)/.test(sql) || outcome.endsWith("DeadlockError");
}
