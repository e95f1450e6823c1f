import { mapperOf } from "../mapping/mapper.js";
import { ChangeStatement } from "./update.js";
import type { WritableClass } from "./write.js";

/** A DELETE, made by {@link deleteFrom}. */
export class DeleteFrom extends ChangeStatement {}

/**
 * Deletes many rows in one statement, without loading them: `deleteFrom(Book).where(Book.c.price.lt("1"))`. Rows
 * of other tables go or stay as the foreign keys in the database say; no cascade of a relationship is looked at.
 * @example
 * ```ts
 * const { rowCount } = await session.execute(deleteFrom(Loan).where(Loan.c.returnedOn.isNotNull()));
 * console.log(rowCount, await session.query(Loan).count()); // 1 2
 * ```
 */
export function deleteFrom(entity: WritableClass): DeleteFrom {
  const mapper = mapperOf(entity);
  return new DeleteFrom({ kind: "delete", mapper, synchronize: true, set: [], where: undefined });
}
