/*
 * Exercise 4.3: Along a relationship (15 points, about 25 minutes)
 *
 * Read:  notebooks/04b-rows.ipynb
 * Grade: npm run grade -- 4.3
 */
import { sql } from "ormlet/internal/engine/index";
import { type ExprNode, rawNode } from "ormlet/internal/mapping/expression";
import type { Mapper } from "ormlet/internal/mapping/mapper";
import type { AnyPath } from "ormlet/internal/mapping/path";
import { foreignKeyOf, type KeyPair } from "ormlet/internal/mapping/relationship-keys";
import { targetOf } from "ormlet/internal/mapping/relationship-target";
import type { Column } from "ormlet/internal/mapping/table";
import { throughOf } from "ormlet/internal/mapping/through";
import { writeQuery } from "ormlet/internal/query/compiler";
import { type Context, sourceName, tableSource } from "ormlet/internal/query/context";
import { within } from "ormlet/internal/query/joins";
import {
  type JoinNode,
  newSelect,
  type QueryExtension,
  type SelectNode,
  type Source,
} from "ormlet/internal/query/nodes";

/** The names of the sources that a join along a path is between. */
export interface JoinNames {
  /** Of the class where the path begins. */
  readonly own: string;
  readonly target: string;
  /** Of the table between, for manyToMany; its own name when it is not said. */
  readonly link?: string | undefined;
}

/**
 * The join along a relationship: `JOIN books ON books.author_id = authors.id`, for manyToMany with the table
 * between.
 */
export function pathJoin(kind: JoinNode["kind"], path: AnyPath, names: JoinNames): JoinNode {
  throw new Error("not written yet: exercise 4.3");
}

/** A name for a table between that no other source of the select has. */
export function freeName({ joins }: SelectNode, table: string | undefined): string | undefined {
  throw new Error("not written yet: exercise 4.3");
}

export function columnOf(mapper: Mapper, column: Column, alias?: string): ExprNode {
  return { kind: "column", mapper, column, ...(alias === undefined ? {} : { alias }) };
}

/** A column of a table between, which no class needs to be mapped to. */
export function linkColumn(source: Source, { name, type }: Column): ExprNode {
  return { kind: "field", source, name, type };
}

export function equal(left: ExprNode, right: ExprNode): ExprNode {
  return { kind: "compare", operator: "=", left, right };
}

/** `EXISTS (SELECT 1 FROM books WHERE books.author_id = authors.id AND …)`, for `Author.r.books.any(…)`. */
export function writeRelated(
  { path, conditions }: QueryExtension & { readonly kind: "related" },
  context: Context,
): string {
  throw new Error("not written yet: exercise 4.3");
}
