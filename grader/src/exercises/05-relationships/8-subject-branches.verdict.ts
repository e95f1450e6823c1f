import type { Exercise, Random, Sql } from "../../judge/exercise.js";

type Subject = { id: number; name: string; parentId: number | null };
type Move = { subject: number; to: number | null };

const gives = "gives the tree level by level";
const moves = "moves a subject with all that is below it";

/** So many different words. */
function words(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

/** A tree with so many subjects on each level below its root; each has its parent on the level above. */
async function plant(sql: Sql, random: Random, sizes: readonly number[]): Promise<Subject[]> {
  const count = sizes.reduce((sum, size) => sum + size, 1);
  const names = words(random, count + 2);
  const ids = random.shuffle(Array.from({ length: count + 2 }, (_, index) => index + 1));
  const next = (parentId: number | null): Subject => ({
    id: ids.pop() as number,
    name: names.pop() as string,
    parentId,
  });
  let above = [next(null)];
  const all = [...above];
  for (const size of sizes) {
    const parents = above;
    above = Array.from({ length: size }, () => next(random.pick(parents).id));
    all.push(...above);
  }
  // Another tree, of two subjects.
  const other = next(null);
  for (const { id, name, parentId } of [...all, other, next(other.id)]) {
    await sql("INSERT INTO subjects VALUES (?, ?, ?)", [id, name, parentId]);
  }
  return all;
}

const childrenOf = (all: readonly Subject[], parent: Subject): Subject[] =>
  all.filter(({ parentId }) => parentId === parent.id).sort((a, b) => (a.name < b.name ? -1 : 1));

/** The tree below a subject, level by level. */
function levels(all: readonly Subject[], root: Subject): Subject[][] {
  const found: Subject[][] = [];
  for (let level = [root]; level.length > 0; ) {
    found.push(level);
    level = level.flatMap((one) => childrenOf(all, one));
  }
  return found;
}

async function stored(sql: Sql): Promise<string[]> {
  const rows = await sql("SELECT id, parent_id FROM subjects ORDER BY id");
  return rows.map(({ id, parent_id }) => `${id} below ${parent_id}`);
}

const exercise: Exercise = {
  id: "5.8",
  async setup(sql) {
    await sql(
      `CREATE TABLE subjects (id INT PRIMARY KEY, name VARCHAR(100) NOT NULL, parent_id INT NULL,
         FOREIGN KEY (parent_id) REFERENCES subjects (id))`,
    );
  },
  tests: [
    {
      name: gives,
      points: 4,
      feedback:
        "The root first, then its children, then theirs, and so on. Children of one parent stand together, by name. Other trees don't belong to it.",
      async arrange({ random, sql }) {
        const all = await plant(sql, random, [3, 5, 4, 2]);
        const [root] = all as [Subject];
        const names = levels(all, root)
          .flat()
          .map(({ name }) => name);
        return { input: { root: root.id }, secret: { names, isRoot: true } };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "has the children of every subject in memory",
      points: 3,
      needs: gives,
      feedback:
        "After loadTree, children of each subject can be read without await; those of a leaf are an empty list.",
      async arrange({ random, sql }) {
        const all = await plant(sql, random, [2, 4, 3]);
        const [, root] = all as [Subject, Subject];
        const secret = levels(all, root)
          .flat()
          .map(
            (one) =>
              `${one.name}: ${childrenOf(all, one)
                .map(({ name }) => name)
                .join(", ")}`,
          );
        return { input: { root: root.id }, secret };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: moves,
      points: 4,
      feedback:
        "Only the parent of the moved subject should have changed in the table, and it should be committed. What is below it comes along by itself. With null, a subject stands at the top.",
      async arrange({ random, sql }) {
        const all = await plant(sql, random, [3, 4, 3]);
        const [root] = all as [Subject];
        const [first, second, third] = random.shuffle(childrenOf(all, root)) as [
          Subject,
          Subject,
          Subject,
        ];
        const list: Move[] = [
          { subject: first.id, to: second.id },
          { subject: third.id, to: null },
        ];
        const rows = await stored(sql);
        const after = rows.map((row) => {
          const move = list.find(({ subject }) => row.startsWith(`${subject} `));
          return move ? `${move.subject} below ${move.to}` : row;
        });
        const left = all.filter((one) => !levels(all, third).flat().includes(one));
        const names = left.map(({ name }) => name).sort();
        return { input: { root: root.id, moves: list }, secret: { after, names } };
      },
      async judge({ observation, secret, assert, sql }) {
        const { after, names } = secret as { after: string[]; names: string[] };
        assert.equal(await stored(sql), after, "the table");
        assert.equal(observation, names, "what is below the root, in memory");
      },
    },
    {
      name: "refuses to move a subject below itself",
      points: 3,
      needs: moves,
      feedback:
        "Not to itself, not to a child, and not to anything below that: a RangeError, and nothing is written. A brother or an uncle is fine.",
      async arrange({ random, sql }) {
        // A branch that is deep enough, and a subject beside it.
        const [a, b, c, d, e] = random.shuffle([1, 2, 3, 4, 5, 6, 7]) as number[] as [
          number,
          number,
          number,
          number,
          number,
        ];
        const parents = [null, a, b, c, b];
        for (const [index, id] of [a, b, c, d, e].entries()) {
          await sql("INSERT INTO subjects VALUES (?, ?, ?)", [id, random.word(), parents[index]]);
        }
        const list: Move[] = [
          { subject: b, to: d },
          { subject: b, to: b },
          { subject: a, to: c },
          { subject: c, to: e },
          { subject: b, to: e },
          { subject: d, to: a },
        ];
        const fine = [c, d];
        const secret = list.map(({ subject }, index) => {
          const isFine = fine.includes(subject) && index > 2;
          return { outcome: isFine ? "moved" : "RangeError", wrote: isFine };
        });
        return { input: { moves: list }, secret };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "takes one statement for each level",
      points: 3,
      hidden: true,
      needs: gives,
      feedback:
        "All subjects of a level are asked for together. The last level, of leaves, is asked for as well, as nobody knows before that it is the last.",
      async arrange({ random, sql }) {
        const all = await plant(sql, random, [4, 6, 5, 3]);
        const [root] = all as [Subject];
        return { input: { root: root.id }, secret: levels(all, root).length };
      },
      judge({ observation, secret, assert }) {
        const told = `A tree of ${secret} levels takes ${secret} statements. There were ${observation}.`;
        assert.ok(observation === secret, told);
      },
    },
    {
      name: "looks up, not down",
      points: 2,
      hidden: true,
      needs: moves,
      feedback:
        "To move a subject, only the parents above its new place have to be known, one after the other, and one row is written. How much lies below it must not matter.",
      async arrange({ random, sql }) {
        const all = await plant(sql, random, [2, 5, 8, 12]);
        const [root] = all as [Subject];
        const [first, second] = childrenOf(all, root) as [Subject, Subject];
        return { input: { moves: [{ subject: first.id, to: second.id }] } };
      },
      judge({ observation, assert }) {
        const [selects, updates] = observation as [number, number];
        const above = "Two subjects stand above the new place, the new parent and the root";
        assert.ok(selects <= 2, `${above}, and ${selects} SELECTs were sent.`);
        assert.ok(updates === 1, `One UPDATE is enough. There were ${updates}.`);
      },
    },
    {
      name: "keeps the children of both parents right",
      points: 1,
      hidden: true,
      needs: moves,
      feedback:
        "After a move all three should agree: the old parent, the new one, and the subject.",
      async arrange({ random, sql }) {
        const all = await plant(sql, random, [3, 3]);
        const [root] = all as [Subject];
        const [first, second, third] = random.shuffle(childrenOf(all, root)) as [
          Subject,
          Subject,
          Subject,
        ];
        const list: Move[] = [
          { subject: first.id, to: second.id },
          { subject: first.id, to: third.id },
          { subject: first.id, to: null },
        ];
        return { input: { root: root.id, moves: list } };
      },
      judge({ observation, assert }) {
        const moves = ["below another subject", "from there to a third", "to the top"];
        for (const [place, where] of moves.entries()) {
          const [old, held, parent, key, open] = (observation as boolean[][])[place] as boolean[];
          const moved = `A subject was moved ${where}.`;
          assert.ok(old === false, `${moved} The old parent's children still hold it.`);
          assert.ok(held === true, `${moved} The new parent's children do not hold it.`);
          assert.ok(parent === true, `${moved} It does not know its new parent.`);
          assert.ok(key === true, `${moved} It does not have the key of its new parent.`);
          assert.ok(open === false, `${moved} The transaction is still open.`);
        }
      },
    },
  ],
};

export default exercise;
