import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine } from "../../src/engine/index.js";
import { alias, type LoadOption, select } from "../../src/query/index.js";
import { Session } from "../../src/relationships/index.js";
import { runs, testDatabase } from "../support.js";
import { Base, type Book, Shelf } from "./bookshop.js";
import { Memory } from "./loading-memory.js";
import {
  type Branch,
  type Choices,
  choicesOf,
  classes,
  type Data,
  dataOf,
  type Filters,
  fill,
  filtersOf,
  graphOf,
  type Kind,
  keyOf,
  loadedGraph,
  optionOf,
  pathOf,
  type Row,
  relatedTo,
  relationOf,
  treeOf,
  withHow,
} from "./loading-model.js";

const test = suite("random loads");
const database = testDatabase(test);
let engine: Engine;
const sent: string[] = [];

test.before(async () => {
  engine = createEngine(database.url, { echo: (_line, { text }) => sent.push(text) });
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

/** The SELECTs since the last call. */
const taken = () => sent.splice(0).filter((text) => text.startsWith("SELECT"));
const none: Filters = new Map();

/** Runs work in a session of its own. */
async function inSession<R>(
  work: (session: Session) => Promise<R>,
  options: { autoflush?: boolean } = {},
): Promise<R> {
  const session = new Session(engine, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Which objects are selected: those above a number, one page of them, perhaps with another table beside. */
interface Page {
  readonly kind: Kind;
  readonly above: number;
  readonly descending: boolean;
  readonly limit: number | undefined;
  readonly offset: number | undefined;
  readonly beside: string | undefined;
}

function pageOf(kind: Kind, next: Choices): Page {
  const properties = Object.keys(classes[kind].r);
  const [above, descending] = [next() % 3, next() % 2 === 1];
  const [limit, offset, beside] = [next() % 5, next() % 4, next() % 6];
  return {
    ...{ kind, above, descending },
    limit: limit ? limit : undefined,
    offset: offset ? offset : undefined,
    beside: beside < 2 ? properties[beside] : undefined,
  };
}

const firstColumn = (kind: Kind) =>
  kind === "Shelf" ? Shelf.c.number : (classes[kind] as typeof Book).c.id;
const numberOf = ({ values }: Row) => Number(values.number ?? values.id);

function statementOf(
  { kind, above, descending, limit, offset, beside }: Page,
  options: LoadOption[],
) {
  const number = firstColumn(kind);
  const sorted = kind === "Shelf" ? [number, Shelf.c.room] : [number];
  let query = select(classes[kind] as typeof Book)
    .where(number.gt(above))
    .orderBy(...sorted.map((column) => (descending ? column.desc() : column.asc())))
    .options(...options);
  const target = beside && (classes[relationOf(kind, beside).to] as typeof Book);
  if (target) {
    query = query.leftJoin(pathOf(kind, beside) as never, alias(target, "beside")) as typeof query;
  }
  if (limit !== undefined) query = query.limit(limit);
  return offset === undefined ? query : query.offset(offset);
}

/** The rows of a page, as the database counts them; where a collection is joined, each object once. */
function rowsOf(data: Data, page: Page, branches: readonly Branch[]): Row[] {
  const { kind, above, descending, limit, offset = 0, beside } = page;
  const rows = data.rows[kind]
    .filter((row) => numberOf(row) > above)
    .sort((one, other) => numberOf(one) - numberOf(other) || (one.key < other.key ? -1 : 1));
  if (descending) rows.reverse();
  const repeated = rows.flatMap((row) => {
    const count = beside ? relatedTo(data, row, beside).length : 1;
    return Array.from({ length: Math.max(1, count) }, () => row);
  });
  const found = repeated.slice(offset, limit === undefined ? undefined : offset + limit);
  const repeats = (branch: Branch): boolean =>
    branch.joined &&
    (relationOf(branch.kind, branch.property).many === true || branch.nested.some(repeats));
  return branches.some(repeats) ? [...new Set(found)] : found;
}

/** Loads by the property `lazy`, level by level. */
async function loadLazily(objects: readonly object[], branches: readonly Branch[]): Promise<void> {
  for (const { property, nested } of branches) {
    const values = await Promise.all(
      objects.map(
        (object) => (object as { lazy: Record<string, Promise<unknown>> }).lazy[property],
      ),
    );
    const related = values.flat().filter((value) => value != null) as object[];
    await loadLazily([...new Set(related)], nested);
  }
}

/** One object for each row. */
function checkIdentity(
  objects: readonly object[],
  branches: readonly Branch[],
  seen = new Map(),
): void {
  for (const object of objects) {
    assert.is(seen.get(keyOf(object)) ?? object, object);
    seen.set(keyOf(object), object);
    for (const { property, nested } of branches) {
      const value = (object as Record<string, object[] | object | null>)[property] ?? [];
      checkIdentity([value].flat(), nested, seen);
    }
  }
}

const numbers = fc.array(fc.nat({ max: 999 }), { minLength: 60, maxLength: 160, size: "max" });
const kinds = fc.constantFrom(...(Object.keys(classes) as Kind[]));

test("the same graph by every way, with the statements that the law allows", async () => {
  const property = fc.asyncProperty(numbers, numbers, kinds, async (rows, choices, kind) => {
    const data = dataOf(choicesOf(rows));
    await fill(database.admin, database.name, data);
    const next = choicesOf(choices);
    const page = pageOf(kind, next);
    const filters = filtersOf(next);
    const tree = treeOf(kind, next, filters);
    const second = treeOf(kind, next, filters);
    const expected = (branches: readonly Branch[], given: Filters) =>
      rowsOf(data, page, branches).map((row) => graphOf(data, row, branches, given));
    const run = (session: Session, branches: readonly Branch[], given: Filters) =>
      session
        .scalars(
          statementOf(
            page,
            branches.map((each) => optionOf(each, given)),
          ),
        )
        .all();

    for (const [how, given] of [
      ["mixed", filters],
      ["mixed", none],
      ["selected", filters],
      ["joined", none],
    ] as const) {
      await inSession(async (session) => {
        const memory = new Memory(data, given);
        for (const branches of [withHow(tree, how), withHow(second, how)]) {
          taken();
          const objects = await run(session, branches, given);
          const texts = taken();
          const graphs = objects.map((object) => loadedGraph(object, branches, given));
          assert.equal(graphs, expected(branches, given), how);
          checkIdentity(objects, branches);
          const before = memory.statements;
          memory.select(rowsOf(data, page, branches), branches);
          assert.is(texts.length, memory.statements - before, `${how}:\n${texts.join("\n")}`);
        }
        assert.equal(session.dirty, []);
        assert.is(taken().length, 0);
      });
    }
    const branches = withHow(tree, "selected");
    if (branches.length === 0) return;
    const explicit = await inSession(async (session) => {
      const objects = await run(session, [], none);
      taken();
      await session.load(objects, ...(branches.map((each) => optionOf(each, filters)) as []));
      const count = taken().length;
      assert.equal(
        objects.map((object) => loadedGraph(object, branches, filters)),
        expected(branches, filters),
      );
      return count;
    });
    const memory = new Memory(data, filters);
    memory.select(rowsOf(data, page, []), branches);
    assert.is(explicit, memory.statements - 1);
    await inSession(async (session) => {
      const objects = await run(session, [], none);
      taken();
      await loadLazily([...new Set(objects)], branches);
      const whole = new Memory(data, none, true);
      whole.select(rowsOf(data, page, []), branches);
      assert.ok(taken().length <= whole.statements - 1);
      assert.equal(
        objects.map((object) => loadedGraph(object, branches, none)),
        expected(branches, none),
      );
    });
  });
  await fc.assert(property, { includeErrorInReport: true, numRuns: runs(25, 2000) });
});

test.run();
