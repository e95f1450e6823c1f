import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Item = { title: string };
interface Collection extends ReadonlyArray<Item> {
  push(...items: Item[]): number;
  pop(): Item | undefined;
  shift(): Item | undefined;
  unshift(...items: Item[]): number;
  splice(start: number, count: number, ...items: Item[]): Item[];
  remove(item: Item): boolean;
  replace(items: Iterable<Item>): void;
}
type Author = { books: Collection };

/** An author whose collection is changed by the learner's function, and a maker of books. */
async function library(
  context: ProbeContext,
): Promise<{ author: Author; book: (title: string) => Item }> {
  await context.submission();
  const { declarativeBase, integer, manyToOne, oneToMany, varchar } = context.ormlet;
  const Base = declarativeBase();
  class MappedAuthor extends Base.mapped("authors", {
    id: integer().primaryKey(),
    books: oneToMany<object>("Book"),
  }) {}
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    title: varchar(40),
    authorId: integer().nullable().references("authors.id"),
    author: manyToOne<object>("MappedAuthor"),
  }) {}
  Base.configure(MappedAuthor, Book);
  const author = new MappedAuthor() as unknown as Author;
  const books = new Map<string, Item>();
  const book = (title: string): Item => {
    const known = books.get(title) ?? (new Book({ title }) as unknown as Item);
    books.set(title, known);
    return known;
  };
  return { author, book };
}

const titles = (items: readonly Item[]): Json => items.map(({ title }) => title);

/** What is noted of the author's books: the titles that were there before. */
function noted(author: Author): Json {
  const key = Symbol.for("ormlet.instance");
  const { before } =
    (author as unknown as Record<symbol, { before?: Map<number, Item[]> }>)[key] ?? {};
  const old = before?.get(1);
  return old === undefined ? null : titles(old);
}

type Heard = { added: Json; removed: Json; now: Json }[];

/** What the behaviour hears from now on: what came, what left, and the list at that time. */
function listen(author: Author): Heard {
  type Behaviour = { changed(instance: object, relationship: object, ...lists: Item[][]): void };
  type Instance = { mapper: { registry: { behaviour: Behaviour } } };
  const instance = (author as unknown as Record<symbol, Instance>)[Symbol.for("ormlet.instance")];
  const { registry } = (instance as Instance).mapper;
  const heard: Heard = [];
  registry.behaviour = {
    ...registry.behaviour,
    changed(_instance, _relationship, added = [], removed = []) {
      if (added.length + removed.length === 0) return;
      heard.push({ added: titles(added), removed: titles(removed), now: titles(author.books) });
    },
  };
  return heard;
}

type Step = [method: string, ...rest: (string | number | string[])[]];

/** One change, as the input describes it; what it returns, as titles. */
function take({ books }: Author, book: (title: string) => Item, [method, ...rest]: Step): Json {
  const items = rest.filter((one): one is string => typeof one === "string").map(book);
  const [start = 0, count = 0] = rest.filter((one): one is number => typeof one === "number");
  const listed = rest.find((one): one is string[] => Array.isArray(one)) ?? [];
  if (method === "push") return books.push(...items);
  if (method === "unshift") return books.unshift(...items);
  if (method === "pop") return books.pop()?.title ?? null;
  if (method === "shift") return books.shift()?.title ?? null;
  if (method === "splice") return titles(books.splice(start, count, ...items));
  if (method === "remove") return books.remove(items[0] as Item);
  books.replace(listed.map(book));
  return null;
}

function outcome(call: () => Json): Json {
  try {
    return { gave: call() };
  } catch (error) {
    return { code: (error as { code?: string }).code ?? String(error) };
  }
}

async function play(context: ProbeContext): Promise<Json> {
  const { author, book } = await library(context);
  return (context.input as Step[]).map((step): Json => {
    const result = outcome(() => take(author, book, step));
    return { result, now: titles(author.books), noted: noted(author) };
  });
}

const probes: Probes = {
  "takes out, puts in, and gives what was taken out": play,
  "counts a negative start from the end, and stays within the list": play,
  "notes the list as it was before the first change": play,
  "refuses the same object twice, and leaves the list as it was": play,
  "lets an object go and come back in one call": play,
  "tells what came and what left, after the change": async (context) => {
    const { author, book } = await library(context);
    const heard = listen(author);
    for (const step of context.input as Step[]) outcome(() => take(author, book, step));
    return heard;
  },
  "takes very long lists": async (context) => {
    const { author, book } = await library(context);
    const count = context.input as number;
    const many = Array.from({ length: count }, (_, index) => book(`${index}`));
    author.books.push(book("first"), book("last"));
    author.books.replace([book("first"), ...many, book("last")]);
    const grown = author.books.length;
    author.books.remove(book("7"));
    return { grown, left: author.books.length, includes: author.books.includes(book("8")) };
  },
};

export default probes;
