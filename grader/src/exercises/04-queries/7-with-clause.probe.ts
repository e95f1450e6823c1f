import type { Dialect } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Query = { toSql(dialect: Dialect): { text: string; parameters: readonly unknown[] } };
type Names = Record<"one" | "two" | "three", string>;

async function library(context: ProbeContext) {
  await context.submission();
  const { declarativeBase, integer, mysqlDialect, varchar } = context.ormlet;
  const Base = declarativeBase();
  class Subject extends Base.mapped("subjects", {
    id: integer().primaryKey(),
    name: varchar(50),
    parentId: integer().nullable(),
  }) {}
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    title: varchar(50),
    subjectId: integer(),
  }) {}
  const dialect: Dialect = {
    ...mysqlDialect,
    quote: (name) => `<${name}>`,
    placeholder: (position) => `:${position}`,
  };
  const show = (query: Query) => {
    const { text, parameters } = query.toSql(dialect);
    return `${text} [${parameters.join(", ")}]`;
  };
  return { Subject, Book, show };
}

/** The code of the error that this throws, and which call it says is wrong. */
function refused(work: () => unknown): string {
  try {
    work();
    return "no error";
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const [where = ""] = /^cte\(\)(?: as its recursive part)?/.exec(message) ?? [];
    return `${code ?? message} ${where}`.trim();
  }
}

const probes: Probes = {
  "writes WITH before the statement, each expression once": async (context) => {
    const { Subject, Book, show } = await library(context);
    const { cte, select } = context.ormlet;
    const { one, two } = context.input as Names;
    const first = cte(one, select({ key: Subject.c.id }).where(Subject.c.name.eq("sea")));
    const second = cte(two, select(Book).where(Book.c.id.gt(5)));
    return [
      select(first.c.key),
      select(Book.c.title).join(first, first.c.key.eq(Book.c.subjectId)),
      select(second.c.title).where(second.c.subjectId.in(select(first.c.key))),
      select(Book.c.id)
        .join(first, first.c.key.eq(Book.c.subjectId))
        .where(Book.c.subjectId.in(select(first.c.key)), Book.c.id.lt(9)),
    ].map(show);
  },
  "puts an expression behind those that it uses": async (context) => {
    const { Subject, Book, show } = await library(context);
    const { cte, exists, select } = context.ormlet;
    const { one, two, three } = context.input as Names;
    const id = Subject.c.id;
    const base = cte(three, select({ key: id }).where(id.gt(1)));
    const left = cte(one, select({ key: base.c.key }).where(base.c.key.lt(20)));
    const right = cte(two, select({ key: Book.c.subjectId }).where(exists(select(base.c.key))));
    const last = cte(
      "last",
      select({ key: left.c.key }).join(right, right.c.key.eq(left.c.key), left.c.key.ne(3)),
    );
    return [
      select(left.c.key),
      select(right.c.key).join(left, left.c.key.eq(right.c.key)),
      select(last.c.key).where(last.c.key.lt(4)),
      select(base.c.key).join(last, last.c.key.eq(base.c.key)),
    ].map(show);
  },
  "writes a recursive expression": async (context) => {
    const { Subject, Book, show } = await library(context);
    const { cte, select } = context.ormlet;
    const { one, two } = context.input as Names;
    const { id, name, parentId } = Subject.c;
    const tree = cte(one, select({ id }).where(name.eq("sea")), (above) =>
      select({ id }).join(above, above.c.id.eq(parentId)),
    );
    const once = cte(
      two,
      select({ up: parentId, id }).where(id.eq(7)),
      (below) => select({ id, up: parentId }).join(below, below.c.up.eq(id)),
      { distinct: true },
    );
    const plain = cte(two, select({ id }), undefined, {});
    return [
      select(tree.c.id),
      select(once.c.up).where(once.c.id.gt(2)),
      select(Book.c.id)
        .join(tree, tree.c.id.eq(Book.c.subjectId))
        .join(once, once.c.id.eq(tree.c.id)),
      select(plain.c.id).join(tree, tree.c.id.eq(plain.c.id)),
      select(plain.c.id),
    ].map(show);
  },
  "lets a recursive expression use others": async (context) => {
    const { Subject, Book, show } = await library(context);
    const { cte, select } = context.ormlet;
    const { one, two } = context.input as Names;
    const { id, parentId } = Subject.c;
    const kept = cte(one, select({ id }).where(id.lt(90)));
    const tree = cte(two, select({ id }).where(id.eq(1)), (above) =>
      select({ id })
        .join(above, above.c.id.eq(parentId))
        .where(id.in(select(kept.c.id)), id.ne(8)),
    );
    const count = cte("count", select({ id: tree.c.id }).where(tree.c.id.gt(0)));
    return [
      select(tree.c.id),
      select(count.c.id).where(count.c.id.in(select(tree.c.id)), count.c.id.lt(7)),
      select(Book.c.id).where(Book.c.subjectId.in(select(count.c.id)), Book.c.id.eq(2)),
    ].map(show);
  },
  "refuses what is not an expression, and two of one name": async (context) => {
    const { Subject, Book, show } = await library(context);
    const { cte, select } = context.ormlet;
    const { one } = context.input as Names;
    const base = select({ id: Subject.c.id });
    const make = (...given: unknown[]) =>
      refused(() => (cte as (...all: unknown[]) => unknown)(...given));
    const first = cte(one, base);
    const twin = cte(one, select({ id: Book.c.id }));
    const node = (first as unknown as { source: { cte: object } }).source.cte;
    return [
      make("", base),
      make(7, base),
      make(one, "SELECT 1"),
      make(one, base, () => 5),
      make(one, base, base),
      make(one, base, null),
      make(one, base, undefined, { distinkt: true }),
      refused(() => show(select(first.c.id).where(first.c.id.in(select(twin.c.id))))),
      refused(() => show(select(first.c.id).where(first.c.id.in(select(first.c.id))))),
      Object.isFrozen(node) ? "frozen" : "not frozen",
    ];
  },
  "walks a tree in MySQL": async (context) => {
    const { Subject, Book } = await library(context);
    const { createEngine, cte, Session, select } = context.ormlet;
    const { top } = context.input as { top: string };
    const { id, name, parentId } = Subject.c;
    const tree = cte("tree", select({ id, name }).where(name.eq(top)), (above) =>
      select({ name, id }).join(above, above.c.id.eq(parentId)),
    );
    const round = cte(
      "round",
      select({ id, up: parentId }),
      (below) => select({ id: below.c.id, up: parentId }).join(below, below.c.up.eq(id)),
      { distinct: true },
    );
    const engine = createEngine(context.url);
    const session = new Session(engine);
    try {
      const names = select(tree.c.name).orderBy(tree.c.name);
      const books = select(Book.c.title)
        .where(Book.c.subjectId.in(select(tree.c.id)))
        .orderBy(Book.c.title);
      const ups = select(round.c.id, round.c.up)
        .where(round.c.up.isNotNull())
        .orderBy(round.c.id, round.c.up);
      return [
        (await session.scalars(names).all()) as Json,
        (await session.scalars(books).all()) as Json,
        (await session.execute(ups).all()) as Json,
      ];
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
