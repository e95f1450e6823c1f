import { arrow, type Box, box, hue, svg, text, textWidth } from "./svg.js";
import type { Moment } from "./timeline.js";

const laneWidth = 350;
const gap = 26;
const line = 16;
const head = 30;
/** How many characters fit into a line of a lane. */
const most = Math.floor((laneWidth - 16) / textWidth("m"));

/** The room of a moment: from its top to the bottom of its statement, and for one that waits to where it goes on. */
interface Place extends Box {
  readonly lines: readonly string[];
}

/** The time line as a drawing: a column for each lane, time going down, who waits in a box that grows. */
export function drawTimeline(lanes: readonly string[], moments: readonly Moment[]): string {
  const places = placeMoments(moments);
  const height = Math.max(head, ...places.map(({ y, height }) => y + height)) + 10;
  const width = lanes.length * (laneWidth + gap) - gap;
  const parts = [
    ...lanes.map((name, lane) => {
      const own = places.filter((_, index) => moments[index]?.lane === lane);
      return drawLane(name, lane, own, height);
    }),
    ...moments.map((moment, index) => drawMoment(moment, places[index] as Place)),
    ...moments.map((moment, index) => drawRelease(moment, index, moments, places)),
  ];
  return svg({ width, height }, `A time line of ${lanes.join(" and ")}`, parts);
}

/** One below the other, in the order in which they began; one that waits reaches down to what it waits for. */
function placeMoments(moments: readonly Moment[]): Place[] {
  let y = head + 8;
  const rows = moments.map(({ lane, sql, values, outcome, until }) => {
    const last = until === undefined ? [values, outcome] : [values];
    const lines = [...wrap(sql), last.filter(Boolean).join("  ")].filter(Boolean);
    const place = { x: lane * (laneWidth + gap), y, width: laneWidth, lines };
    const height = lines.length * line + 10;
    y += height + 8;
    return { ...place, height };
  });
  return rows.map((place, index) => {
    const last = rows[moments[index]?.until ?? index] as Place;
    // Somewhat further: it goes on after that.
    const bottom = last === place ? place.y + place.height : last.y + last.height + 4;
    return { ...place, height: bottom - place.y };
  });
}

/** A text in lines of the width of a lane. */
function wrap(content: string): string[] {
  const lines: string[] = [];
  for (const word of content.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (lines.length > 0 && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The name of a lane, and the line that joins its boxes. */
function drawLane(name: string, lane: number, places: readonly Place[], height: number): string {
  const middle = lane * (laneWidth + gap) + laneWidth / 2;
  let y = head;
  const rails = [...places, { y: height, height: 0 }].map((place) => {
    const path = `<path d="M${middle} ${y}V${place.y}" stroke="currentColor" stroke-opacity=".4" stroke-dasharray="3 4"/>`;
    y = place.y + place.height;
    return path;
  });
  const title = text({ x: middle, y: 17 }, name, { anchor: "middle", weight: "bold" });
  return [title, ...rails].join("\n");
}

function drawMoment({ failed, until, outcome, values }: Moment, place: Place): string {
  const color = failed ? hue.red : until === undefined ? undefined : hue.orange;
  const faint = values !== "" || (outcome !== "" && until === undefined);
  const rows = place.lines.map((content, index) => {
    const at = { x: place.x + 8, y: place.y + 17 + index * line };
    const isLast = faint && index === place.lines.length - 1;
    return text(at, content, isLast && !failed ? { weight: "faint" } : {});
  });
  const end = { x: place.x + place.width - 8, y: place.y + place.height - 7 };
  const waits = until === undefined ? "" : text(end, `waits … ${outcome}`, { anchor: "end" });
  return [box(place, color === undefined ? 0.05 : 0.18, color), ...rows, waits].join("\n");
}

/** The arrow from the end of somebody's transaction to the one that it lets go on. */
function drawRelease(
  { until, lane }: Moment,
  index: number,
  moments: readonly Moment[],
  places: readonly Place[],
): string {
  const [from, to] = [places[until ?? -1], places[index]];
  if (from === undefined || to === undefined) return "";
  if (!/^(COMMIT|ROLLBACK)/.test(moments[until ?? -1]?.sql ?? "")) return "";
  const isRight = (moments[until ?? -1]?.lane ?? 0) < lane;
  const y = from.y + from.height / 2;
  const start = { x: isRight ? from.x + from.width : from.x, y };
  const end = { x: isRight ? to.x : to.x + to.width, y };
  return arrow([start, end], { leave: isRight ? "right" : "left" });
}
