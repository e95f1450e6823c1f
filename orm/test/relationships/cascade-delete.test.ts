import { suite } from "uvu";
import * as assert from "uvu/assert";
import { select } from "../../src/query/index.js";
import { Session } from "../../src/relationships/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf } from "../support.js";
import {
  Base,
  Box,
  Car,
  Course,
  Folder,
  Line,
  Mark,
  Order,
  Owner,
  Pet,
  Player,
  Profile,
  Student,
  Team,
  Thing,
  User,
  Ware,
} from "./cascade-library.js";
import { openRecorded } from "./library.js";

const test = suite("what is deleted along");
const recorder = openRecorded(test, Base);
const { database } = recorder;
let session: Session;

test.before.each(() => {
  session = new Session(recorder.engine);
});
test.after.each(() => session.close());

/** Stores objects, and goes on with a session that knows nothing of them. */
async function stored(...objects: (Order | Folder | Owner | User | Box | Student | Team)[]) {
  session.addAll(objects);
  await session.commit();
  await session.close();
  session = new Session(recorder.engine);
  recorder.takeAll();
}

/** Two orders with two lines each; the first line of each has two marks. */
function orders(): Order[] {
  const marks = () => [new Mark(), new Mark()];
  return [1, 2].map((id) => {
    const lines = [new Line({ text: "a", marks: marks() }), new Line({ text: "b" })];
    return new Order({ id, lines });
  });
}

async function count(table: string): Promise<number> {
  const [rows] = await database.admin.query(`SELECT COUNT(*) n FROM ${database.name}.${table}`);
  return (rows as { n: number }[])[0]?.n ?? -1;
}

test("what is not in memory is loaded by one statement for each level, whatever the number", async () => {
  await stored(...orders());
  for (const order of await session.scalars(select(Order)).all()) session.delete(order);
  recorder.takeAll();
  await session.commit();
  assert.equal(recorder.takeAll(), [
    "SELECT `order_lines`.`id`, `order_lines`.`text`, `order_lines`.`order_id` FROM `order_lines` WHERE `order_lines`.`order_id` IN (?, ?) [1,2]",
    "SELECT `marks`.`id`, `marks`.`line_id` FROM `marks` WHERE `marks`.`line_id` IN (?, ?, ?, ?) [1,2,3,4]",
    "DELETE FROM `marks` WHERE `id` IN (?, ?, ?, ?) [1,2,3,4]",
    "DELETE FROM `order_lines` WHERE `id` IN (?, ?, ?, ?) [1,2,3,4]",
    "DELETE FROM `orders` WHERE `id` IN (?, ?) [1,2]",
    "COMMIT",
  ]);
});

test("what is in memory is not loaded; a rollback brings all of it back", async () => {
  const [first, second] = orders() as [Order, Order];
  session.addAll([first, second]);
  await session.commit();
  recorder.takeAll();
  session.delete(first);
  await session.flush();
  assert.equal(recorder.takeAll(), [
    "BEGIN",
    "DELETE FROM `marks` WHERE `id` IN (?, ?) [1,2]",
    "DELETE FROM `order_lines` WHERE `id` IN (?, ?) [1,2]",
    "DELETE FROM `orders` WHERE `id` IN (?) [1]",
  ]);
  const [line] = first.lines;
  assert.equal([inspect(first).state, line && inspect(line).state], ["deleted", "deleted"]);
  await session.rollback();
  assert.equal([inspect(first).state, line && inspect(line).state], ["persistent", "persistent"]);
  assert.equal([first.lines.length, line?.order === first, line?.marks.length], [2, true, 2]);
  recorder.takeAll();
  await session.commit();
  assert.equal(recorder.takeAll(), []);
});

test("a line that came to another order stays, whether its old order was loaded or not", async () => {
  await stored(...orders());
  const [first, second] = [await session.get(Order, 1), await session.get(Order, 2)];
  const line = (await session.get(Line, 1)) as Line;
  line.order = second;
  session.delete(first as Order);
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), [
    "UPDATE `order_lines` SET `order_id` = ? WHERE `id` = ? [2,1]",
    "DELETE FROM `order_lines` WHERE `id` IN (?) [2]",
    "DELETE FROM `orders` WHERE `id` IN (?) [1]",
  ]);
  assert.equal([await count("order_lines"), await count("marks"), line.orderId], [3, 4, 2]);
});

test("a new line of an order that is deleted is not inserted", async () => {
  const [first] = orders() as [Order];
  session.add(first);
  await session.commit();
  const line = new Line({ text: "new", order: first, marks: [new Mark()] });
  session.add(line);
  session.delete(first);
  recorder.take();
  await session.commit();
  assert.equal(recorder.take().length, 3);
  assert.equal(
    [inspect(line).state, await count("order_lines"), await count("marks")],
    ["transient", 0, 0],
  );
});

test("a tree goes from its leaves, level by level", async () => {
  const leaf = (name: string) => new Folder({ name });
  const branch = new Folder({ name: "a", folders: [leaf("a1"), leaf("a2")] });
  await stored(new Folder({ name: "root", folders: [branch, leaf("b")] }));
  const root = (await session.get(Folder, 1)) as Folder;
  session.delete(root);
  recorder.takeAll();
  await session.commit();
  const load =
    "SELECT `folders`.`id`, `folders`.`name`, `folders`.`parent_id` FROM `folders` WHERE `folders`.`parent_id` IN";
  assert.equal(recorder.takeAll(), [
    `${load} (?) [1]`,
    `${load} (?, ?) [2,3]`,
    `${load} (?, ?) [4,5]`,
    "DELETE FROM `folders` WHERE `id` IN (?, ?) [4,5]",
    "DELETE FROM `folders` WHERE `id` IN (?, ?) [2,3]",
    "DELETE FROM `folders` WHERE `id` IN (?) [1]",
    "COMMIT",
  ]);
});

test("a branch of a tree goes, and its parent's folders hold it no more", async () => {
  const [a, b] = [new Folder({ name: "a" }), new Folder({ name: "b" })];
  const root = new Folder({ name: "root", folders: [a, b] });
  session.add(root);
  await session.commit();
  session.delete(a);
  await session.commit();
  assert.equal([[...root.folders], a.parent === root], [[b], true]);
});

test("without the cascade the children stay, and their key becomes NULL", async () => {
  await stored(new Owner({ pets: [new Pet(), new Pet()] }));
  const owner = (await session.get(Owner, 1)) as Owner;
  const pet = (await session.get(Pet, 1)) as Pet;
  session.delete(owner);
  recorder.takeAll();
  await session.commit();
  assert.equal(recorder.takeAll(), [
    "SELECT `pets`.`id`, `pets`.`owner_id` FROM `pets` WHERE `pets`.`owner_id` IN (?) [1]",
    "SELECT `cars`.`id`, `cars`.`owner_id` FROM `cars` WHERE `cars`.`owner_id` IN (?) [1]",
    "UPDATE (SELECT `owner_id`, `id` FROM `pets` WHERE FALSE UNION ALL VALUES ROW(?, ?), ROW(?, ?)) AS `_changed` " +
      "STRAIGHT_JOIN `pets` ON `pets`.`id` = `_changed`.`id` SET `pets`.`owner_id` = `_changed`.`owner_id` [null,1,null,2]",
    "DELETE FROM `owners` WHERE `id` IN (?) [1]",
    "COMMIT",
  ]);
  assert.equal([pet.ownerId, pet.owner], [null, null]);
});

test("without the cascade a child that must have a parent is an error, before anything is written", async () => {
  await stored(new Owner({ pets: [new Pet()], cars: [new Car()] }));
  const owner = (await session.get(Owner, 1)) as Owner;
  session.delete(owner);
  recorder.take();
  const error = await errorOf(() => session.commit());
  assert.equal(recorder.take(), []);
  assert.is(error.code, "no-parent");
  assert.match(
    error.message,
    "Owner.cars was deleted with an object in it, but Car.ownerId cannot be null.",
  );
  assert.match(error.message, 'delete both: { cascade: "all" }');
  await session.rollback();
  assert.is(inspect(owner).state, "persistent");
});

test("with passiveDeletes, what is in memory is deleted, the rest is left to the database", async () => {
  const wares = [new Ware(), new Ware()];
  const owner = new Owner({ wares });
  session.add(owner);
  await session.commit();
  recorder.takeAll();
  session.delete(owner);
  await session.flush();
  assert.equal(recorder.take(), [
    "DELETE FROM `wares` WHERE `id` IN (?, ?) [1,2]",
    "DELETE FROM `owners` WHERE `id` IN (?) [1]",
  ]);
  await session.rollback();
  await session.close();
  session = new Session(recorder.engine);
  session.delete((await session.get(Owner, 1)) as Owner);
  recorder.takeAll();
  await session.commit();
  const sent = recorder.takeAll();
  assert.equal(
    sent.filter((text) => text.includes("wares")),
    [],
  );
  assert.is(await count("wares"), 0);
});

test("one to one, from either side", async () => {
  await stored(new User({ profile: new Profile() }), new User({ profile: new Profile() }));
  const [user, profile] = [await session.get(User, 2), await session.get(Profile, 2)];
  session.delete((await session.get(User, 1)) as User);
  recorder.takeAll();
  await session.flush();
  assert.equal(recorder.takeAll(), [
    "SELECT `profiles`.`id`, `profiles`.`user_id` FROM `profiles` WHERE `profiles`.`user_id` IN (?) [1]",
    "DELETE FROM `profiles` WHERE `id` IN (?) [1]",
    "DELETE FROM `users` WHERE `id` IN (?) [1]",
  ]);
  await session.load([user as User], User.r.profile);
  session.delete(profile as Profile);
  recorder.takeAll();
  await session.commit();
  assert.equal(recorder.takeAll(), ["DELETE FROM `profiles` WHERE `id` IN (?) [2]", "COMMIT"]);
  assert.is(user?.profile, null);
});

test("keys of two columns, and one side only", async () => {
  const box = (number: number) =>
    new Box({ room: "A", number, things: [new Thing(), new Thing()] });
  await stored(box(1), box(2));
  const [one, two] = await session.scalars(select(Box)).all();
  await session.load([two as Box], Box.r.things);
  const thing = (await session.get(Thing, 2)) as Thing;
  two?.things.push(thing);
  session.delete(one as Box);
  recorder.takeAll();
  await session.commit();
  assert.equal(recorder.takeAll(), [
    'SELECT `things`.`id`, `things`.`room`, `things`.`number` FROM `things` WHERE ((`things`.`room`, `things`.`number`) IN ((?, ?))) ["A",1]',
    "UPDATE `things` SET `number` = ? WHERE `id` = ? [2,2]",
    "DELETE FROM `things` WHERE `id` IN (?) [1]",
    'DELETE FROM `boxes` WHERE (`room`, `number`) IN ((?, ?)) ["A",1]',
    "COMMIT",
  ]);
  assert.equal([two?.things.length, thing.number], [3, 2]);
});

test("rows of a table between go with either end, by one statement, without being loaded", async () => {
  const [a, b] = [new Course(), new Course()];
  await stored(new Student({ courses: [a, b] }), new Student({ courses: [a] }), new Student());
  const students = await session.scalars(select(Student)).all();
  for (const student of students.slice(1)) session.delete(student);
  recorder.takeAll();
  await session.commit();
  assert.equal(recorder.takeAll(), [
    "DELETE FROM `places` WHERE `student_id` IN (?, ?) [2,3]",
    "DELETE FROM `students` WHERE `id` IN (?, ?) [2,3]",
    "COMMIT",
  ]);
  await session.load([students[0] as Student], Student.r.courses);
  const [left, course] = [...(students[0] as Student).courses] as [Course, Course];
  students[0]?.courses.pop();
  session.delete(course);
  recorder.takeAll();
  await session.commit();
  assert.equal(recorder.takeAll(), [
    "DELETE FROM `places` WHERE `course_id` IN (?) [2]",
    "DELETE FROM `courses` WHERE `id` IN (?) [2]",
    "COMMIT",
  ]);
  assert.equal(
    [students[0]?.courses.length, students[0]?.courses[0] === left, await count("places")],
    [1, true, 1],
  );
});

test("a course that is gone leaves the courses that hold it, though its own side is not loaded", async () => {
  await stored(new Student({ courses: [new Course(), new Course()] }));
  const student = (await session.get(Student, 1)) as Student;
  await session.load([student], Student.r.courses);
  const [course, other] = [...student.courses] as [Course, Course];
  session.expire(course, "students");
  session.delete(course);
  recorder.take();
  await session.flush();
  assert.equal(recorder.take(), [
    "DELETE FROM `places` WHERE `course_id` IN (?) [1]",
    "DELETE FROM `courses` WHERE `id` IN (?) [1]",
  ]);
  assert.is(student.courses.length, 1);
  assert.is(student.courses[0], other);
  await session.rollback();
  assert.equal([student.courses.length, student.courses[0] === course], [2, true]);
  session.delete(course);
  await session.commit();
  recorder.take();
  await session.commit();
  assert.equal([recorder.take(), student.courses.length], [[], 1]);
});

test("a course that is gone leaves a new student's courses, though its own side is not loaded", async () => {
  await stored(new Student({ courses: [new Course()] }));
  const course = (await session.get(Course, 1)) as Course;
  const late = new Student({ courses: [] });
  session.add(late);
  late.courses.push(course);
  session.delete(course);
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), [
    "DELETE FROM `places` WHERE `course_id` IN (?) [1]",
    "INSERT INTO `students` () VALUES ()",
    "DELETE FROM `courses` WHERE `id` IN (?) [1]",
  ]);
  assert.equal([...(await late.lazy.courses)], []);
});

test("what holds nothing is not asked: a student without courses that was just inserted", async () => {
  const student = new Student();
  session.add(student);
  await session.commit();
  session.delete(student);
  recorder.takeAll();
  await session.commit();
  assert.equal(recorder.takeAll(), [
    "BEGIN",
    "DELETE FROM `students` WHERE `id` IN (?) [1]",
    "COMMIT",
  ]);
});

test("rows that point at each other are cut apart first", async () => {
  const players = [new Player(), new Player()];
  const team = new Team({ players });
  session.add(team);
  await session.flush();
  team.head = players[1] as Player;
  await session.commit();
  recorder.takeAll();
  session.delete(team);
  await session.commit();
  assert.equal(recorder.takeAll(), [
    "BEGIN",
    "UPDATE `teams` SET `head_id` = ? WHERE `id` = ? [null,1]",
    "DELETE FROM `players` WHERE `id` IN (?, ?) [1,2]",
    "DELETE FROM `teams` WHERE `id` IN (?) [1]",
    "COMMIT",
  ]);
});

test("what is deleted twice, by the program and by the cascade, goes once", async () => {
  await stored(...orders());
  const order = (await session.get(Order, 1)) as Order;
  const line = (await session.get(Line, 2)) as Line;
  session.delete(line);
  session.delete(order);
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), [
    "DELETE FROM `marks` WHERE `id` IN (?, ?) [1,2]",
    "DELETE FROM `order_lines` WHERE `id` IN (?, ?) [2,1]",
    "DELETE FROM `orders` WHERE `id` IN (?) [1]",
  ]);
});

test("a savepoint that fails brings back what went along", async () => {
  const [order] = orders() as [Order];
  session.add(order);
  await session.commit();
  await errorOf(() =>
    session.beginNested(async () => {
      session.delete(order);
      await session.flush();
      throw new Error("stop");
    }),
  );
  assert.equal([await count("order_lines"), order.lines.length], [2, 2]);
  await session.commit();
  assert.equal([await count("order_lines"), inspect(order).state], [2, "persistent"]);
});

test.run();
