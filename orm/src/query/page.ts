import { hasBrand } from "../engine/brand.js";
import { ArgumentError, type Dialect, type SqlValue, sql } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import { type ExprNode, type Order, order, rawNode, typeOfNode } from "../mapping/expression.js";
import { checkOptions } from "../mapping/naming.js";
import { booleanType } from "../mapping/types-number.js";
import type { Executable } from "../session/index.js";
import { compileQuery, isSame } from "./compiler.js";
import { noCursor, readCursor, writeCursor } from "./cursor.js";
import { groupOf } from "./given.js";
import type { QueryNode, SelectItem, SelectNode } from "./nodes.js";
import { beyond, canBeNull, type Point } from "./page-condition.js";
import { pageOrder, partsOf } from "./page-order.js";
import { queryDialect } from "./query-dialect.js";
import { Select, type Sortable } from "./select.js";

/** Which page is wanted: the first one, unless a cursor says after or before which row. */
export interface PageOptions {
  /** Rows at most, 1 or more. */
  readonly size: number;
  /** The `next` of a page, for the rows behind it. */
  readonly after?: string | null | undefined;
  /** The `previous` of a page, for the rows before it. */
  readonly before?: string | null | undefined;
  /** The last rows, where no cursor is given. Default false. */
  readonly last?: boolean;
  /** What tells rows apart, where ormlet cannot know: those of a subquery, or of a common table expression. */
  readonly key?: Sortable | readonly Sortable[];
}

/** Some rows of a statement, in its order, and the ways on. */
export interface Page<R> {
  readonly items: R[];
  /** For `after`: the cursor of the last row; null when there are no rows behind it. */
  readonly next: string | null;
  /** For `before`: the cursor of the first row; null when there are no rows before it. */
  readonly previous: string | null;
  readonly hasNext: boolean;
  /** Where the cursor came from, there was a row. Whether it is still there is not asked: it would cost a statement. */
  readonly hasPrevious: boolean;
}

/** A page of a statement, before it is sent. */
export interface PageQuery<R> {
  readonly query: Select<unknown[]>;
  /** Makes the page of its rows. */
  readonly read: (rows: readonly (readonly unknown[])[]) => Page<R>;
}

/**
 * What is sent for a page, and how it is read. Behind the items of the statement comes what it is sorted by, of
 * which cursors are made; an object's own values would not do, as the program may have changed them. One row more
 * than wanted tells whether there is another page. What lies before a cursor is read in the opposite order.
 */
export function pageQuery<R>(
  statement: Executable<R>,
  options: PageOptions,
  dialect: Dialect,
): PageQuery<R> {
  const node = pagedNode(statement);
  const { size, way, cursor, key } = checkedPage(options);
  const orders = pageOrder(node, key);
  const name = compileQuery({ ...node, orderBy: orders, options: [] }, dialect).text;
  const { items, keys, terms } = withKeys(node, orders);
  const isBack = way === "before" || way === "last";
  const sorted = orders.map(({ direction, nulls }, place) => {
    const one = order((keys[place] as Key).node, direction, nulls);
    return isBack ? reversed(one) : one;
  });
  const from = cursor === undefined ? undefined : readCursor(name, cursor);
  if (from && from.length !== orders.length) throw noCursor(cursor);
  const start = from === undefined ? {} : startingAt(node, sorted, terms, from, dialect);
  const page = { ...start, items, orderBy: sorted, limit: size + 1 };
  const read = (rows: readonly (readonly unknown[])[]) => {
    const kept = rows.slice(0, size);
    if (isBack) kept.reverse();
    const cursorOf = (row: readonly unknown[] | undefined) =>
      row
        ? writeCursor(
            name,
            keys.map((one) => boundKey(one, row)),
          )
        : null;
    const more = rows.length > size;
    const came = from !== undefined && kept.length > 0;
    const [hasPrevious, hasNext] = isBack ? [more, came] : [came, more];
    return {
      items: kept.map((row) => itemOf(node, row) as R),
      next: hasNext ? cursorOf(kept.at(-1)) : null,
      previous: hasPrevious ? cursorOf(kept[0]) : null,
      hasNext,
      hasPrevious,
    };
  };
  return { query: new Select<unknown[]>({ ...node, ...page, shape: { kind: "tuple" } }), read };
}

/** One thing that rows are sorted by. */
interface Key {
  readonly node: ExprNode;
  /** The item of a row that it is. */
  readonly place: number;
}

/**
 * The items of a statement with all that it is sorted by, and how a condition names each. What groups are sorted by
 * has a name: MySQL would not know an expression with parameters again (see `placeOf`).
 */
function withKeys(node: SelectNode, orders: readonly Order[]) {
  const items: SelectItem[] = [...node.items];
  const isGrouped = node.groupBy.length > 0;
  const keys = orders.map(({ node: given }): Key => {
    const bare = bareNode(given);
    const known = items.findIndex((item) => item.kind === "expression" && isSame(item.node, bare));
    const place = known < 0 ? items.length : known;
    const item = items[place];
    const old = item?.kind === "expression" ? item.node : bare;
    const isNamed = !isGrouped || old.kind === "alias";
    const name = `_key_${place + 1}`;
    const shown: ExprNode = isNamed ? old : { kind: "alias", operand: old, name };
    items[place] = { kind: "expression", node: shown };
    return { node: given.kind === "alias" && !isGrouped ? given : shown, place };
  });
  const terms = keys.map(({ node: key }) =>
    isGrouped && key.kind === "alias"
      ? rawNode(sql.identifier(key.name), typeOfNode(key))
      : bareNode(key),
  );
  return { items, keys, terms };
}

/** The row of a statement, without what was selected for the cursor. */
function itemOf({ items, shape }: SelectNode, row: readonly unknown[]): unknown {
  if (shape.kind === "one") return row[0];
  if (shape.kind === "tuple") return row.slice(0, items.length);
  return Object.fromEntries(shape.names.map((name, place) => [name, row[place]]));
}

/** A thing that a row is sorted by, as it is bound. */
function boundKey({ node, place }: Key, row: readonly unknown[]): SqlValue {
  const value = row[place];
  return value === null ? null : (typeOfNode(node)?.bind(value) as SqlValue);
}

/** The condition of the rows behind a cursor: of rows in WHERE, of groups in HAVING. */
function startingAt(
  node: SelectNode,
  orders: readonly Order[],
  terms: readonly ExprNode[],
  values: readonly SqlValue[],
  dialect: Dialect,
): Partial<SelectNode> {
  const { nullsAreSmallest } = queryDialect(dialect);
  const points = orders.map(({ direction, nulls }, place): Point => {
    const term = terms[place] as ExprNode;
    const usual = (direction === "ASC") === nullsAreSmallest;
    const nullsFirst = nulls === undefined ? usual : nulls === "FIRST";
    const nullable = canBeNull(term, node);
    return { node: term, direction, nullsFirst, nullable, value: values[place] ?? null };
  });
  const condition = beyond(points) ?? rawNode(sql`FALSE`, booleanType);
  return node.groupBy.length > 0
    ? { having: [...node.having, condition] }
    : { where: [...node.where, condition] };
}

/** The same rows from their other end. */
function reversed({ node, direction, nulls }: Order): Order {
  const opposite = nulls && (nulls === "FIRST" ? "LAST" : "FIRST");
  return order(node, direction === "ASC" ? "DESC" : "ASC", opposite);
}

function bareNode(node: ExprNode): ExprNode {
  return node.kind === "alias" ? bareNode(node.operand) : node;
}

/** What the options of a page say, checked. */
function checkedPage(options: PageOptions) {
  checkOptions("page()", options, ["size", "after", "before", "last", "key"]);
  const { size, last = false, key } = options;
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new ArgumentError(`page() was given ${describe(size)} for a size.`, {
      code: "page-size",
      hint: "Write { size: 20 }: a whole number of rows, 1 or more.",
    });
  }
  const [after, before] = [options.after ?? undefined, options.before ?? undefined];
  if ([after, before, last || undefined].filter((one) => one !== undefined).length > 1) {
    throw new ArgumentError("page() was given two places to begin at.", {
      code: "page-ends",
      hint: "Write after, before or last.",
    });
  }
  const way = after !== undefined ? "after" : before !== undefined ? "before" : last && "last";
  return { size, way, cursor: after ?? before, key: key && [key].flat().map(groupOf) };
}

/** The node of a statement that can be paged. */
function pagedNode(statement: Executable<unknown>): SelectNode {
  const node = hasBrand(statement, "executable")
    ? (statement as { readonly node?: QueryNode }).node
    : undefined;
  if (node?.kind !== "select") {
    throw new ArgumentError(`page() was given ${node ? "several queries" : describe(statement)}.`, {
      code: "page-query",
      hint: 'Give it a select; of a union, const all = union(…).subquery("all"), and select its columns.',
    });
  }
  if (node.limit !== undefined || node.offset !== undefined) {
    throw new ArgumentError("page() was given a select with a limit or an offset.", {
      code: "page-limit",
      hint: "Leave it out: size says how many rows, a cursor where they begin.",
    });
  }
  const nodes = node.items.flatMap((item) =>
    item.kind === "expression" ? partsOf(item.node) : [],
  );
  const sorted = node.orderBy.flatMap((one) => partsOf(one.node));
  const isWindow = (one: ExprNode) => one.kind === "extension" && one.extension.kind === "window";
  if (![...nodes, ...sorted].some(isWindow)) return node;
  throw new ArgumentError("A page would see other windows than the whole select.", {
    code: "page-window",
    hint: 'Compute them in a subquery: const ranked = query.subquery("ranked"), and page over its columns.',
  });
}
