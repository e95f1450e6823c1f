import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ExecuteEvent } from "../engine/events.js";
import type { CompiledSql } from "../engine/index.js";
import { gatherWork } from "../session/flush.js";
import type { FlushPlan } from "../session/plan.js";
import type { Session } from "../session/session.js";
import { planFlush } from "../session/unit-of-work.js";
import { codeText, cut, type Displayable, display, escapeHtml } from "./display.js";
import { drawPlan } from "./flush-drawing.js";
import { planText } from "./flush-steps.js";

/**
 * What the next flush of a session would do, as a graph: a box for each step, in the order of their numbers,
 * and arrows from what must come first, with the foreign key that asks for it. Nothing is sent.
 */
export function flushPlan(session: Session): Displayable {
  const plan = planOf(session);
  return display(drawPlan(plan), planText(plan));
}

function planOf({ state }: Session): FlushPlan {
  try {
    return planFlush(gatherWork(state));
  } finally {
    // It was only a look: what will be deleted is still persistent.
    for (const instance of state.removed) instance.state = "persistent";
  }
}

/**
 * Flushes a session, and shows the plan beside the SQL that it became, with the parameters:
 * `await showFlush(session)`.
 */
export async function showFlush(session: Session): Promise<Displayable> {
  const plan = planOf(session);
  const statements = await recordStatements(() => session.flush());
  const items = statements.map(
    (one) => `<li><pre style="white-space:pre-wrap">${escapeHtml(statementText(one))}</pre></li>`,
  );
  return display(
    `${drawPlan(plan)}<ol>${items.join("")}</ol>`,
    [planText(plan), ...statements.map(statementText)].join("\n\n"),
  );
}

/** The statements that are sent while `work` runs, by it alone. */
export async function recordStatements(work: () => Promise<unknown>): Promise<ExecuteEvent[]> {
  const statements: ExecuteEvent[] = [];
  const own = new AsyncLocalStorage<true>();
  const record = (event: unknown) => {
    if (own.getStore()) statements.push(event as ExecuteEvent);
  };
  subscribe("tracing:ormlet:execute:start", record);
  try {
    await own.run(true, work);
  } finally {
    unsubscribe("tracing:ormlet:execute:start", record);
  }
  return statements;
}

/** A statement and its parameters, each cut when it is long. */
function statementText({ text, parameters }: CompiledSql): string {
  const shown = parameters.slice(0, 12).map((value) => cut(codeText(value), 60));
  const more = parameters.length - shown.length;
  if (more > 0) shown.push(`… and ${more} more`);
  return [cut(text, 400), ...(shown.length > 0 ? [`  [${shown.join(", ")}]`] : [])].join("\n");
}
