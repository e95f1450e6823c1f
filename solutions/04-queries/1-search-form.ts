/*
 * Exercise 4.1: A search form. One solution.
 *
 * A select never changes, so each field that was filled in makes a new one of it, and no field has to know of the
 * others. contains takes the signs of LIKE out of what was typed; the empty text between two spaces is in every title,
 * so that it does no harm. or(…) writes its own brackets, so that it can
 * stand beside any other condition. The id at the end makes the order certain: without it, a book could stand on
 * two pages, or on none.
 * Alternative: collect the conditions in an array, and hand them all to one where(…). It does the same.
 */
import {
  type Condition,
  decimal,
  declarativeBase,
  enumeration,
  integer,
  or,
  type Select,
  select,
  varchar,
} from "ormlet";

const Base = declarativeBase();

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  kind: enumeration("novel", "map", "notes"),
  year: integer().nullable(),
  price: decimal(8, 2),
}) {}

/** What was typed into the form; a field that stayed empty is not there. */
export interface Search {
  words?: string;
  kinds?: ("novel" | "map" | "notes")[];
  from?: number;
  to?: number;
  undated?: boolean;
  maxPrice?: string;
  sort?: "title" | "newest" | "cheapest";
  page?: number;
}

const { title, kind, year, price, id } = Book.c;

const orders = { title: [], newest: [year.desc().nullsLast()], cheapest: [price.asc()] };

/** The select that finds the books of a search. */
export function searchBooks(search: Search): Select<Book> {
  const { words = "", kinds = [], from, to, undated, maxPrice, sort = "title", page } = search;
  const dated = (inYears: Condition) => (undated ? or(inYears, year.isNull()) : inYears);
  let query: Select<Book> = select(Book);
  for (const word of words.split(" ")) query = query.where(title.contains(word));
  if (kinds.length > 0) query = query.where(kind.in(kinds));
  return query
    .if(from, (found, first) => found.where(dated(year.gte(first))))
    .if(to, (found, last) => found.where(dated(year.lte(last))))
    .if(maxPrice, (found, most) => found.where(price.lte(most)))
    .if(page, (found, number) => found.limit(5).offset((number - 1) * 5))
    .orderBy(...orders[sort], title, id);
}
