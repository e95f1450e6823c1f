import type { CompiledSql } from "../engine/index.js";
import { isPointedAt } from "../mapping/accessors.js";
import type { Instance } from "../mapping/instance.js";
import { cascadeOf } from "../mapping/relationship.js";
import { isUnknown } from "../relationships/delete-cascade.js";
import { membersOf } from "../relationships/members.js";
import { isMoved, orphansOf } from "../relationships/orphans.js";
import { gatherWork } from "../session/flush.js";
import type { FlushPlan } from "../session/plan.js";
import type { Session } from "../session/session.js";
import type { SessionState } from "../session/state.js";
import { planFlush } from "../session/unit-of-work.js";
import { cut, type Displayable, display, escapeHtml, parametersText, remark } from "./display.js";
import { drawPlan } from "./flush-drawing.js";
import { planText } from "./flush-steps.js";
import { recordStatements } from "./statements.js";

/**
 * What the next flush of a session would do, as a graph: a box for each step, in the order of their numbers,
 * and arrows from what must come first, with the foreign key that asks for it. Nothing is sent; a line says so
 * when the flush will load more to delete, which {@link showFlush} draws.
 * @example
 * ```ts
 * session.add(new Author({ name: "Anne Brontë", books: [new Book({ title: "Agnes Grey" })] }));
 * console.log(String(flushPlan(session)).includes("authors")); // true
 * ```
 */
export function flushPlan(session: Session): Displayable {
  const { state } = session;
  const plan = planOf(state);
  const more = [...goneWith(state)].some(holdsUnknown) ? moreText : "";
  const lines = [planText(plan), more].filter(Boolean);
  return display(drawPlan(plan) + remark(more), lines.join("\n"));
}

const moreText =
  "Not drawn: what the flush loads first, because it is deleted or let go along with these.";

/** What a flush would delete, as far as it is in memory: orphans too, and what a cascade holds. */
function goneWith(state: SessionState): Set<Instance> {
  const gone = new Set([...state.removed, ...orphansOf(state)]);
  for (const holder of gone) {
    for (const relationship of holder.mapper.relationships.values()) {
      if (!cascadeOf(relationship).has("delete")) continue;
      for (const child of membersOf(holder.values[relationship.position])) {
        if (!isMoved(state, { child, holder, relationship })) gone.add(child);
      }
    }
  }
  return gone;
}

/** Whether a flush that deletes this row would load what it holds. */
function holdsUnknown(row: Instance): boolean {
  return [...row.mapper.relationships.values()].some((relationship) => {
    const isHeld = relationship.kind !== "manyToMany" && isPointedAt(row.mapper, relationship);
    const isAsked = isHeld || cascadeOf(relationship).has("delete");
    return isAsked && !relationship.options.passiveDeletes && isUnknown(row, relationship);
  });
}

/** The plan for what a session holds now. It is only a look: afterwards all is as it was. */
function planOf(state: SessionState): FlushPlan {
  const { pending, removed } = state;
  const before = [...pending];
  const along = [...goneWith(state)].filter(
    (one) => one.owner === state.owner && !removed.has(one),
  );
  for (const one of along) if (!pending.delete(one)) removed.add(one);
  const states = Array.from(removed, (one) => [one, one.state] as const);
  try {
    return planFlush(gatherWork(state));
  } finally {
    for (const [one, was] of states) one.state = was;
    for (const one of along) removed.delete(one);
    const order = new Set([...before, ...pending]);
    pending.clear();
    for (const one of order) pending.add(one);
  }
}

/**
 * Flushes a session, and shows the plan beside the SQL that it became, with the parameters:
 * `await showFlush(session)`.
 */
export async function showFlush(session: Session): Promise<Displayable> {
  const { state } = session;
  const own = state.plan;
  let plan: FlushPlan = { steps: [] };
  // The picture is made within the flush: when what goes along with a delete was found.
  const prepare = async () => {
    await own.prepare(state);
    plan = planOf(state);
  };
  const statements = await recordStatements(async () => {
    try {
      Object.assign(state, { plan: { ...own, prepare } });
      await session.flush();
    } finally {
      Object.assign(state, { plan: own });
    }
  });
  const items = statements.map(
    (one) => `<li><pre style="white-space:pre-wrap">${escapeHtml(statementText(one))}</pre></li>`,
  );
  return display(
    `${drawPlan(plan)}<ol>${items.join("")}</ol>`,
    [planText(plan), ...statements.map(statementText)].join("\n\n"),
  );
}

/** A statement and its parameters, each cut when it is long. */
function statementText({ text, parameters }: CompiledSql): string {
  const values = parametersText(parameters, 60);
  return [cut(text, 400), ...(values === "" ? [] : [`  ${values}`])].join("\n");
}
