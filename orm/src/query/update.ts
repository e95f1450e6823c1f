import { ArgumentError, type CompiledSql, type Dialect } from "../engine/index.js";
import { type Condition, conditionNode } from "../mapping/expression.js";
import { type Mapper, mapperOf } from "../mapping/mapper.js";
import type { RowFilters } from "../session/executable.js";
import { type Context, compileText, inScope, tableSource } from "./context.js";
import { filtersOf, narrowed, unfiltered, writeConditions } from "./filters.js";
import {
  type ChangeNode,
  type SetValues,
  toAssignments,
  type WritableClass,
  WriteStatement,
  withMade,
  withPart,
  writeAssignments,
} from "./write.js";

/** An UPDATE or a DELETE: of which rows. */
export abstract class ChangeStatement extends WriteStatement<ChangeNode> {
  /**
   * Only rows for which every condition holds; several calls add up.
   * @example
   * ```ts
   * const lent = update(Book).set({ price: "5.00" }).where(Book.r.loans.any(), Book.c.price.gt("9.00"));
   * console.log((await session.execute(lent)).rowCount); // 1
   * ```
   */
  where(...conditions: readonly Condition[]): this {
    const nodes = conditions.map((condition) => conditionNode("where", condition));
    return nodes.length === 0
      ? this
      : withPart(this, { where: [...(this.node.where ?? []), ...nodes] });
  }

  /**
   * Every row of the table. Without it a statement that has no `where` is refused.
   * @example
   * ```ts
   * const closed = await session.execute(update(Loan).set({ returnedOn: "2026-12-31" }).all());
   * console.log(closed.rowCount); // 3
   * ```
   */
  all(): this {
    return withPart(this, { where: this.node.where ?? [] });
  }

  /**
   * Writes rows that filters of the class leave out as well; with names, only these filters are left out. It holds for
   * all of the statement.
   * @example
   * ```ts
   * const columns = { id: integer().primaryKey(), price: decimal(10, 2) };
   * class Offer extends Base.mapped("books", columns, {
   *   filters: { cheap: (c) => c.price.lt("8.00") },
   * }) {}
   * const free = update(Offer).set({ price: "0.00" }).all();
   * console.log((await session.execute(free)).rowCount); // 1
   * console.log((await session.execute(free.withoutFilter())).rowCount); // 4
   * ```
   */
  withoutFilter(...names: readonly string[]): this {
    return withPart(this, { unfiltered: unfiltered(this.node.unfiltered, names) });
  }

  override toSql(dialect: Dialect, filters?: RowFilters): CompiledSql {
    return compileText(dialect, (context) => writeChange(this.node, context), filters);
  }
}

/** An UPDATE, made by {@link update}. */
export class Update<C extends WritableClass = WritableClass> extends ChangeStatement {
  /**
   * The new values: of the program, or expressions of the row as it is. Several calls add up. The columns with
   * `.onUpdate(() => …)` get a new value too, and a `.version()` counts on. MySQL works from left to right: an
   * expression that stands behind sees the new value of a column before it.
   * @example
   * ```ts
   * const renamed = update(Author)
   *   .set({ name: func.upper(Author.c.name), bornOn: null })
   *   .where(Author.c.id.eq(1));
   * await session.execute(renamed);
   * console.log(await session.get(Author, 1)); // Author { id: 1, name: 'JANE AUSTEN', bornOn: null }
   * ```
   */
  set(values: SetValues<C>): this {
    const { mapper, set } = this.node;
    const assignments = toAssignments(mapper, "set", values);
    const columns = new Set(assignments.map(({ column }) => column));
    return withPart(this, {
      set: [...set.filter(({ column }) => !columns.has(column)), ...assignments],
    });
  }
}

/**
 * Changes many rows in one statement, without loading them.
 *
 *     update(Book).set({ price: Book.c.price.mul("0.9") }).where(Book.c.authorId.eq(7))
 *     -- UPDATE books SET price = books.price * ? WHERE books.author_id = ?
 * @example
 * ```ts
 * const emma = await session.query(Book).filterBy({ title: "Emma" }).one();
 * const sale = update(Book).set({ price: Book.c.price.mul("0.5") }).where(Book.c.authorId.eq(1));
 * console.log((await session.execute(sale)).rowCount, emma.price); // 2 4.75
 * ```
 */
export function update<C extends WritableClass>(entity: C): Update<C> {
  const mapper = mapperOf(entity);
  return new Update({ kind: "update", mapper, synchronize: true, set: [], where: undefined });
}

/** UPDATE … SET … WHERE …, or DELETE FROM … WHERE … */
export function writeChange(node: ChangeNode, outer: Context): string {
  const { kind, mapper, set, where } = node;
  if (where === undefined) throw everyRow(kind, mapper);
  const verb = kind === "delete" ? "DELETE" : "UPDATE";
  const source = tableSource(mapper);
  const context = inScope(narrowed(outer, node.unfiltered), source, [], verb);
  const table = context.dialect.quote(mapper.table.name);
  const text =
    kind === "delete"
      ? `DELETE FROM ${table}`
      : `UPDATE ${table} SET ${writeAssignments(withMade(mapper, set), context)}`;
  const conditions = writeConditions(where, filtersOf(source, context), context);
  return conditions === "" ? text : `${text} WHERE ${conditions}`;
}

function everyRow(kind: "update" | "delete", { name }: Mapper): ArgumentError {
  return new ArgumentError(`The ${kind} of ${name} has no condition.`, {
    code: "every-row",
    hint: "Write where(…); or all(), if every row is meant.",
  });
}
