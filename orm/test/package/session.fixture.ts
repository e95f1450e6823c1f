// What must and what must not compile for sessions and queries, in strict mode and without it.
import {
  type AbortError,
  and,
  createEngine,
  date,
  decimal,
  declarativeBase,
  type Inspection,
  type IntegrityError,
  inspect,
  integer,
  manyToOne,
  type OperationalError,
  oneToMany,
  Session,
  type SessionMaker,
  type SessionOptions,
  type SessionScope,
  type StopSignal,
  select,
  sessionmaker,
  sessionScope,
  sql,
  varchar,
} from "ormlet";

const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  bornOn: date().nullable(),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {
  get label(): string {
    return this.name;
  }
}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
}) {}

const engine = createEngine("mysql://root@localhost/library");
const SessionLocal = sessionmaker(engine);

export async function compiles(): Promise<void> {
  const session = new Session(engine, { autoflush: false });
  const ada = new Author({ name: "Ada", books: [new Book({ title: "Notes", price: "9.99" })] });
  session.add(ada);
  session.addAll([ada, new Book({ title: "Letters", price: "1.00" })]);
  const found = await session.get(Author, 1);
  const label: string | undefined = found?.label;
  const merged: Author = await session.merge(ada);
  await session.refresh(ada);
  session.expire(ada, "name", "books");

  const authors: Author[] = await session
    .scalars(select(Author).where(Author.c.name.like("A%"), and(Author.c.bornOn.isNull())))
    .all();
  const names: string[] = await session.scalars(select(Author.c.name)).all();
  const pairs = await session.execute(select(Author, Book.c.price)).all();
  for (const [author, price] of pairs) {
    const both: [string, string] = [author.label, price];
    void both;
  }
  const record = await session
    .execute(select({ who: Author.c.name, born: Author.c.bornOn }).orderBy(Author.c.id.desc()))
    .one();
  const who: string = record.who;
  const born: string | null = record.born;
  for await (const author of session.scalars(select(Author).limit(10).offset(5))) {
    const name: string = author.name;
    void name;
  }
  const rows = await session.execute(sql<{ n: number }>`SELECT 1 AS n`);
  const n: number | undefined = rows[0]?.n;

  const count: number = await session.begin(() => 7);
  await session.beginNested(async () => session.delete(ada));
  const inspection: Inspection = inspect(ada);
  const title: string = await SessionLocal.begin(async (local) => {
    const book = await local.scalars(select(Book)).one();
    return book.title;
  });
  const [called, made]: Session[] = [SessionLocal(), new SessionLocal()];
  await called?.close();
  void [label, merged, authors, names, who, born, n, count, inspection, title, made];
}

export async function transactions(signal: StopSignal): Promise<void> {
  const options: SessionOptions = { isolation: "serializable", readOnly: true, timeout: 5, signal };
  const session = new Session(engine, options);
  const locked: Author | null = await session.get(Author, 1, { lock: "update", noWait: true });
  if (locked) await session.refresh(locked, { lock: "share" });
  const n: number = await session.begin(() => 7, { isolation: "read committed" });
  const Maker: SessionMaker = sessionmaker(engine, { isolation: "repeatable read" });
  const name: string = await Maker.begin(
    async (own) => (await own.scalars(select(Author)).one()).name,
    {
      retry: 3,
      signal,
    },
  );
  const scope: SessionScope = sessionScope(Maker);
  const found: Author | null = await scope.begin(() => scope.current.get(Author, 1), { retry: 1 });
  const one: Session = new Maker({ signal });
  const outcome = (error: OperationalError | AbortError): "unknown" | undefined => error.outcome;
  const property = (error: IntegrityError): string | undefined => error.entity ?? error.property;
  void [n, name, found, one, outcome, property];
  // @ts-expect-error there is no such level
  new Session(engine, { isolation: "snapshot" });
  // @ts-expect-error retry is for SessionLocal.begin, which makes a fresh session each time
  await session.begin(() => {}, { retry: 3 });
  // @ts-expect-error a lock says which
  await session.get(Author, 1, {});
  // @ts-expect-error a signal is an object
  await Maker.begin(() => {}, { signal: true });
}

export async function doesNot(session: Session): Promise<void> {
  // @ts-expect-error a plain object is not of a mapped class
  session.add({ name: "Ada" });
  // @ts-expect-error a class is not an object of it
  session.add(Author);
  // @ts-expect-error several objects are for addAll
  session.add([new Author({ name: "Ada" })]);
  // @ts-expect-error there is no such property
  session.expire(new Author({ name: "Ada" }), "nmae");
  // @ts-expect-error a string is not a statement
  await session.execute("SELECT 1");
  // @ts-expect-error a price is a string
  select(Book).where(Book.c.price.lt(10));
  // @ts-expect-error a name is not a condition
  select(Book).where(Book.c.title);
  // @ts-expect-error there is no such option
  new Session(engine, { autoFlush: true });
  const titles = await session.scalars(select(Book.c.title)).all();
  // @ts-expect-error a title is a string
  const wrong: number | undefined = titles[0];
  void wrong;
}
