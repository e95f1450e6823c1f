import { PrismaMariaDb } from "@prisma/adapter-mariadb";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, type Question, questions } from "../workloads/w6.js";
import { type Book, type Prisma, PrismaClient, type Tag } from "./prisma/generated/client.js";

// Prisma gives plain objects and remembers none of them. MySQL does not return inserted rows to it, so the keys are
// found by the unique email; it cannot write different values to many rows at once, so each changed row is an
// `updateMany` of its own, which is less work than an `update`, for that reads the row again.

/** The rows of one INSERT. */
const chunk = 1_000;

/** A book as the workloads read it. Prisma gives a Decimal and a Date: they become texts when they are looked at. */
class ReadableBook {
  readonly #book: Book;
  readonly tags: readonly Tag[];

  constructor(book: Book, tags: readonly Tag[] = []) {
    this.#book = book;
    this.tags = tags;
  }

  get id(): number {
    return this.#book.id;
  }
  get title(): string {
    return this.#book.title;
  }
  get pages(): number {
    return this.#book.pages;
  }
  get price(): string {
    return this.#book.price.toFixed(2);
  }
  get published(): string {
    return this.#book.published.toISOString().slice(0, 10);
  }
  get authorId(): number {
    return this.#book.authorId;
  }
}

export const open: OpenWay = async (url) => {
  const { hostname, port, username, password, pathname } = new URL(url);
  const adapter = new PrismaMariaDb(
    {
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: pathname.slice(1),
      connectionLimit: 5,
      timezone: "Z",
      allowPublicKeyRetrieval: true,
    },
    // Otherwise each statement is prepared anew before it is executed, which is a round trip more.
    { useTextProtocol: true },
  );
  const prisma = new PrismaClient({ adapter });

  /** One transaction, however slow the machine is; five seconds is what Prisma gives it otherwise. */
  function transaction<T>(work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return prisma.$transaction(work, { maxWait: 60_000, timeout: 600_000 });
  }

  /** The authors of an answer; a grouped query has no joins, so their names are another query. */
  async function earners({ pages, published }: Question): Promise<object[]> {
    const groups = await prisma.book.groupBy({
      by: "authorId",
      where: { pages: { gte: pages }, published: { lt: new Date(published) } },
      _count: { id: true },
      _sum: { price: true },
      orderBy: [{ _sum: { price: "desc" } }, { authorId: "asc" }],
      take: places,
    });
    const authors = await prisma.author.findMany({
      where: { id: { in: groups.map(({ authorId }) => authorId) } },
      select: { id: true, name: true },
    });
    const names = new Map(authors.map(({ id, name }) => [id, name]));
    return groups.map(({ authorId, _count, _sum }) => ({
      id: authorId,
      name: names.get(authorId),
      books: _count.id,
      total: _sum.price?.toFixed(2),
    }));
  }

  return {
    runs: {
      w1: (size) =>
        transaction(async (tx) => {
          const added = Array.from({ length: size }, (_, index) => ({
            id: 0,
            ...newAuthor(index),
          }));
          for (let start = 0; start < size; start += chunk) {
            const part = added.slice(start, start + chunk);
            await tx.author.createMany({ data: part.map(({ name, email }) => ({ name, email })) });
            const rows = await tx.author.findMany({
              where: { email: { in: part.map(({ email }) => email) } },
              select: { id: true, email: true },
            });
            const ids = new Map(rows.map(({ id, email }) => [email, id]));
            for (const author of part) author.id = ids.get(author.email) ?? 0;
          }
          return added;
        }),
      w2: async () => (await prisma.book.findMany()).map((book) => new ReadableBook(book)),
      async w3() {
        const authors = await prisma.author.findMany({ include: { books: true } });
        return authors.map(({ books, ...author }) => ({
          ...author,
          books: books.map((book) => new ReadableBook(book)),
        }));
      },
      async w4(size) {
        const found: object[] = [];
        for (const id of keysToFind(size)) {
          const book = await prisma.book.findUnique({ where: { id } });
          if (book !== null) found.push(new ReadableBook(book));
        }
        return found;
      },
      w5: () =>
        transaction(async (tx) => {
          const books = await tx.book.findMany();
          const changed = books.map((book) => ({ ...book, price: raised(book.price.toString()) }));
          for (const { id, price } of changed) {
            await tx.book.updateMany({ where: { id }, data: { price } });
          }
          return changed;
        }),
      async w6(size) {
        const answers: object[] = [];
        for (const question of questions(size)) answers.push(await earners(question));
        return answers;
      },
      async w7() {
        const books = await prisma.book.findMany({
          include: { bookTags: { select: { tag: true } } },
        });
        return books.map((book) => {
          const tags = book.bookTags.map(({ tag }) => tag);
          return new ReadableBook(book, tags);
        });
      },
    },
  };
};
