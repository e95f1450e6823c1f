/*
 * Exercise 4.1: A search form (10 points, about 10 minutes)
 *
 * Read:  notebooks/04-queries.ipynb
 * Grade: npm run grade -- 4.1
 */
import { decimal, declarativeBase, enumeration, integer, type Select, varchar } from "ormlet";

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

/** The select that finds the books of a search. */
export function searchBooks(search: Search): Select<Book> {
  throw new Error("not written yet: exercise 4.1");
}
