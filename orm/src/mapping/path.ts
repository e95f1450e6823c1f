import { brand } from "../engine/brand.js";
import { type Condition, conditionNode, Expr } from "./expression.js";
import type { Mapper, Relationship } from "./mapper.js";

/** A {@link Path}, whatever the two classes are. */
export interface AnyPath {
  readonly mapper: Mapper;
  readonly relationship: Relationship;
  /** The occurrence of the first class that the way begins at, where it is one of `alias(Author, "editor")`. */
  readonly alias: string | undefined;
}

/** `Author.r.books`: the way from a class to a related one. */
export class Path<From, To, Key extends string = string> implements AnyPath {
  declare readonly from?: (from: From) => void;
  declare readonly to?: (to: To) => To;
  declare readonly key?: Key;
  readonly mapper: Mapper;
  readonly relationship: Relationship;
  readonly alias: string | undefined;

  constructor(mapper: Mapper, relationship: Relationship, alias?: string) {
    this.mapper = mapper;
    this.relationship = relationship;
    this.alias = alias;
    brand(this, "path");
  }

  /**
   * Whether a related row is there, for which all conditions hold: `EXISTS (SELECT 1 FROM books WHERE …)`. In
   * the conditions the related class is the row that is looked for, also when it is the class itself.
   *
   *     select(Author).where(Author.r.books.any(Book.c.title.like("N%")))
   * @example
   * ```ts
   * const lovers = select(Author.c.name).where(Author.r.books.any(Book.c.price.lt("7.50")));
   * console.log(await session.scalars(lovers).all()); // [ 'Jane Austen' ]
   *
   * const unread = select(Book.c.title).where(not(Book.r.loans.any())).orderBy(Book.c.id);
   * console.log(await session.scalars(unread).all()); // [ 'Persuasion', 'Beowulf' ]
   * ```
   */
  any(...conditions: readonly Condition[]): Condition {
    return related(this, conditions);
  }
  /**
   * The same as {@link any}; it reads better where there is one at most: `Book.r.author.has(…)`.
   * @example
   * ```ts
   * const old = select(Book.c.title).where(Book.r.author.has(Author.c.bornOn.lt("1800-01-01")));
   * console.log(await session.scalars(old.orderBy(Book.c.id)).all()); // [ 'Emma', 'Persuasion' ]
   * ```
   */
  has(...conditions: readonly Condition[]): Condition {
    return related(this, conditions);
  }
}

/** The condition along a path, which the chapter of queries knows how to write. */
export function related(path: AnyPath, conditions: readonly Condition[]): Condition {
  const nodes = conditions.map((condition) => conditionNode("any", condition));
  const extension = { kind: "related", path, conditions: nodes };
  return new Expr({ kind: "extension", extension, type: undefined });
}
