import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine } from "../../src/engine/index.js";
import { select } from "../../src/query/index.js";
import { Session } from "../../src/relationships/index.js";
import { runs, testDatabase } from "../support.js";
import { Base, Book, Topic } from "./bookshop.js";
import {
  type Choices,
  choicesOf,
  classes,
  type Data,
  dataOf,
  type Filters,
  fill,
  type Graph,
  graphOf,
  type Kind,
  keyOf,
  loadedGraph,
  newRow,
  optionOf,
  type Row,
  relatedTo,
  relationOf,
  relations,
  treeOf,
  withHow,
} from "./loading-model.js";

const test = suite("random loads beside changes");
const database = testDatabase(test);
let engine: Engine;
const sent: string[] = [];

test.before(async () => {
  engine = createEngine(database.url, { echo: (_line, { text }) => sent.push(text) });
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

const none: Filters = new Map();
const numbers = fc.array(fc.nat({ max: 999 }), { minLength: 60, maxLength: 160, size: "max" });
const allKinds = Object.keys(classes) as Kind[];
const kinds = fc.constantFrom(...allKinds);
const pick = <T>(items: readonly T[], number: number) => items[number % (items.length || 1)];

type Open = Record<string, unknown> & { readonly lazy: Record<string, Promise<unknown>> };
type Many = object[] & { remove(item: object): boolean };

const unordered = ([key, ...parts]: Graph): Graph => [
  key,
  ...parts.map((graphs) => graphs.map(unordered).sort(([one], [other]) => (one < other ? -1 : 1))),
];

/** The foreign keys that say what a to-one points at. */
const keyColumns: Partial<Record<Kind, [property: string, columns: readonly string[]]>> = {
  Author: ["publisher", ["publisherId"]],
  Book: ["author", ["authorId"]],
  Topic: ["parent", ["parentId"]],
  Item: ["shelf", ["shelfRoom", "shelfNumber"]],
};

function point(child: Row, parent: Row | undefined): void {
  const [, columns] = keyColumns[child.kind] ?? ["", []];
  const key = parent ? [parent.values.room ?? parent.values.id, parent.values.number] : [];
  for (const [index, column] of columns.entries()) child.values[column] = key[index] ?? null;
}

/** Puts two rows together in a table between, or takes them apart. */
function link(data: Data, owner: Row, property: string, other: Row, isIn: boolean): void {
  const { links } = relationOf(owner.kind, property);
  if (links === undefined) return;
  const pair = owner.kind === "Tag" ? [other.key, owner.key] : [owner.key, other.key];
  const rest = data.links[links].filter(([one, end]) => one !== pair[0] || end !== pair[1]);
  data.links[links] = isIn ? [...rest, pair as [string, string]] : rest;
}

interface World {
  readonly session: Session;
  readonly data: Data;
}

const object = async ({ session }: World, { kind, values }: Row) =>
  (await session.get(
    classes[kind] as typeof Book,
    (kind === "Shelf" ? [values.room, values.number] : values.id) as number,
  )) as unknown as Open;

const isNew = ({ values }: Row) => Number(values.id) > 100;

const changes = {
  /** Sets a to-one, that may be in memory or not. */
  async point(world: World, next: Choices) {
    const kind = pick(Object.keys(keyColumns) as Kind[], next()) as Kind;
    const [property] = keyColumns[kind] as [string, readonly string[]];
    const child = pick(
      world.data.rows[kind].filter((row) => !isNew(row)),
      next(),
    );
    const all = world.data.rows[relationOf(kind, property).to].filter((row) => !isNew(row));
    const parent = kind === "Book" || next() % 4 ? pick(all, next()) : undefined;
    if (!child || (kind === "Book" && !parent)) return;
    (await object(world, child))[property] = parent ? await object(world, parent) : null;
    point(child, parent);
  },
  /** Puts two objects together by a collection of one of them, or takes them apart. */
  async pair(world: World, next: Choices) {
    const [kind, property] = pick(
      [
        ["Book", "tags"],
        ["Tag", "books"],
        ["Topic", "related"],
        ["Shelf", "topics"],
      ] as [Kind, string][],
      next(),
    ) as [Kind, string];
    const owner = pick(
      world.data.rows[kind].filter((row) => !isNew(row)),
      next(),
    );
    const others = world.data.rows[relationOf(kind, property).to].filter((row) => !isNew(row));
    const other = pick(others, next());
    if (!owner || !other) return;
    const members = (await (await object(world, owner)).lazy[property]) as Many;
    const member = await object(world, other);
    const isIn = members.includes(member);
    assert.is(isIn, relatedTo(world.data, owner, property).includes(other));
    if (isIn) members.remove(member);
    else members.push(member);
    link(world.data, owner, property, other, !isIn);
  },
  /** A new object, of which its parent hears only where that is loaded. */
  async make(world: World, next: Choices) {
    const kind: Kind = next() % 2 ? "Book" : "Topic";
    const { rows } = world.data;
    const parent = pick(
      rows[kind === "Book" ? "Author" : "Topic"].filter((row) => !isNew(row)),
      next(),
    );
    if (!parent) return;
    const id = 101 + rows[kind].length;
    const other = (await object(world, parent)) as never;
    const made =
      kind === "Book"
        ? new Book({ id, title: `new${id}`, price: "1.00", author: other })
        : new Topic({ id, name: `new${id}`, parent: other });
    world.session.add(made);
    const values =
      kind === "Book" ? { id, title: `new${id}`, price: "1.00" } : { id, name: `new${id}` };
    const row = newRow(kind, values);
    point(row, parent);
    rows[kind].push(row);
  },
};

async function inSession<R>(work: (session: Session) => Promise<R>, autoflush = true): Promise<R> {
  const session = new Session(engine, { autoflush });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** All that the database holds is what the model says. */
async function checkDatabase(data: Data): Promise<void> {
  for (const kind of allKinds) {
    const branches = Object.keys(relations[kind]).map((property) => ({
      ...{ kind, property, joined: false, nested: [] },
    }));
    await inSession(async (session) => {
      const options = branches.map((branch) => optionOf(branch, none));
      const statement = select(classes[kind] as typeof Book).options(...options);
      const objects = await session.scalars(statement).all();
      const graphs = objects.map((one) => unordered(loadedGraph(one, branches, none)));
      const expected = data.rows[kind].map((row) => unordered(graphOf(data, row, branches, none)));
      const byKey = ([one]: Graph, [other]: Graph) => (one < other ? -1 : 1);
      assert.equal(graphs.sort(byKey), expected.sort(byKey));
    });
  }
}

test("changes that were not flushed are seen in all that is loaded later, and written", async () => {
  const property = fc.asyncProperty(numbers, numbers, kinds, async (rows, choices, kind) => {
    const next = choicesOf(choices);
    const how = pick(["mixed", "joined", "selected"] as const, next()) as "mixed";
    const data = dataOf(choicesOf(rows));
    await fill(database.admin, database.name, data);
    await inSession(async (session) => {
      const world = { session, data };
      const load = async (first: Kind) => {
        const branches = withHow(treeOf(first, next, none), how);
        const options = branches.map((branch) => optionOf(branch, none));
        const query = select(classes[first] as typeof Book);
        const objects = (await session.scalars(query.options(...options)).all()) as object[];
        const stored = data.rows[first].filter((row) => !isNew(row));
        const found = new Map(objects.map((one) => [keyOf(one), one]));
        for (const row of stored) {
          assert.equal(
            unordered(loadedGraph(found.get(row.key) as object, branches, none)),
            unordered(graphOf(data, row, branches, none)),
            how,
          );
        }
      };
      if (next() % 2) await load(pick(allKinds, next()) as Kind);
      for (let count = next() % 6; count >= 0; count -= 1) {
        const change = pick(Object.values(changes), next()) as (typeof changes)["point"];
        await change(world, next);
      }
      await load(kind);
      await load(pick(allKinds, next()) as Kind);
      await session.commit();
    }, false);
    await checkDatabase(data);
  });
  await fc.assert(property, {
    includeErrorInReport: true,
    numRuns: runs(25, 2000),
    endOnFailure: true,
  });
});

const parts: [Kind, string][] = [
  ["Publisher", "authors"],
  ["Topic", "children"],
  ["Topic", "related"],
  ["Tag", "books"],
  ["Book", "tags"],
  ["Shelf", "items"],
  ["Shelf", "topics"],
];

test("of a part of a collection, a flush writes what was added and removed, and nothing else", async () => {
  const property = fc.asyncProperty(
    numbers,
    numbers,
    fc.constantFrom(...parts),
    async (rows, choices, [kind, property]) => {
      const next = choicesOf(choices);
      const data = dataOf(choicesOf(rows));
      await fill(database.admin, database.name, data);
      const filter = next() % 2 ? { above: 1 + (next() % 3) } : { limit: 1 + (next() % 2) };
      const filters: Filters = new Map([[`${kind}.${property}`, filter]]);
      const branch = { kind, property, joined: false, nested: [] };
      await inSession(async (session) => {
        const statement = select(classes[kind] as typeof Book).options(optionOf(branch, filters));
        const owners = (await session.scalars(statement).all()) as unknown as Open[];
        sent.length = 0;
        let changed = 0;
        for (let count = next() % 5; count > 0; count -= 1) {
          const owner = pick(owners, next());
          const row = data.rows[kind].find(({ key }) => owner && key === keyOf(owner));
          const other = pick(data.rows[relationOf(kind, property).to], next());
          if (!owner || !row || !other) continue;
          const members = owner[property] as Many;
          const member = await object({ session, data }, other);
          const isIn = relatedTo(data, row, property).includes(other);
          // One that is there, but not in this part, cannot be added.
          if (isIn !== members.includes(member)) continue;
          if (isIn) members.remove(member);
          else members.push(member);
          changed += 1;
          if (relationOf(kind, property).links) link(data, row, property, other, !isIn);
          else point(other, isIn ? undefined : row);
        }
        await session.flush();
        const writes = sent.filter((text) => /^(INSERT|UPDATE|DELETE)/.test(text));
        if (changed === 0) assert.equal(writes, []);
        await session.load(owners as never[], optionOf(branch, none) as never);
        for (const owner of owners) {
          const row = data.rows[kind].find(({ key }) => key === keyOf(owner)) as Row;
          assert.equal(
            unordered(loadedGraph(owner, [branch], none)),
            unordered(graphOf(data, row, [branch], none)),
          );
        }
        await session.commit();
      });
      await checkDatabase(data);
    },
  );
  await fc.assert(property, { includeErrorInReport: true, numRuns: runs(20, 2000) });
});

test.run();
