import { hasBrand } from "../engine/brand.js";
import { ArgumentError, type Fragment } from "../engine/index.js";
import type { Col } from "../mapping/column.js";
import { describe } from "../mapping/column-type.js";
import {
  type Condition,
  computedType,
  conditionNode,
  Expr,
  type ExprNode,
  type Operand,
  rawNode,
  typeOfNode,
} from "../mapping/expression.js";
import { argumentNode, callNode } from "./calls.js";
import type { CallNode } from "./query-dialect.js";

/** A CASE, begun by {@link caseWhen}. Without `else` it is null where no condition holds. */
export class Case<T, N extends boolean> extends Expr<T, true> {
  /**
   * The value where this condition holds, and none before it.
   * @example
   * ```ts
   * const size = caseWhen(Book.c.title.eq("Emma"), 1).when(Book.c.title.eq("Beowulf"), 2);
   * console.log(await session.scalars(select(size).orderBy(Book.c.id)).all()); // [ 1, null, null, 2 ]
   * ```
   */
  when<M extends boolean = false>(condition: Condition, value: Operand<T, M>): Case<T, N | M> {
    return new Case(
      caseNode(this.node, conditionNode("when", condition), argumentNode("when", value)),
    );
  }
  /**
   * The value where no condition holds.
   * @example
   * ```ts
   * const size = caseWhen(Book.c.title.eq("Emma"), 1).else(0);
   * console.log(await session.scalars(select(size).orderBy(Book.c.id)).all()); // [ 1, 0, 0, 0 ]
   * ```
   */
  else<M extends boolean = false>(value: Operand<T, M>): Expr<T, N | M> {
    return new Expr(caseNode(this.node, argumentNode("else", value)));
  }
}

/**
 * A value that depends on conditions, the first of which that holds decides.
 *
 *     caseWhen(Book.c.price.lt("10"), "cheap").when(Book.c.price.lt("50"), "fair").else("dear")
 *     -- CASE WHEN `books`.`price` < ? THEN ? WHEN `books`.`price` < ? THEN ? ELSE ? END
 * @example
 * ```ts
 * const band = caseWhen(Book.c.price.lt("8.00"), "low").when(Book.c.price.lt("10.00"), "fair").else("high");
 * console.log(await session.execute(select(Book.c.title, band).orderBy(Book.c.price)).all());
 * // [
 * //   [ 'Persuasion', 'low' ],
 * //   [ 'Wuthering Heights', 'fair' ],
 * //   [ 'Emma', 'fair' ],
 * //   [ 'Beowulf', 'high' ]
 * // ]
 * ```
 */
export function caseWhen<T, N extends boolean = false>(
  condition: Condition,
  value: Operand<T, N>,
): Case<T, N> {
  const empty = callNode("case", [], undefined);
  const first = [conditionNode("caseWhen", condition), argumentNode("caseWhen", value)];
  return new Case(caseNode(empty, ...first));
}

/** A CASE with more operands. Values among them are taken as the expressions among them are. */
function caseNode(begun: ExprNode, ...more: readonly ExprNode[]): ExprNode {
  const operands = [...(begun as CallNode).operands, ...more];
  const isValue = (place: number) => place % 2 === 1 || place === operands.length - 1;
  const values = operands.filter((_, place) => isValue(place));
  const expression = values.find((node) => node.kind !== "value" && typeOfNode(node));
  const type = expression && computedType(typeOfNode(expression));
  const alike = operands.map((node, place) =>
    isValue(place) && node.kind === "value" ? argumentNode("caseWhen", node.value, type) : node,
  );
  return callNode("case", alike, type ?? (values[0] && typeOfNode(values[0])));
}

/**
 * As another type: `cast(Book.c.title, decimal(10, 2))` is `CAST(books.title AS DECIMAL(10, 2))`.
 * @example
 * ```ts
 * const whole = select(cast(Book.c.price, integer())).where(Book.c.id.eq(1));
 * console.log(await session.scalars(whole).one()); // 10
 * ```
 */
export function cast<T, N extends boolean>(
  value: Expr<unknown, N>,
  to: Pick<Col<T, boolean, boolean>, "_t" | "definition">,
): Expr<T, N> {
  if (to?.definition === undefined) {
    throw new ArgumentError(`cast() was given ${describe(to)} for a type.`, {
      code: "not-a-type",
      hint: "Write cast(Book.c.title, decimal(10, 2)).",
    });
  }
  return new Expr(callNode("cast", [argumentNode("cast", value)], to.definition.type));
}

/**
 * A value as an expression: `literal(1)`, `literal("9.99", decimal(10, 2))`. It is bound.
 * @example
 * ```ts
 * const labelled = select({ kind: literal("book"), title: Book.c.title }).where(Book.c.id.eq(1));
 * console.log(await session.execute(labelled).one()); // { kind: 'book', title: 'Emma' }
 * ```
 */
export function literal<T>(
  value: T,
  as?: Pick<Col<T, boolean, boolean>, "_t" | "definition">,
): Expr<T, false> {
  const node = argumentNode("literal", value, as?.definition.type);
  return new Expr(callNode("literal", [node], typeOfNode(node)));
}

/**
 * SQL of your own, wherever an expression can stand.
 *
 *     select(Book).orderBy(expression(sql`RAND()`))
 *     select(expression<number>(sql`COUNT(*)`))
 *
 * @param as how the value is read, `decimal(10, 2)`; without it as `engine.execute` reads it.
 * @example
 * ```ts
 * const year = expression<number>(sql`YEAR(${sql.identifier("authors", "born_on")})`);
 * const born = select(Author.c.name, year).where(Author.c.id.eq(1));
 * console.log(await session.execute(born).one()); // [ 'Jane Austen', 1775 ]
 * ```
 */
export function expression<T, N extends boolean = false>(
  fragment: Fragment<unknown>,
  as?: Pick<Col<T, N, boolean>, "_t" | "_n" | "definition">,
): Expr<T, N> {
  if (hasBrand(fragment, "fragment")) return new Expr(rawNode(fragment, as?.definition.type));
  throw new ArgumentError(`expression() was given ${describe(fragment)}.`, {
    code: "not-a-fragment",
    hint: "Write it with the tag: expression(sql`…`).",
  });
}
