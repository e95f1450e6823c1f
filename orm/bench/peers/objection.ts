import commonJs from "knex";
import { Model, snakeCaseMappers } from "objection";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, type Question, questions } from "../workloads/w6.js";

// Models on Knex, the relations fetched by a query for each. On MySQL it inserts a single model only, and saves
// changes row by row; for many rows at once its documentation leads to Knex, by `knexQuery`.

class Base extends Model {
  static override columnNameMappers = snakeCaseMappers();
}

class Author extends Base {
  static override tableName = "authors";
  static override relationMappings = () => ({
    books: {
      relation: Model.HasManyRelation,
      modelClass: Book,
      join: { from: "authors.id", to: "books.author_id" },
    },
  });
  declare id: number;
  declare name: string;
  declare email: string;
  declare createdAt: Date;
  declare books?: Book[];
}

class Book extends Base {
  static override tableName = "books";
  static override relationMappings = () => ({
    tags: {
      relation: Model.ManyToManyRelation,
      modelClass: Tag,
      join: {
        from: "books.id",
        through: { from: "book_tags.book_id", to: "book_tags.tag_id" },
        to: "tags.id",
      },
    },
  });
  declare id: number;
  declare title: string;
  declare pages: number;
  declare price: string;
  declare published: string;
  declare authorId: number;
  declare tags?: Tag[];
}

class Tag extends Base {
  static override tableName = "tags";
  declare id: number;
  declare name: string;
}

// As a CommonJS module Knex tells Node.js no names that could be imported one by one.
const { knex } = commonJs;

const chunk = 1_000;

export const open: OpenWay = async (url) => {
  const database = knex({
    client: "mysql2",
    // mysql2 takes the types whose values stay text; the type of Knex knows all or none only.
    connection: { uri: url, timezone: "Z", dateStrings: ["DATE"] as unknown as boolean },
    pool: { min: 0, max: 5 },
  });
  Base.knex(database);
  return {
    runs: {
      w1: insertAuthors,
      w2: () => Book.query().execute(),
      w3: () => Author.query().withGraphFetched("books").execute(),
      w4: findBooks,
      w5: raisePrices,
      w6: askQuestions,
      w7: () => Book.query().withGraphFetched("tags").execute(),
    },
    build(question) {
      const { sql, bindings } = bestAuthors(question).toKnexQuery().toSQL().toNative();
      return { text: sql, parameters: bindings };
    },
  };
};

async function insertAuthors(size: number): Promise<object[]> {
  const authors = Array.from({ length: size }, (_, index) => Author.fromJson(newAuthor(index)));
  await Author.transaction(async (transaction) => {
    for (let start = 0; start < size; start += chunk) {
      const part = authors.slice(start, start + chunk);
      const rows = part.map((author) => author.$toDatabaseJson());
      // MySQL tells the first key only; those of one statement follow each other.
      const [first = 0] = await Author.knexQuery().transacting(transaction).insert(rows);
      part.forEach((author, index) => {
        author.id = first + index;
      });
    }
  });
  return authors;
}

async function findBooks(size: number): Promise<object[]> {
  const books: object[] = [];
  for (const key of keysToFind(size)) {
    const book = await Book.query().findById(key);
    if (book !== undefined) books.push(book);
  }
  return books;
}

/** One INSERT … ON DUPLICATE KEY UPDATE for many rows: all of a row is sent, and only its price is changed. */
function raisePrices(): Promise<object[]> {
  return Book.transaction(async (transaction) => {
    const books = await Book.query(transaction);
    for (const book of books) book.price = raised(book.price);
    for (let start = 0; start < books.length; start += chunk) {
      const rows = books.slice(start, start + chunk).map((book) => book.$toDatabaseJson());
      await Book.knexQuery()
        .transacting(transaction)
        .insert(rows)
        .onConflict("id")
        .merge(["price"]);
    }
    return books;
  });
}

async function askQuestions(size: number): Promise<object[]> {
  const answers: object[] = [];
  for (const question of questions(size)) answers.push(await bestAuthors(question));
  return answers;
}

function bestAuthors({ pages, published }: Question) {
  return Author.query()
    .joinRelated("books")
    .select("authors.id", "authors.name")
    .count("books.id as books")
    .sum("books.price as total")
    .where("books.pages", ">=", pages)
    .where("books.published", "<", published)
    .groupBy("authors.id")
    .orderBy([{ column: "total", order: "desc" }, { column: "authors.id" }])
    .limit(places);
}
