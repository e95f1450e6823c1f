import type { Dialect, Expr } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** A condition as lists: `["and", ["null", ["a"], true], ["lt", ["b"], 7]]`. A number is a value. */
type Tree = number | [string, ...Json[]];
type AnyExpr = Expr<never> & Record<string, (...given: unknown[]) => AnyExpr>;

/** Makes sure that the submission is there; it is called by the ORM. */
async function library(context: ProbeContext) {
  await context.submission();
  const { bigint, boolean, declarativeBase, decimal, integer, json, varchar } = context.ormlet;
  const Base = declarativeBase();
  const number = () => integer().nullable();
  class Row extends Base.mapped("things", {
    id: integer().primaryKey(),
    a: number(),
    b: number().named("be"),
    c: number(),
  }) {}
  const cents = integer().convert<number>({
    toDatabase: (euros) => Math.round(euros * 100),
    fromDatabase: (stored) => stored / 100,
  });
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    title: varchar(50),
    price: decimal(8, 2),
    sold: bigint(),
    lent: boolean(),
    info: json<object>(),
    fee: cents,
    rowId: integer(),
  }) {}
  const dialect: Dialect = {
    ...context.ormlet.mysqlDialect,
    quote: (name) => `<${name}>`,
    placeholder: (position) => `:${position}`,
  };
  return { Row, Book, dialect };
}

type Library = Awaited<ReturnType<typeof library>>;

/** The expression of a tree, made as a program makes it. */
function toExpr(context: ProbeContext, { Row }: Library, tree: Tree): unknown {
  const { and, func, not, or } = context.ormlet;
  const make = (part: Tree): unknown => {
    if (typeof part === "number") return part;
    const [kind, first, ...rest] = part as [string, Tree, ...Tree[]];
    if (kind === "a" || kind === "b" || kind === "c") return Row.c[kind];
    const expr = make(first) as AnyExpr;
    const others = () => rest.map(make);
    switch (kind) {
      case "and":
        return and(expr, ...(others() as AnyExpr[]));
      case "or":
        return or(expr, ...(others() as AnyExpr[]));
      case "not":
        return not(expr);
      case "least":
        return func.least(expr, ...(others() as [AnyExpr]));
      case "in":
      case "notIn":
        return expr[kind]((rest[0] as unknown as Tree[]).map(make) as never[]);
      case "null":
        return rest[0] === (true as never) ? expr.isNotNull() : expr.isNull();
      case "as":
        return expr.as(rest[0] as never);
      default:
        return expr[kind]?.(...others());
    }
  };
  return make(tree);
}

/** The text behind WHERE, and the parameters, for each of the trees. */
async function write(context: ProbeContext): Promise<Json> {
  const known = await library(context);
  return (context.input as Tree[]).map((tree) => {
    const query = context.ormlet
      .select(known.Row.c.id)
      .where(toExpr(context, known, tree) as AnyExpr);
    return shown(query, known.dialect);
  });
}

/** A condition in which a class means the source of another name. */
function within(entity: object, condition: { readonly node: unknown }, name: string): AnyExpr {
  const mapper = (entity as Record<symbol, unknown>)[Symbol.for("ormlet.mapper")];
  const extension = { kind: "within", operand: condition.node, mapper, name };
  const Class = condition.constructor as new (node: object) => AnyExpr;
  return new Class({ kind: "extension", extension, type: undefined });
}

type Query = { toSql(dialect: Dialect): { text: string; parameters: readonly unknown[] } };

/** `<a> = :1 [number 7]`, without the first clauses. */
function shown(query: Query, dialect: Dialect): string {
  const { text, parameters } = query.toSql(dialect);
  const values = parameters.map((value) => `${typeof value} ${String(value)}`);
  return `${text.replace(/^SELECT .*? WHERE /, "")} [${values.join(", ")}]`;
}

const probes: Probes = {
  "writes comparisons, and binds their values": write,
  "puts brackets where they are needed": write,
  "writes lists": write,
  "binds a value as its type wants it": async (context) => {
    const { Row, Book, dialect } = await library(context);
    const { expression, select, sql } = context.ormlet;
    const { word, number } = context.input as { word: string; number: number };
    const conditions = [
      Book.c.price.eq(String(number)),
      Book.c.info.ne({ [word]: number }),
      Book.c.fee.gt(number),
      Book.c.sold.in([BigInt(number), 2n]),
      Book.c.lent.eq(true),
      Row.c.a.isNull().eq(false),
      expression<string>(sql`LEFT(title, 3)`).eq(word),
      expression<number>(sql`LENGTH(${word})`).between(number, 99),
    ];
    return conditions.map((condition) => {
      const from = condition === conditions[5] ? Row : Book;
      return shown(select(from).where(condition), dialect);
    });
  },
  "hands calls, subqueries and windows on": async (context) => {
    const { Row, Book, dialect } = await library(context);
    const { caseWhen, exists, func, not, select, sql } = context.ormlet;
    const { word, number } = context.input as { word: string; number: number };
    const dear = caseWhen(Book.c.price.gt("9"), number).else(2);
    const counted = select(func.count()).from(Row).where(Row.c.id.eq(Book.c.rowId));
    const ids = select(Row.c.id).where(Row.c.b.gt(number));
    const place = func.rowNumber().over({ orderBy: Book.c.title });
    const inner = select({ x: Row.c.a }).subquery("inner");
    const elsewhere = within(Row, Row.c.a.eq(number), "elsewhere");
    const queries = [
      select(Book.c.id).where(dear.eq(number)),
      select(Book.c.id).where(func.concat(Book.c.title, word).eq(word)),
      select(Book.c.id).where(counted.scalar().gt(number), Book.c.id.in(ids)),
      select(Book.c.id).where(Book.c.id.notIn(ids).eq(true)),
      select(Book.c.id).where(not(exists(ids)).ne(exists(counted as never))),
      select(Book.c.id).where(not(sql`title > ${word}`), Book.c.title.eq(word)),
      select(place.sub(number)),
      select(inner.c.x).where(inner.c.x.eq(number)),
      select(Row.c.id).where(elsewhere.eq(true as never)),
      select(Row.c.id).orderBy(Row.c.a.add(number).desc(), Row.c.b.isNull(), Row.c.c),
    ];
    return queries.map((query) => shown(query as Query, dialect));
  },
  "finds in MySQL what the conditions say": async (context) => {
    const known = await library(context);
    const { createEngine, select } = context.ormlet;
    const engine = createEngine(context.url);
    const { Session } = context.ormlet;
    const session = new Session(engine);
    try {
      const found: Json[] = [];
      for (const tree of context.input as Tree[]) {
        const condition = toExpr(context, known, tree) as AnyExpr;
        const query = select(known.Row.c.id).where(condition).orderBy(known.Row.c.id);
        found.push(await session.scalars(query).all());
      }
      return found;
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
