import { isDeepStrictEqual } from "node:util";
import { ArgumentError, InvalidRequestError } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import { instanceOf } from "../mapping/instance.js";
import { mapperOf } from "../mapping/mapper.js";
import type { Session } from "../session/index.js";
import { select } from "./select.js";
import type { QueryClass } from "./sources.js";
import type { Selectable } from "./types.js";

/**
 * Compares both halves of every hybrid of a class, for every row of its table: for a test of the program's own. It
 * sends one statement, SELECT books.id, …, books.pages > 300 AS is_long FROM books, and keeps all objects.
 *
 * @example
 * ```ts
 * const columns = { id: integer().primaryKey(), price: decimal(10, 2) };
 * class Offer extends Base.mapped("books", columns, {
 *   hybrids: {
 *     isCheap: { object: (offer) => Number(offer.price) < 8, sql: (c) => c.price.lte("8.00") },
 *   },
 * }) {}
 * await checkHybrids(session, Offer).catch((error) => console.log(error.message));
 * // Offer.isCheap of 3 is false, and in SQL true.
 * //   Hint: Write both halves so that they mean the same: null, capitals and rounding are where they part.
 * ```
 *
 * @throws InvalidRequestError `hybrid-halves` for the first value that differs.
 * @throws ArgumentError `no-hybrid` for a class that has none.
 */
export async function checkHybrids(
  session: Pick<Session, "execute">,
  entity: QueryClass,
): Promise<void> {
  const { hybrids, name } = mapperOf(entity);
  const names = [...hybrids.keys()];
  if (names.length === 0) {
    throw new ArgumentError(`${name} has no hybrid.`, {
      code: "no-hybrid",
      hint: 'Declare one: Base.mapped("books", { … }, { hybrids: { isLong: { object, sql } } }).',
    });
  }
  const columns = entity.c as Readonly<Record<string, Selectable>>;
  const halves = names.map((property) => columns[property] as Selectable);
  const rows = await session.execute(select(entity as Selectable, ...halves)).all();
  for (const [object, ...values] of rows as [Record<string, unknown>, ...unknown[]][]) {
    for (const [place, property] of names.entries()) {
      const [own, sql] = [object[property], values[place]];
      // 0 and -0 are one to SQL.
      if (own !== sql && !isDeepStrictEqual(own, sql)) throw differing(object, property, own, sql);
    }
  }
}

function differing(object: object, property: string, own: unknown, sql: unknown) {
  const { mapper, values } = instanceOf(object);
  const key = mapper.table.primaryKey.map(({ position }) => describe(values[position]));
  const what = `${mapper.name}.${property} of ${key.join(", ")} is ${describe(own)}`;
  return new InvalidRequestError(`${what}, and in SQL ${describe(sql)}.`, {
    code: "hybrid-halves",
    hint: "Write both halves so that they mean the same: null, capitals and rounding are where they part.",
  });
}
