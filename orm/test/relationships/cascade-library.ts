import {
  type DeclarativeBase,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  varchar,
} from "../../src/mapping/index.js";
import { declarativeBase } from "../../src/relationships/index.js";

export const Base: DeclarativeBase = declarativeBase();

/** Three levels that go together: an order, its lines, their marks. */
export class Order extends Base.mapped("orders", {
  id: integer().primaryKey(),
  lines: oneToMany<Line>("Line", { backPopulates: "order", cascade: "all, delete-orphan" }),
}) {}

export class Line extends Base.mapped("order_lines", {
  id: integer().primaryKey(),
  text: varchar(50),
  orderId: integer().references("orders.id"),
  order: manyToOne<Order>("Order", { backPopulates: "lines" }),
  marks: oneToMany<Mark>("Mark", { backPopulates: "line", cascade: "all" }),
}) {}

export class Mark extends Base.mapped("marks", {
  id: integer().primaryKey(),
  lineId: integer().references("order_lines.id"),
  line: manyToOne<Line>("Line", { backPopulates: "marks" }),
}) {}

/** A tree that goes as a whole. */
export class Folder extends Base.mapped("folders", {
  id: integer().primaryKey(),
  name: varchar(50),
  parentId: integer().nullable().references("folders.id"),
  parent: manyToOne<Folder>("Folder", { backPopulates: "folders" }),
  folders: oneToMany<Folder>("Folder", { backPopulates: "parent", cascade: "all, delete-orphan" }),
}) {}

/** What stays when its owner goes: with its key set to NULL, or not at all. */
export class Owner extends Base.mapped("owners", {
  id: integer().primaryKey(),
  pets: oneToMany<Pet>("Pet", { backPopulates: "owner" }),
  cars: oneToMany<Car>("Car"),
  wares: oneToMany<Ware>("Ware", { cascade: "all", passiveDeletes: true }),
}) {}

export class Pet extends Base.mapped("pets", {
  id: integer().primaryKey(),
  ownerId: integer().nullable().references("owners.id"),
  owner: manyToOne<Owner>("Owner", { backPopulates: "pets" }),
}) {}

export class Car extends Base.mapped("cars", {
  id: integer().primaryKey(),
  ownerId: integer().references("owners.id"),
}) {}

export class Ware extends Base.mapped("wares", {
  id: integer().primaryKey(),
  ownerId: integer().references("owners.id", { onDelete: "cascade" }),
}) {}

/** One to one, from the side without the key. */
export class User extends Base.mapped("users", {
  id: integer().primaryKey(),
  profile: oneToOne<Profile>("Profile", { backPopulates: "user", cascade: "all, delete-orphan" }),
}) {}

export class Profile extends Base.mapped("profiles", {
  id: integer().primaryKey(),
  userId: integer().nullable().references("users.id"),
  user: oneToOne<User>("User", { backPopulates: "profile" }),
}) {}

/** A key of two columns, and a relationship with one side only. */
export class Box extends Base.mapped("boxes", {
  room: varchar(10).primaryKey(),
  number: integer().primaryKey(),
  things: oneToMany<Thing>("Thing", { cascade: "all, delete-orphan" }),
}) {}

export class Thing extends Base.mapped(
  "things",
  {
    id: integer().primaryKey(),
    room: varchar(10).nullable(),
    number: integer().nullable(),
  },
  { foreignKeys: [{ columns: ["room", "number"], references: ["boxes.room", "boxes.number"] }] },
) {}

/** Many to many, by a table whose keys do not cascade. */
export class Student extends Base.mapped("students", {
  id: integer().primaryKey(),
  courses: manyToMany<Course>("Course", { through: "places", backPopulates: "students" }),
}) {}

export class Course extends Base.mapped("courses", {
  id: integer().primaryKey(),
  students: manyToMany<Student>("Student", { through: "places", backPopulates: "courses" }),
}) {}

export class Place extends Base.mapped("places", {
  studentId: integer().primaryKey().references("students.id"),
  courseId: integer().primaryKey().references("courses.id"),
}) {}

/** Rows that point at each other. */
export class Team extends Base.mapped("teams", {
  id: integer().primaryKey(),
  headId: integer().nullable().references("players.id"),
  head: manyToOne<Player>("Player", { foreignKey: "headId" }),
  players: oneToMany<Player>("Player", { backPopulates: "team", cascade: "all" }),
}) {}

export class Player extends Base.mapped("players", {
  id: integer().primaryKey(),
  teamId: integer().references("teams.id"),
  team: manyToOne<Team>("Team", { backPopulates: "players" }),
}) {}

Base.configure(Order, Line, Mark, Folder, Owner, Pet, Car, Ware, User, Profile, Box, Thing);
Base.configure(Student, Course, Place, Team, Player);
