import { type Instance, instanceIn, instanceOf, type ObjectState } from "../mapping/instance.js";
import { type Displayable, display } from "./display.js";
import { objectName } from "./identity-map.js";
import { arrow, type Box, box, hue, svg, text, textWidth } from "./svg.js";
import { table } from "./table.js";

const states = ["transient", "pending", "persistent", "deleted", "detached"] as const;

/** The calls that move an object: first the way of most objects, then the ways back and past a state. */
const moves: readonly (readonly [from: ObjectState, call: string, to: ObjectState])[] = [
  ["transient", "add()", "pending"],
  ["pending", "flush()", "persistent"],
  ["persistent", "delete(), flush()", "deleted"],
  ["deleted", "commit()", "detached"],
  ["pending", "expunge(), rollback()", "transient"],
  ["deleted", "rollback()", "persistent"],
  ["persistent", "expunge(), close()", "detached"],
  ["detached", "add()", "persistent"],
];

/**
 * The five states of an object, the calls that move it from one to the next, and where these objects stand
 * now: `objectStates({ ada, notes })`, or without their names `objectStates(ada, notes)`. An object that was
 * loaded is persistent from the start.
 * @example
 * ```ts
 * const emma = await session.query(Book).filterBy({ title: "Emma" }).one();
 * const states = String(objectStates({ emma, fresh: new Tag({ name: "new" }) }));
 * console.log(states.includes("persistent"), states.includes("transient")); // true true
 * ```
 */
export function objectStates(...objects: readonly object[]): Displayable {
  const named = objects.flatMap(nameObjects);
  const here = (state: ObjectState) =>
    named.filter(([, instance]) => instance.state === state).map(([name]) => name);
  const ways = (state: ObjectState) => moves.filter(([from]) => from === state);
  const rows = states.map((state) => ({
    state,
    here: here(state).join(", "),
    "what moves it": ways(state)
      .map(([, call, to]) => `${call} → ${to}`)
      .join("; "),
  }));
  return display(drawStates(here), String(table(rows)));
}

/** Objects of mapped classes are named by class and key; those in a plain object by its properties. */
export function nameObjects(value: object): [name: string, instance: Instance][] {
  const instance = instanceIn(value);
  if (instance !== undefined) return [[objectName(instance), instance]];
  return Object.entries(value).map(([name, object]) => [name, instanceOf(object)]);
}

interface StateBox extends Box {
  readonly state: ObjectState;
  readonly names: readonly string[];
}

const top = 60;

/** The states side by side, in each the objects that are in it, and arrows between them. */
function drawStates(here: (state: ObjectState) => string[]): string {
  const height = 34 + 17 * Math.max(...states.map((state) => here(state).length));
  let x = 0;
  const boxes = states.map((state, index): StateBox => {
    const names = here(state);
    const width = Math.max(96, ...names.map((name) => textWidth(name) + 16));
    const one = { state, names, x, y: top, width, height };
    x += width + textWidth(moves[index]?.[1] ?? "") + 26;
    return one;
  });
  const width = Math.max(...boxes.map((one) => one.x + one.width));
  return svg({ width, height: top + height + 80 }, "The states of an object", [
    ...boxes.map(drawState),
    ...moves.map(([from, call, to]) =>
      drawMove(call, states.indexOf(from), states.indexOf(to), boxes),
    ),
  ]);
}

/** What is not in the database yet, what is, and what will be no more; the others have no colour. */
export const stateColors: Partial<Record<ObjectState, string>> = {
  pending: hue.orange,
  persistent: hue.green,
  deleted: hue.red,
};

function drawState({ state, names, ...place }: StateBox): string {
  const x = place.x + place.width / 2;
  const style = { anchor: "middle" } as const;
  return [
    box(place, names.length > 0 ? 0.2 : 0, stateColors[state]),
    text({ x, y: top + 21 }, state, { ...style, weight: "bold" }),
    ...names.map((name, index) => text({ x, y: top + 42 + 17 * index }, name, style)),
  ].join("\n");
}

/** To the next state straight, to the one before above the boxes, past a state below them. */
function drawMove(call: string, from: number, to: number, boxes: readonly StateBox[]): string {
  const [start, end] = [boxes[from], boxes[to]] as [StateBox, StateBox];
  const label = (x: number, y: number) =>
    text({ x, y }, call, { anchor: "middle", weight: "faint" });
  if (to === from + 1) {
    const [x, y] = [start.x + start.width, top + 17];
    return (
      arrow(
        [
          { x, y },
          { x: end.x, y },
        ],
        { leave: "right" },
      ) + label((x + end.x) / 2, y - 6)
    );
  }
  const [left, right] = [start, end].map((one) => one.x + one.width / 2) as [number, number];
  const middle = (left + right) / 2;
  if (to === from - 1) {
    const points = [left, right].map((x) => ({ x, y: top }));
    return arrow(points, { leave: "up", arrive: "down", bend: 52 }) + label(middle, top - 44);
  }
  const y = top + start.height;
  const bend = to > from ? 44 : 84;
  const points = [left + 18, right - 18].map((x) => ({ x, y }));
  return arrow(points, { leave: "down", arrive: "up", bend }) + label(middle, y + bend * 0.75 + 14);
}
