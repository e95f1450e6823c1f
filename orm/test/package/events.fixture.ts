// What must and what must not compile with events and filters, in strict mode and without it.
import {
  type AnyMappedObject,
  datetime,
  declarativeBase,
  type Engine,
  type Flushed,
  integer,
  listen,
  type ObjectEvent,
  Session,
  type SessionEvent,
  select,
  sessionmaker,
  update,
  varchar,
} from "ormlet";

const Base = declarativeBase();

class Book extends Base.mapped(
  "books",
  {
    id: integer().primaryKey(),
    title: varchar(200),
    branchId: integer(),
    withdrawnAt: datetime().nullable(),
  },
  {
    hybrids: {
      isShort: { object: (book) => book.title.length < 9, sql: (c) => c.title.lt("z") },
    },
    filters: {
      present: (c) => c.withdrawnAt.isNull(),
      branch: {
        parameters: { id: integer(), word: varchar(10) },
        where: (c, p) => {
          const id: number = p.id;
          const word: string = p.word;
          return word === "" ? c.branchId.eq(id) : c.title.like(p.word);
        },
      },
    },
  },
) {
  get shout(): string {
    return this.title.toUpperCase();
  }
}

export const wrongColumn = Base.mapped(
  "wrong",
  { id: integer().primaryKey() },
  // @ts-expect-error there is no such column
  { filters: { present: (c) => c.withdrawnAt.isNull() } },
);
export const wrongParameter = Base.mapped(
  "wrong",
  { id: integer().primaryKey() },
  {
    filters: {
      // @ts-expect-error there is no such parameter
      branch: { parameters: { id: integer() }, where: (c, p) => c.id.eq(p.ident) },
    },
  },
);

export function events(engine: Engine, session: Session): (() => void)[] {
  const maker = sessionmaker(engine, { filters: { present: false } });
  const event: ObjectEvent = "load";
  const other: SessionEvent = "beforeCommit";
  return [
    listen(Book, event, (book, where) => [book.shout, where.new]),
    listen(Base, "beforeInsert", (object: AnyMappedObject) => object.toObject()),
    listen(session, other, async (where) => {
      await where.scalars(select(Book)).all();
    }),
    listen(
      maker,
      "afterFlush",
      (where: Session, flushed: Flushed) => where.query(Book) && flushed.new,
    ),
    listen(Session, "afterRollback", () => {}, {
      signal: { aborted: false, addEventListener() {} },
    }),
    // @ts-expect-error there is no such event
    listen(Book, "beforInsert", () => {}),
    // @ts-expect-error an event of sessions
    listen(Book, "beforeFlush", () => {}),
    // @ts-expect-error an event of objects
    listen(session, "beforeInsert", () => {}),
    // @ts-expect-error there is no such property
    listen(Book, "load", (book) => book.titel),
  ];
}

export function filters(engine: Engine, session: Session): unknown[] {
  return [
    new Session(engine, { filters: { branch: { id: 7, word: "" }, present: true } }),
    // @ts-expect-error neither on, off, nor values
    new Session(engine, { filters: { branch: 7 } }),
    select(Book).withoutFilter().where(Book.c.isShort).withoutFilter("present", "branch"),
    update(Book).set({ title: "x" }).all().withoutFilter(),
    session.query(Book).withoutFilter("present").filterBy({ title: "x" }),
    // @ts-expect-error names are texts
    select(Book).withoutFilter(7),
  ];
}
