import type { ExecuteEvent } from "../engine/events.js";
import { cut, type Displayable, display, parametersText, plainSql } from "./display.js";
import { drawTimeline } from "./timeline-drawing.js";
import { isFunction, type Lane, recordLanes, type Sent } from "./timeline-record.js";

export type { Lane } from "./timeline-record.js";

/** A statement on the time line. */
export interface Moment {
  /** Whose it is: a position in the list of lanes. */
  readonly lane: number;
  /** The statement, shortened for the eye. */
  readonly sql: string;
  /** Its parameters as code would write them; empty when there are none. */
  readonly values: string;
  /** What became of it: `→ 1 row`, `✗ DeadlockError`; empty for BEGIN and its like. */
  readonly outcome: string;
  readonly failed: boolean;
  /** When it had to wait: the position of the last moment of somebody else before it went on. */
  readonly until: number | undefined;
}

/** A time line, which shows itself as a picture. */
export interface Timeline extends Displayable {
  readonly lanes: readonly string[];
  readonly moments: readonly Moment[];
}

/**
 * Who sent what, and who waited for whom, while `work` ran: time goes down, each of the lanes has a column.
 *
 *     await timeline({ ada, grace }, async () => { await ada.get(Copy, 1, { lock: "update" }); … })
 *     await timeline({ desk: () => lend(1), counter: () => lend(2) })
 *
 * A lane that is a function is called, all at the same time, and what is sent by it is its own; otherwise a lane is
 * what its session or connection sends. Times are not to scale. An error is thrown when all have come to an end.
 */
export async function timeline(
  lanes: Readonly<Record<string, Lane>>,
  work: () => unknown = () => {},
): Promise<Timeline> {
  const parts = Object.values(lanes);
  const sent = await recordLanes(parts, async (enter) => {
    const runs = [work, ...parts.filter(isFunction)].map((run) => enter(parts.indexOf(run), run));
    const outcomes = await Promise.allSettled(runs);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  });
  return timelineOf(Object.keys(lanes), sent);
}

/** The time line of what was recorded. */
export function timelineOf(lanes: readonly string[], sent: readonly Sent[]): Timeline {
  const moments = sent.map((one): Moment => {
    const { text, parameters, error } = one.event;
    return {
      lane: one.lane as number,
      sql: shortSql(text),
      values: parametersText(parameters, 24),
      outcome: outcomeOf(one.event),
      failed: error !== undefined,
      until: waitOf(one, sent),
    };
  });
  const shown = display(drawTimeline(lanes, moments), timelineText(lanes, moments));
  return Object.assign(shown, { lanes, moments });
}

/** Shorter than this, in milliseconds, nobody has waited: statements that meet on the way overlap too. */
const shortest = 50;

/** The last moment of another lane that began while a statement had not come back. */
function waitOf({ lane, begin, end, event }: Sent, sent: readonly Sent[]): number | undefined {
  if ((event.milliseconds ?? 0) < shortest) return undefined;
  const isMeanwhile = (one: Sent) => one.lane !== lane && one.begin > begin && one.begin < end;
  const last = sent.map(isMeanwhile).lastIndexOf(true);
  return last === -1 ? undefined : last;
}

/** A statement without quotes, and without a long list of what is selected. */
function shortSql(text: string): string {
  const short = plainSql(text)
    .replace(/^SELECT .{20,}? FROM /, "SELECT … FROM ")
    .replace(
      /^UPDATE \(SELECT .*\) AS _changed STRAIGHT_JOIN/,
      "UPDATE (…) AS _changed STRAIGHT_JOIN",
    );
  return cut(short, 120);
}

function outcomeOf({ text, rowCount, error }: ExecuteEvent): string {
  if (error !== undefined) return `✗ ${(error as Error).name}`;
  if (rowCount === undefined || !/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(text)) return "";
  return `→ ${rowCount} ${rowCount === 1 ? "row" : "rows"}`;
}

/** One line for each moment: number, lane, statement, what became of it, and for what it waited. */
function timelineText(lanes: readonly string[], moments: readonly Moment[]): string {
  if (moments.length === 0) return "nothing was sent";
  const width = Math.max(...lanes.map((name) => name.length));
  const digits = String(moments.length).length;
  return moments
    .map(({ lane, sql, values, outcome, until }, index) => {
      const number = String(index + 1).padStart(digits);
      const waited = until === undefined ? "" : `(waited for ${until + 1})`;
      const name = (lanes[lane] ?? "").padEnd(width);
      return [number, name, [sql, values, outcome, waited].filter(Boolean).join(" ")].join("  ");
    })
    .join("\n");
}
