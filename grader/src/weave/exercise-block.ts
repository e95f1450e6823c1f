import { Failure } from "../base/failure.js";
import { type Fence, readReference } from "./fence.js";
import { at, type ExerciseBlock, type Place, type Reference } from "./model.js";
import { didYouMean } from "./nearest.js";

/** An exercise whose end has not been read yet. */
export class OpenExercise {
  readonly place: Place;
  readonly head: Head;
  /** Pieces of text between the fences, in order. */
  readonly statement: string[] = [];
  readonly hints: string[] = [];
  readonly parts = new Map<"starter" | "solution" | "why", string>();

  constructor(head: Head, place: Place) {
    this.head = head;
    this.place = place;
  }

  take(fence: Fence, content: string, place: Place): void {
    const text = content.replace(/\n$/, "");
    if (fence.kind === "hint") this.hints.push(text);
    else if (fence.kind === "starter" || fence.kind === "solution" || fence.kind === "why") {
      if (this.parts.has(fence.kind)) {
        throw new Failure(`${at(place)}: exercise ${this.head.id} has a second \`${fence.kind}\``);
      }
      this.parts.set(fence.kind, text);
    } else {
      throw new Failure(`${at(place)}: an exercise holds no cell and no output`, {
        remedy: "Show examples in a ```ts show fence, or put the cell after <!-- end exercise -->.",
      });
    }
  }
}

interface Head {
  id: string;
  title: string;
  kind: "use" | "build";
  points: number;
  minutes: number;
  name: string;
  reference?: Reference;
}

const keys = ["kind", "points", "minutes", "name", "weave"];

/** Reads `Exercise 1.1: Find a member {kind=use points=10 minutes=5 name=find-member}`. */
export function openExercise(heading: string, place: Place): OpenExercise {
  const match = /^Exercise\s+(\d+\.\d+):\s*(.+?)\s*\{(.*)\}$/.exec(heading);
  if (!match) {
    throw new Failure(`${at(place)}: the heading of the exercise is not understood`, {
      remedy: "Write ## Exercise 1.1: Title {kind=use points=10 minutes=5 name=find-member}",
    });
  }
  const [, id = "", title = "", list = ""] = match;
  const values = new Map<string, string>();
  for (const word of list.split(/\s+/).filter((part) => part !== "")) {
    const [key = "", ...rest] = word.split("=");
    if (!keys.includes(key)) {
      throw new Failure(`${at(place)}: an exercise has no \`${key}\``, {
        remedy: didYouMean(key, keys) || `Known are ${keys.join(", ")}.`,
      });
    }
    values.set(key, rest.join("="));
  }
  const kind = values.get("kind");
  if (kind !== "use" && kind !== "build") {
    throw new Failure(`${at(place)}: \`kind\` must be use or build`);
  }
  const weave = values.get("weave");
  if ((kind === "build") !== (weave !== undefined)) {
    throw new Failure(`${at(place)}: a build exercise, and no other, has \`weave=file.ts#name\``);
  }
  const name = values.get("name") ?? "";
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new Failure(`${at(place)}: \`name\` must be words of small letters joined by hyphens`);
  }
  const points = number(values, "points", place);
  const minutes = number(values, "minutes", place);
  const reference = weave === undefined ? {} : { reference: readReference(weave, place) };
  return new OpenExercise({ id, title, kind, points, minutes, name, ...reference }, place);
}

function number(values: Map<string, string>, key: string, place: Place): number {
  const text = values.get(key) ?? "";
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Failure(`${at(place)}: \`${key}\` must be a whole number above 0`);
}

/** Called at `<!-- end exercise -->`: an exercise is whole, or the author hears what it lacks. */
export function finishExercise(open: OpenExercise): ExerciseBlock {
  const { head, place, parts, hints } = open;
  const lacks = (what: string) => new Failure(`${at(place)}: exercise ${head.id} ${what}`);
  const why = parts.get("why");
  if (!why) throw lacks("has no ```why fence");
  if (hints.length !== 3) throw lacks(`has ${hints.length} hints; it needs 3`);
  if (open.statement.length === 0) throw lacks("has no statement");
  const starter = parts.get("starter");
  const solution = parts.get("solution");
  if (head.kind === "use" && (!starter || !solution)) {
    throw lacks("needs a ```ts starter and a ```ts solution fence");
  }
  if (head.kind === "build" && solution) {
    throw lacks("is a build exercise: its solution comes from orm/src, so it takes none here");
  }
  return {
    kind: "exercise",
    exercise: head.kind,
    id: head.id,
    title: head.title,
    points: head.points,
    minutes: head.minutes,
    name: head.name,
    ...(head.reference && { reference: head.reference }),
    statement: open.statement.join("\n\n"),
    ...(starter !== undefined && { starter }),
    ...(solution !== undefined && { solution }),
    why,
    hints,
    place,
  };
}
