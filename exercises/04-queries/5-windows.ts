/*
 * Exercise 4.5: A window (15 points, about 15 minutes)
 *
 * Read:  notebooks/04c-reports.ipynb
 * Grade: npm run grade -- 4.5
 */
import { ArgumentError } from "ormlet/internal/engine/index";
import { Expr, type ExprNode, type Order, typeOfNode } from "ormlet/internal/mapping/expression";
import { checkOptions } from "ormlet/internal/mapping/naming";
import { groupOf, orderOf } from "ormlet/internal/query/given";

/** What rows are sorted by: one expression, or several. */
export type Sorting = Order | Expr<unknown> | readonly (Order | Expr<unknown>)[];

/** Which rows a function sees beside its own. */
export interface Window {
  /** Only rows that are alike in these; without it all rows. */
  readonly partitionBy?: Expr<unknown> | readonly Expr<unknown>[];
  /** In which order. With it an aggregate sees the rows up to its own, and those that are equal in order. */
  readonly orderBy?: Sorting;
  /** So many rows before and after: `[-2, 0]` are the two before and the row itself, -Infinity all before. */
  readonly rows?: Frame;
  /** The same by the value that is sorted by: `[-7, 0]` are rows with a value at most 7 less. */
  readonly range?: Frame;
}

/** From and to, counted from the row itself: a negative number is before it, ±Infinity has no end. */
export type Frame = readonly [from: number, to: number];

/** A function of many rows, made by {@link func}: of a group, or with {@link over} of a window. */
export class Aggregate<T, N extends boolean> extends Expr<T, N> {
  /** Of a window, so that the rows stay apart: `func.sum(Book.c.price).over({ partitionBy: Book.c.authorId })`. */
  over(window: Window = {}): Expr<T, N> {
    return windowed(this.node, window);
  }
}

/** A function that there is over a window alone. It is no expression before it has one. */
export class WindowFunction<T, N extends boolean> {
  readonly node: ExprNode;

  constructor(node: ExprNode) {
    this.node = node;
  }

  /** `func.rowNumber().over({ partitionBy: Book.c.authorId, orderBy: Book.c.price.desc() })` */
  over(window: Window = {}): Expr<T, N> {
    return windowed(this.node, window);
  }
}

/** `call OVER (PARTITION BY … ORDER BY … ROWS BETWEEN … AND …)` */
export function windowed<T, N extends boolean>(operand: ExprNode, window: Window): Expr<T, N> {
  throw new Error("not written yet: exercise 4.5");
}

/** One end of a frame, written out, because a frame takes no parameters. */
export function writeBound(rows: unknown): string {
  throw new Error("not written yet: exercise 4.5");
}
