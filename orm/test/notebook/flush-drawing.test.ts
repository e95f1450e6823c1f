import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine } from "../../src/engine/index.js";
import {
  declarativeBase,
  integer,
  manyToOne,
  oneToMany,
  Session,
  varchar,
} from "../../src/index.js";
import { flushPlan } from "../../src/notebook/index.js";
import { type Point, textWidth } from "../../src/notebook/svg.js";
import { testDatabase } from "../support.js";
import { bundle } from "./classes.js";

const test = suite("the drawing of a flush");
const database = testDatabase(test);

const Base = declarativeBase();

class Subject extends Base.mapped("subjects", {
  id: integer().primaryKey(),
  name: varchar(50),
  parentId: integer().nullable().references("subjects.id"),
  parent: manyToOne<Subject>("Subject", { backPopulates: "children" }),
  children: oneToMany<Subject>("Subject", { backPopulates: "parent", cascade: "all" }),
}) {}

test("no arrow goes through the reason of another", async () => {
  const engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
  const session = new Session(engine);
  try {
    // Each level has to go before all above it, so one arrow crosses the level between.
    const leaf = new Subject({ name: "Algebra" });
    const root = new Subject({
      name: "Sciences",
      children: [new Subject({ name: "Mathematics", children: [leaf] })],
    });
    session.add(root);
    await session.commit();
    session.delete(root);
    const { html } = bundle(flushPlan(session));
    const reasons = [...html.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]* → [^<]*)</g)];
    const arrows = [...html.matchAll(/<path d="(M[^"]* C[^"]*)"/g)].map(([, path]) =>
      pointsOf(path as string),
    );
    assert.is(reasons.length, 2);
    assert.is(arrows.length, 3);
    for (const [, x, y, reason] of reasons) {
      const [left, base] = [Number(x), Number(y)];
      const right = left + textWidth(reason as string);
      const within = arrows.flat().filter((at) => {
        return at.x >= left && at.x <= right && at.y >= base - 9 && at.y <= base + 2;
      });
      assert.equal(within, [], reason);
    }
  } finally {
    await session.close();
    await engine.dispose();
  }
});

/** Points of a path of cubic curves, close to each other. */
function pointsOf(path: string): Point[] {
  const given = path.match(/-?[\d.]+/g)?.map(Number) ?? [];
  const pairs = given.flatMap((x, at) => (at % 2 === 0 ? [{ x, y: given[at + 1] as number }] : []));
  const found: Point[] = [];
  for (let at = 0; at + 3 < pairs.length; at += 3) {
    const [start, leave, arrive, end] = pairs.slice(at, at + 4) as [Point, Point, Point, Point];
    for (let step = 0; step <= 40; step++) {
      const t = step / 40;
      const along = (key: keyof Point) =>
        (1 - t) ** 3 * start[key] +
        3 * (1 - t) ** 2 * t * leave[key] +
        3 * (1 - t) * t ** 2 * arrive[key] +
        t ** 3 * end[key];
      found.push({ x: along("x"), y: along("y") });
    }
  }
  return found;
}

test.run();
