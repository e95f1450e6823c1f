import type { Dialect } from "ormlet";
import type { ProbeContext, Probes } from "../../judge/exercise.js";

/** The part of the module `query/joins.ts` that is called here itself. */
interface JoinsModule {
  freeName(node: { joins: Join[] }, table: string | undefined): string | undefined;
}
type Join = { source: { name: string }; through?: { source: { name: string } } };
type Names = Record<"people" | "loans" | "books" | "tags" | "link" | "shelves", string>;
type Query = { toSql(dialect: Dialect): { text: string; parameters: readonly unknown[] } };

const load = async (context: ProbeContext) =>
  (await context.submission()) as unknown as JoinsModule;

/** The library under other names, and a function that shows what follows the selected columns. */
async function library(context: ProbeContext) {
  await load(context);
  const { people, loans, books, tags, link, shelves } = context.input as Names;
  const { boolean, declarativeBase, integer, manyToMany, manyToOne, mysqlDialect, oneToMany } =
    context.ormlet;
  const { oneToOne, varchar } = context.ormlet;
  const Base = declarativeBase();
  class Person extends Base.mapped(people, {
    id: integer().primaryKey(),
    name: varchar(50).named("na`me"),
    bossId: integer().nullable().references(`${people}.id`),
    boss: manyToOne<Person>("Person", { foreignKey: "bossId" }),
    staff: oneToMany<Person>("Person", { foreignKey: "bossId" }),
    loans: oneToMany<Loan>("Loan"),
    card: oneToOne<Card>("Card"),
  }) {}
  class Card extends Base.mapped("cards", {
    id: integer().primaryKey(),
    holderId: integer().references(`${people}.id`),
    holder: oneToOne<Person>("Person"),
  }) {}
  class Loan extends Base.mapped(loans, {
    id: integer().primaryKey(),
    memberId: integer().references(`${people}.id`),
    bookId: integer().references(`${books}.id`),
    returned: boolean(),
    member: manyToOne<Person>("Person"),
    book: manyToOne<Book>("Book"),
  }) {}
  class Book extends Base.mapped(
    books,
    {
      id: integer().primaryKey(),
      title: varchar(50),
      room: varchar(10),
      shelfNo: integer(),
      tags: manyToMany<Tag>("Tag", { through: link, backPopulates: "books" }),
      loans: oneToMany<Loan>("Loan"),
      shelf: manyToOne<Shelf>("Shelf"),
    },
    {
      foreignKeys: [
        { columns: ["room", "shelfNo"], references: [`${shelves}.room`, `${shelves}.number`] },
      ],
    },
  ) {}
  class Shelf extends Base.mapped(shelves, {
    room: varchar(10).primaryKey(),
    number: integer().primaryKey(),
    books: oneToMany<Book>("Book"),
  }) {}
  class Tag extends Base.mapped(tags, {
    id: integer().primaryKey(),
    name: varchar(20),
    books: manyToMany<Book>("Book", { through: link, backPopulates: "tags" }),
  }) {}
  Base.configure(Person, Card, Loan, Book, Shelf, Tag);
  const dialect: Dialect = { ...mysqlDialect, quote: (name) => `<${name}>` };
  const show = (query: Query) => {
    const { text, parameters } = query.toSql(dialect);
    return `${text.replace(/^SELECT .*? FROM /, "FROM ")}${parameters.map((one) => ` ${one}`)}`;
  };
  return { Person, Card, Loan, Book, Shelf, Tag, show };
}

const probes: Probes = {
  "joins a class that has the foreign key, and one that it leads to": async (context) => {
    const { Person, Card, Loan, Book, show } = await library(context);
    const { alias, select } = context.ormlet;
    const other = alias(Person, "m");
    return [
      select(Person.c.id).join(Person.r.loans),
      select(Loan.c.id).leftJoin(Loan.r.member, other),
      select(Loan.c.id).join(Loan.r.book, Book.c.title.eq("Atlas")).leftJoin(Loan.r.member),
      select(Person.c.id).leftJoin(Person.r.card),
      select(Card.c.id).join(Card.r.holder),
    ].map(show);
  },
  "joins through the table between": async (context) => {
    const { Book, Tag, show } = await library(context);
    const { alias, select } = context.ormlet;
    return [
      select(Book.c.id).join(Book.r.tags),
      select(Tag.c.id).join(Tag.r.books, Book.c.title.eq("Atlas")),
      select(Book.c.id).leftJoin(Book.r.tags, alias(Tag, "t")),
    ].map(show);
  },
  "joins by all columns of a foreign key": async (context) => {
    const { Book, Shelf, show } = await library(context);
    const { select } = context.ormlet;
    return [
      select(Book.c.id).join(Book.r.shelf),
      select(Shelf.c.room).leftJoin(Shelf.r.books),
      select(Shelf.c.room).where(Shelf.r.books.any()),
      select(Book.c.id).where(Book.r.shelf.has(Shelf.c.number.gt(3))),
    ].map(show);
  },
  "keeps classes and tables that stand there twice apart": async (context) => {
    const { freeName } = await load(context);
    const { Person, Book, Tag, show } = await library(context);
    const { alias, select } = context.ormlet;
    const [boss, top, own] = [alias(Person, "boss"), alias(Person, "top"), alias(Person, "own")];
    const [one, two, three] = [alias(Tag, "one"), alias(Tag, "two"), alias(Tag, "three")];
    const join = (name: string, link?: string): Join =>
      link === undefined
        ? { source: { name } }
        : { source: { name }, through: { source: { name: link } } };
    const taken = [
      [],
      [join("a")],
      [join("links")],
      [join("a", "links"), join("links_2")],
      [join("links_1"), join("links"), join("b", "links_2")],
      [join("b", "links_1")],
    ].map((joins) => freeName({ joins }, "links") ?? "nothing");
    return [
      ...[
        select(Person.c.id).join(Person.r.boss, boss).join(boss.r.boss, top),
        select(own.c.id).leftJoin(own.r.staff),
        select(Book.c.id)
          .join(Book.r.tags, one)
          .leftJoin(Book.r.tags, two)
          .join(Book.r.tags, three),
      ].map(show),
      ...taken,
      freeName({ joins: [join("links")] }, undefined) ?? "nothing",
    ];
  },
  "asks whether there is a related row": async (context) => {
    const { Person, Loan, Book, Tag, show } = await library(context);
    const { not, select } = context.ormlet;
    return [
      select(Person.c.id).where(Person.r.loans.any()),
      select(Person.c.id).where(Person.r.loans.any(Loan.c.returned.eq(false), Loan.c.id.gt(7))),
      select(Loan.c.id).where(not(Loan.r.book.has(Book.c.title.eq("Atlas")))),
      select(Book.c.id).where(Book.r.tags.any(Tag.c.name.eq("sea"))),
      select(Tag.c.id).where(Tag.r.books.any()),
    ].map(show);
  },
  "asks for rows of the same table, and within other questions": async (context) => {
    const { Person, Loan, Book, Tag, show } = await library(context);
    const { alias, select } = context.ormlet;
    const boss = alias(Person, "boss");
    return [
      select(Person.c.id).where(Person.r.boss.has(Person.c.name.eq("Ada"))),
      select(Person.c.id).where(Person.r.staff.any()),
      select(boss.c.id).where(boss.r.boss.has(Person.c.id.lt(5))),
      select(boss.c.id).where(boss.r.loans.any(Loan.c.id.eq(2))),
      select(Person.c.id).where(
        Person.r.loans.any(
          Loan.c.returned.eq(true),
          Loan.r.book.has(Book.r.tags.any(Tag.c.name.eq("sea"))),
        ),
      ),
      select(Person.c.id).where(Person.r.boss.has(Person.r.boss.has(Person.c.id.gt(1)))),
    ].map(show);
  },
};

export default probes;
