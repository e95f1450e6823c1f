/*
 * Exercise 4.5: A window. One solution.
 *
 * The window is a node like all others: what it is parted and sorted by are nodes again, which the walk writes and
 * binds. Only the frame is text, because a frame takes no parameters, and that is why it is so strict about what
 * comes in. WindowFunction is no Expr, so that ROW_NUMBER() without a window doesn't even compile.
 * Alternative: let the caller write the frame, as a string. It is one line, and one more door for an injection.
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
  /**
   * Of a window, so that the rows stay apart: `func.sum(Book.c.price).over({ partitionBy: Book.c.authorId })`.
   * @example
   * ```ts
   * const running = func.sum(Book.c.price).over({ orderBy: Book.c.id, rows: [-Infinity, 0] });
   * console.log(await session.scalars(select(running).orderBy(Book.c.id)).all());
   * // [ '9.50', '16.50', '24.50', '36.50' ]
   * ```
   */
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
  checkOptions("over()", window, ["partitionBy", "orderBy", "rows", "range"]);
  const { partitionBy = [], orderBy = [], rows, range } = window;
  const frame = rows ?? range;
  const unit = rows === undefined ? "RANGE" : "ROWS";
  const extension = {
    kind: "window",
    operand,
    partitionBy: [partitionBy].flat().map(groupOf),
    orderBy: [orderBy].flat().map(orderOf),
    frame: frame && `${unit} BETWEEN ${writeBound(frame[0])} AND ${writeBound(frame[1])}`,
  };
  return new Expr({ kind: "extension", extension, type: typeOfNode(operand) });
}

/** One end of a frame, written out, because a frame takes no parameters. */
export function writeBound(rows: unknown): string {
  if (rows === 0) return "CURRENT ROW";
  const count = Math.abs(rows as number) === Infinity ? "UNBOUNDED" : Math.abs(rows as number);
  if (count === "UNBOUNDED" || Number.isSafeInteger(rows)) {
    return `${count} ${(rows as number) < 0 ? "PRECEDING" : "FOLLOWING"}`;
  }
  throw new ArgumentError(`A frame cannot begin or end at ${String(rows)}.`, {
    code: "frame",
    hint: "Write two whole numbers, such as [-2, 0], or -Infinity and Infinity for all rows.",
  });
}
