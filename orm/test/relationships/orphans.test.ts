import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Session } from "../../src/relationships/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf } from "../support.js";
import {
  Base,
  Box,
  Folder,
  Line,
  Mark,
  Order,
  Owner,
  Pet,
  Profile,
  Thing,
  User,
} from "./cascade-library.js";
import { openRecorded } from "./library.js";

const test = suite("orphans");
const recorder = openRecorded(test, Base);
const { database } = recorder;
let session: Session;

test.before.each(() => {
  session = new Session(recorder.engine);
});
test.after.each(() => session.close());

const line = (text: string) => new Line({ text, marks: [new Mark()] });

/** One order with two lines, which have a mark each, and an empty one; stored and in memory. */
async function orders() {
  const [a, b] = [line("a"), line("b")];
  const [full, empty] = [new Order({ lines: [a, b] }), new Order({ lines: [] })];
  session.addAll([full, empty]);
  await session.commit();
  recorder.take();
  return { full, empty, a, b };
}

test("a line that is taken out is deleted, with what hangs on it", async () => {
  const { full, a } = await orders();
  full.lines.remove(a);
  await session.commit();
  assert.equal(recorder.take(), [
    "DELETE FROM `marks` WHERE `id` IN (?) [1]",
    "DELETE FROM `order_lines` WHERE `id` IN (?) [1]",
  ]);
  assert.equal([full.lines.length, inspect(a).state], [1, "detached"]);
});

test("so is one that is taken out by its own side, by replacing all, or with a new session", async () => {
  const { full, a, b } = await orders();
  a.order = null;
  await session.commit();
  assert.equal(recorder.take(), [
    "DELETE FROM `marks` WHERE `id` IN (?) [1]",
    "DELETE FROM `order_lines` WHERE `id` IN (?) [1]",
  ]);
  const c = line("c");
  full.lines.replace([c]);
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `order_lines` (`text`, `order_id`) VALUES (?, ?) ["c",1]',
    "INSERT INTO `marks` (`line_id`) VALUES (?) [3]",
    "DELETE FROM `marks` WHERE `id` IN (?) [2]",
    "DELETE FROM `order_lines` WHERE `id` IN (?) [2]",
  ]);
  assert.is(inspect(b).state, "detached");
  await session.close();
  session = new Session(recorder.engine);
  const known = (await session.get(Line, 3)) as Line;
  const order = (await session.get(Order, 1)) as Order;
  await session.load([order], Order.r.lines);
  order.lines.pop();
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), [
    "DELETE FROM `marks` WHERE `id` IN (?) [3]",
    "DELETE FROM `order_lines` WHERE `id` IN (?) [3]",
  ]);
  assert.is(inspect(known).state, "detached");
});

test("one that comes to another parent is kept, in whichever order it is said", async () => {
  const { full, empty, a, b } = await orders();
  full.lines.remove(a);
  empty.lines.push(a);
  b.order = empty;
  await session.commit();
  assert.equal(recorder.take(), [
    "UPDATE (SELECT `order_id`, `id` FROM `order_lines` WHERE FALSE UNION ALL VALUES ROW(?, ?), ROW(?, ?)) AS `_changed` " +
      "STRAIGHT_JOIN `order_lines` ON `order_lines`.`id` = `_changed`.`id` SET `order_lines`.`order_id` = `_changed`.`order_id` [2,1,2,2]",
  ]);
  empty.lines.remove(a);
  a.orderId = full.id;
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `order_lines` SET `order_id` = ? WHERE `id` = ? [1,1]"]);
  empty.lines.remove(b);
  empty.lines.push(b);
  await session.commit();
  assert.equal(recorder.take(), []);
});

test("one that comes to a new parent is kept, even where the parent is known by the flush only", async () => {
  const thing = new Thing();
  const box = new Box({ room: "A", number: 1, things: [thing, new Thing()] });
  session.add(box);
  await session.commit();
  recorder.take();
  box.things.remove(thing);
  const other = new Box({ room: "A", number: 2, things: [thing] });
  session.add(other);
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `boxes` (`room`, `number`) VALUES (?, ?) ["A",2]',
    "UPDATE `things` SET `number` = ? WHERE `id` = ? [2,1]",
  ]);
  box.things.pop();
  await session.commit();
  assert.equal(recorder.take(), ["DELETE FROM `things` WHERE `id` IN (?) [2]"]);
});

test("a new one that is taken out again is not inserted, nor what hangs on it", async () => {
  const { full, empty } = await orders();
  const [c, d] = [line("c"), line("d")];
  full.lines.push(c, d);
  session.addAll([c, d]);
  full.lines.remove(c);
  full.lines.remove(d);
  empty.lines.push(d);
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `order_lines` (`text`, `order_id`) VALUES (?, ?) ["d",2]',
    "INSERT INTO `marks` (`line_id`) VALUES (?) [3]",
  ]);
  assert.equal([inspect(c).state, c.marks.length], ["transient", 1]);
  assert.equal(c.marks[0] && inspect(c.marks[0]).state, "transient");
});

test("a new one that is taken out and put back, or replaced by itself, is inserted", async () => {
  const { empty } = await orders();
  const [c, d] = [line("c"), line("d")];
  empty.lines.push(c, d);
  empty.lines.remove(c);
  empty.lines.replace([d, c]);
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `order_lines` (`text`, `order_id`) VALUES (?, ?), (?, ?) ["d",2,"c",2]',
    "INSERT INTO `marks` (`line_id`) VALUES (?), (?) [3,4]",
  ]);
});

test("what is added anew is no orphan", async () => {
  const folder = new Folder({ name: "a" });
  const root = new Folder({ name: "root", folders: [folder] });
  session.add(root);
  root.folders.remove(folder);
  await session.commit();
  assert.is(inspect(folder).state, "transient");
  session.add(folder);
  await session.commit();
  assert.equal([inspect(folder).state, folder.parentId], ["persistent", null]);
});

test("a whole branch is pruned from a tree", async () => {
  const leaf = new Folder({ name: "leaf" });
  const branch = new Folder({ name: "branch", folders: [leaf] });
  const root = new Folder({ name: "root", folders: [branch] });
  session.add(root);
  await session.commit();
  recorder.take();
  root.folders.pop();
  await session.flush();
  assert.equal(recorder.take(), [
    "DELETE FROM `folders` WHERE `id` IN (?) [3]",
    "DELETE FROM `folders` WHERE `id` IN (?) [2]",
  ]);
  await session.rollback();
  assert.equal(
    [root.folders[0] === branch, branch.parent === root, leaf.parentId],
    [true, true, 2],
  );
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), []);
});

test("with an orphan goes what came to it since the last flush, whose key tells of the parent before", async () => {
  const [orphan, moved] = [new Folder({ name: "orphan" }), new Folder({ name: "moved" })];
  const from = new Folder({ name: "from", folders: [moved] });
  const root = new Folder({ name: "root", folders: [orphan] });
  session.addAll([root, from]);
  await session.commit();
  recorder.take();
  root.folders.remove(orphan);
  orphan.folders.push(moved);
  await session.commit();
  const ids = [orphan.id, moved.id].sort().join(",");
  assert.equal(recorder.take(), [`DELETE FROM \`folders\` WHERE \`id\` IN (?, ?) [${ids}]`]);
  assert.equal([inspect(moved).state, from.folders.length], ["detached", 0]);
});

test("so it is where each was its own parent", async () => {
  const [orphan, moved] = [new Folder({ name: "orphan" }), new Folder({ name: "moved" })];
  session.addAll([orphan, moved]);
  for (const one of [orphan, moved]) one.parent = one;
  await session.commit();
  orphan.folders.replace([moved]);
  await session.commit();
  const [rows] = await database.admin.query(`SELECT * FROM ${database.name}.folders`);
  assert.equal(rows, []);
});

test("one to one: the one that is replaced is deleted", async () => {
  const user = new User({ profile: new Profile() });
  session.add(user);
  await session.commit();
  recorder.take();
  user.profile = new Profile();
  await session.commit();
  assert.equal(recorder.take(), [
    "INSERT INTO `profiles` (`user_id`) VALUES (?) [1]",
    "DELETE FROM `profiles` WHERE `id` IN (?) [1]",
  ]);
  const other = new User({});
  session.add(other);
  other.profile = user.profile;
  await session.commit();
  assert.equal(
    recorder.take(),
    [
      "UPDATE `profiles` SET `user_id` = ? WHERE `id` = ? [2,2]",
      "INSERT INTO `users` () VALUES () []",
    ]
      .reverse()
      .map((text) => text.replace(" []", "")),
  );
  other.profile = null;
  await session.commit();
  assert.equal(recorder.take(), ["DELETE FROM `profiles` WHERE `id` IN (?) [2]"]);
  assert.is(user.profile, null);
});

test("without the cascade a child that is taken out stays, with its key set to NULL", async () => {
  const pet = new Pet();
  const owner = new Owner({ pets: [pet] });
  session.add(owner);
  await session.commit();
  recorder.take();
  owner.pets.remove(pet);
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `pets` SET `owner_id` = ? WHERE `id` = ? [null,1]"]);
});

test("merge deletes the orphans of what it replaces", async () => {
  const { full, b } = await orders();
  const draft = new Order({ id: 1, lines: [new Line({ id: 2, text: "b2" })] });
  await session.merge(draft);
  assert.equal([full.lines.length, b.text], [1, "b2"]);
  await session.commit();
  assert.equal(recorder.take(), [
    'UPDATE `order_lines` SET `text` = ? WHERE `id` = ? ["b2",2]',
    "DELETE FROM `marks` WHERE `id` IN (?) [1]",
    "DELETE FROM `order_lines` WHERE `id` IN (?) [1]",
  ]);
});

test("in a savepoint that fails, orphans come back; outside of it they go", async () => {
  const { full, a, b } = await orders();
  full.lines.remove(a);
  await errorOf(() =>
    session.beginNested(async () => {
      full.lines.remove(b);
      await session.flush();
      assert.is(inspect(b).state, "deleted");
      throw new Error("stop");
    }),
  );
  assert.equal([full.lines[0] === b, full.lines.length, b.order === full], [true, 1, true]);
  await session.commit();
  assert.equal([inspect(a).state, inspect(b).state], ["detached", "persistent"]);
});

test("a key that the program set makes no orphan: only the relationship says that", async () => {
  const folder = new Folder({ name: "a" });
  const root = new Folder({ name: "root", folders: [folder] });
  session.add(root);
  await session.commit();
  recorder.take();
  folder.parentId = null;
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `folders` SET `parent_id` = ? WHERE `id` = ? [null,2]"]);
  assert.equal(
    [folder.parent, root.folders.length, inspect(folder).state],
    [null, 0, "persistent"],
  );
});

test("a line that was given another order by its key stays when its old order goes", async () => {
  const { full, empty, a } = await orders();
  a.orderId = empty.id;
  session.delete(full);
  await session.commit();
  assert.equal([a.order === empty, empty.lines[0] === a], [true, true]);
  assert.is(inspect(a).state, "persistent");
});

test("so is one that came and left since the last flush, though it has a row", async () => {
  const [user, first] = [new User(), new Profile()];
  session.addAll([user, first]);
  await session.commit();
  recorder.take();
  first.user = user;
  user.profile = new Profile();
  await session.commit();
  assert.equal(recorder.take(), [
    "INSERT INTO `profiles` (`user_id`) VALUES (?) [1]",
    "DELETE FROM `profiles` WHERE `id` IN (?) [1]",
  ]);
  assert.is(inspect(first).state, "detached");
});

test("but not one that came and left in a savepoint that was rolled back", async () => {
  const [user, first] = [new User(), new Profile()];
  session.addAll([user, first]);
  await session.commit();
  const stop = new Error("stop");
  const work = async () => {
    first.user = user;
    user.profile = null;
    throw stop;
  };
  assert.is(await errorOf(() => session.beginNested(work)), stop);
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), []);
  assert.is(inspect(first).state, "persistent");
});

test("nor one that left and came back, to an owner whose collection is not in memory", async () => {
  const { a } = await orders();
  await session.close();
  session = new Session(recorder.engine);
  const again = (await session.get(Line, a.id)) as Line;
  const order = await session.get(Order, 1);
  again.order = null;
  again.order = order;
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), []);
  assert.is(inspect(again).state, "persistent");
});

test("what came and left since the last flush is an orphan too, with one side only", async () => {
  const [box, thing] = [new Box({ room: "A", number: 1, things: [] }), new Thing()];
  session.addAll([box, thing]);
  await session.commit();
  const comesAndGoes = async () => {
    await box.lazy.things;
    recorder.take();
    box.things.push(thing);
    box.things.remove(thing);
  };

  await comesAndGoes();
  await session.rollback();
  await session.flush();
  assert.equal(recorder.take(), []);
  assert.is(inspect(thing).state, "persistent");

  await comesAndGoes();
  box.things.push(thing);
  await session.flush();
  assert.equal(recorder.take(), [
    'UPDATE `things` SET `room` = ?, `number` = ? WHERE `id` = ? ["A",1,1]',
  ]);
  await session.rollback();

  await comesAndGoes();
  await session.commit();
  assert.equal(recorder.take(), ["DELETE FROM `things` WHERE `id` IN (?) [1]"]);
  assert.is(inspect(thing).state, "detached");
});

test.run();
