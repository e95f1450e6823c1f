import type { FlushPlan, FlushStep } from "../session/plan.js";
import { rowsText, type StepOrder, stepOrders, stepText } from "./flush-steps.js";
import { layOut } from "./layout.js";
import { arrow, type Box, box, hue, type Point, svg, text, textWidth } from "./svg.js";

const colors: Record<FlushStep["kind"], string> = {
  insert: hue.green,
  link: hue.green,
  update: hue.orange,
  delete: hue.red,
  unlink: hue.red,
};

/** A step as it is drawn. */
interface StepBox extends Box {
  readonly step: FlushStep;
  readonly texts: readonly string[];
  /** Of the arrows that leave it. */
  readonly reasons: readonly string[];
}

/** The steps in layers from top to bottom; below each box stand the reasons of the arrows that leave it. */
export function drawPlan(plan: FlushPlan): string {
  const orders = stepOrders(plan);
  const steps = plan.steps.map((step, index) => stepBox(step, index, orders));
  const most = Math.max(0, ...steps.map(({ reasons }) => reasons.length));
  const widths = steps.map(({ width, reasons }) =>
    Math.max(width, ...reasons.map((reason) => width / 2 + textWidth(reason) + 8)),
  );
  // The layout goes from left to right; x and y change places, so that it goes from top to bottom.
  const layout = layOut(
    widths.map((width) => [44, width]),
    orders,
    40 + 16 * most,
  );
  const turned = (at: Point | undefined) => ({ x: at?.y ?? 0, y: at?.x ?? 0 });
  const boxes = steps.map((one, index) => ({ ...one, ...turned(layout.boxes[index]) }));
  // An arrow that crosses a layer goes straight past the reasons there too: they would be struck through.
  const past = (at: Point, index: number) =>
    index % 2 === 0 ? [at] : [at, { x: at.x, y: at.y + 6 + 16 * most }];
  const arrows = orders.map(({ from, to }, index) => {
    const bends = layout.bends[index]?.map(turned).flatMap(past);
    return drawOrder(boxes[from] as StepBox, boxes[to] as StepBox, bends);
  });
  const size = { width: layout.height, height: layout.width };
  return svg(size, "The plan of a flush", [...arrows, ...boxes.map(drawStep)]);
}

function stepBox(step: FlushStep, index: number, orders: readonly StepOrder[]): StepBox {
  const reasons = orders.filter(({ from }) => from === index).map(({ reason }) => reason);
  const texts = [`${index + 1}  ${stepText(step)}`, rowsText(step)];
  const width = Math.max(...texts.map(textWidth)) + 20;
  return { step, texts, reasons: [...new Set(reasons)], x: 0, y: 0, width, height: 44 };
}

function drawStep({ step, texts, reasons, ...place }: StepBox): string {
  const { x, y, width, height } = place;
  return [
    box(place, 0.15, colors[step.kind]),
    text({ x: x + 10, y: y + 18 }, texts[0] ?? "", { weight: "bold" }),
    text({ x: x + 10, y: y + 35 }, texts[1] ?? ""),
    ...reasons.map((reason, index) =>
      text({ x: x + width / 2 + 8, y: y + height + 17 + index * 16 }, reason, { weight: "faint" }),
    ),
  ].join("\n");
}

function drawOrder(first: StepBox, last: StepBox, bends: readonly Point[] = []): string {
  const start = { x: first.x + first.width / 2, y: first.y + first.height };
  // Straight past the reasons, before it turns.
  const turn = { x: start.x, y: start.y + 6 + 16 * first.reasons.length };
  const end = { x: last.x + last.width / 2, y: last.y };
  return arrow([start, turn, ...bends, end], { leave: "down" });
}
