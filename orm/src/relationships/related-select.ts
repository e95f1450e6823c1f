import { ArgumentError } from "../engine/index.js";
import { describe, type TypeName } from "../mapping/column-type.js";
import { type ExprNode, type Order, order, rawNode, typeOfNode } from "../mapping/expression.js";
import type { Instance } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import { didYouMean } from "../mapping/naming.js";
import type { AnyPath } from "../mapping/path.js";
import { pathName, targetOf } from "../mapping/relationship-target.js";
import type { Column } from "../mapping/table.js";
import { booleanType } from "../mapping/types-number.js";
import { callNode } from "../query/calls.js";
import { nameOfNode } from "../query/fields.js";
import { checkedOptions } from "../query/given.js";
import { columnOf, isOneOf, linkColumn, pathJoin } from "../query/joins.js";
import {
  type HydratedRows,
  type LoadOption,
  newSelect,
  type SelectItem,
  type SelectNode,
} from "../query/nodes.js";
import { Select } from "../query/select.js";
import { FEW } from "../session/literals.js";
import type { Way } from "./way.js";

/** What is loaded along one path, and what from there on. */
export interface RelationLoad {
  readonly path: AnyPath;
  readonly where: readonly ExprNode[];
  readonly orderBy: readonly Order[];
  /** Related objects for each one, at most. */
  readonly limit: number | undefined;
  readonly nested: readonly RelationOption[];
}

/** The load of all that a relationship leads to. */
export function loadOf(path: AnyPath, nested: readonly LoadOption[] = []): RelationLoad {
  checkPath(path);
  return { path, where: [], orderBy: [], limit: undefined, nested: checkedOptions(nested) };
}

/** @throws ArgumentError `not-a-path` for what does not lead along a relationship. */
export function checkPath(path: unknown): void {
  if ((path as Partial<AnyPath> | null | undefined)?.relationship !== undefined) return;
  throw new ArgumentError(`${describe(path)} is not a relationship.`, {
    code: "not-a-path",
    hint: "Write it as Author.r.books, and look at its name: one that is misspelt is undefined.",
  });
}

/** An option of this chapter. */
export interface RelationOption extends LoadOption {
  /** For `joinedload`: what it joins, so that an option around it can do so. */
  readonly joins?: RelationLoad | undefined;
}

/**
 * SELECT books.id, … FROM books WHERE books.author_id IN (?, ?)
 *
 * With a table between, its columns are selected as well:
 * SELECT tags.id, …, book_tags.book_id FROM book_tags JOIN tags ON … WHERE book_tags.book_id IN (?, ?)
 *
 * @param owners one for each key; undefined for all that there are.
 * @param collect takes the rows.
 */
export function relatedSelect(
  load: RelationLoad,
  { target, near, far, hasLink }: Way,
  owners: readonly Instance[] | undefined,
  collect: (rows: HydratedRows) => void,
): Select<unknown> {
  const { path, where, limit, nested } = load;
  const names = { own: path.mapper.table.name, target: target.table.name };
  const join = hasLink ? pathJoin("inner", path, names) : undefined;
  const link = join?.through?.source;
  const keys = far.map((column) => (link ? linkColumn(link, column) : columnOf(target, column)));
  const taker: LoadOption = {
    path: { ...path, mapper: target, alias: undefined },
    nested: [],
    collect,
  };
  const node = newSelect([{ kind: "entity", mapper: target }], {
    from: link,
    hidden: link ? keys.map(toItem) : [],
    joins: join ? [{ kind: "inner", source: join.source, on: join.on }] : [],
    where: [...ownedBy(owners, link?.name ?? names.target, keys, { near, far }), ...where],
    orderBy: sortingOf(load),
    options: [taker, ...nested.filter(({ joins }) => joins).map(joinOnly)],
  });
  return new Select(limit === undefined ? node : limited(node, target, keys, limit));
}

/** Keys in one statement, at most. */
const CHUNK = 5000;

/** Of these types the program takes the same values for equal as the database. Texts can be so by a collation alone. */
const exactTypes: ReadonlySet<TypeName> = new Set(["integer", "bigint", "uuid"]);

/**
 * Whose rows each statement asks for: of the keys of these owners, one for each; undefined for those of all. It is so
 * for many when `all` says that there are no others. A list of few costs nothing, and shows whose rows they are.
 */
export function chunksOf(
  { near, far }: Way,
  owners: readonly Instance[],
  all: boolean,
): (readonly Instance[] | undefined)[] {
  const isExact = near.concat(far).every(({ type }) => exactTypes.has(type.name));
  if (all && isExact && owners.length > FEW) return [undefined];
  const chunks: Instance[][] = [];
  for (let start = 0; start < owners.length; start += CHUNK) {
    chunks.push(owners.slice(start, start + CHUNK));
  }
  return chunks;
}

/** A joinedload without what is nested in it: that is loaded when all owners know what was found for them. */
function joinOnly({ load: _, ...option }: RelationOption): RelationOption {
  return option;
}

/** The rows of these objects: what is not known of them is filled in. */
export function rowSelect(mapper: Mapper, rows: readonly Instance[]): Select<unknown> {
  const { primaryKey, name } = mapper.table;
  const keys = primaryKey.map((column) => columnOf(mapper, column));
  return new Select(
    newSelect([{ kind: "entity", mapper }], {
      // They are in the session, whatever a filter would hide.
      unfiltered: true,
      where: [oneOf(name, keys, primaryKey, primaryKey, rows)],
    }),
  );
}

/** How related objects are sorted: as the option says, else as the relationship was declared. */
export function sortingOf({ path, orderBy }: RelationLoad, alias?: string): readonly Order[] {
  const { mapper, relationship } = path;
  const declared = relationship.options.orderBy;
  if (orderBy.length > 0 || declared === undefined) return orderBy;
  const target = targetOf(mapper, relationship);
  return [declared].flat().map((text) => {
    const [property = "", direction] = text.trim().split(/ +/);
    const column = target.properties.get(property);
    if (column === undefined) throw unknownOrder(path, target, text);
    const node = columnOf(target, column, alias);
    return order(node, direction?.toLowerCase() === "desc" ? "DESC" : "ASC");
  });
}

function unknownOrder(path: AnyPath, target: Mapper, text: string): ArgumentError {
  const name = pathName(path.mapper, path.relationship);
  return new ArgumentError(`${name}: it cannot be sorted by ${text}.`, {
    code: "relationship-order",
    hint: `${didYouMean(text, target.properties.keys())}Write a property of ${target.name}: "title", or "title desc".`,
  });
}

function toItem(node: ExprNode): SelectItem {
  return { kind: "expression", node };
}

/** The rows of these owners: {@link oneOf}. Of all owners: `author_id IS NOT NULL`, where it can be NULL. */
export function ownedBy(
  owners: readonly Instance[] | undefined,
  source: string,
  keys: readonly ExprNode[],
  { near, far }: Pick<Way, "near" | "far">,
): ExprNode[] {
  if (owners !== undefined) return [oneOf(source, keys, far, near, owners)];
  const nullable = keys.filter((_, place) => far[place]?.nullable);
  return nullable.map((operand) => ({ kind: "null", operand, negated: true }));
}

/** `author_id IN (?, ?)`; of several columns `(room, number) IN ((?, ?), (?, ?))`. */
export function oneOf(
  source: string,
  keys: readonly ExprNode[],
  far: readonly Column[],
  near: readonly Column[],
  owners: readonly Instance[],
): ExprNode {
  const [operand, second] = keys;
  if (operand !== undefined && second === undefined) {
    const { position, type } = near[0] as Column;
    const values = owners.map((owner): ExprNode => {
      return { kind: "value", value: owner.values[position], type };
    });
    return { kind: "in", operand, values, negated: false };
  }
  const rows = owners.map(({ values }) =>
    near.map(({ type, position }) => type.bind(values[position])),
  );
  return rawNode(isOneOf(source, far, rows), booleanType);
}

/**
 * The first rows for each key. They are numbered in a subquery, which has the name of the class's table:
 * SELECT books.id, … FROM (SELECT books.id, …, ROW_NUMBER() OVER (PARTITION BY books.author_id ORDER BY …) AS
 * related_1 …) AS books WHERE books.related_1 <= 3 ORDER BY books.related_1
 */
function limited(
  node: SelectNode,
  target: Mapper,
  keys: readonly ExprNode[],
  limit: number,
): SelectNode {
  const entity = { kind: "entity", mapper: target } as const;
  const extra = [...(node.hidden.length > 0 ? keys : []), rowNumber(node, target, keys)];
  const named = extra.map((operand, index): ExprNode => {
    return { kind: "alias", operand, name: `related_${index + 1}` };
  });
  const { from, joins, where, options } = node;
  const query = newSelect([entity, ...named.map(toItem)], { from, joins, where });
  const source = { kind: "derived", name: target.table.name, query } as const;
  const fields = named.map((operand): ExprNode => {
    return { kind: "field", source, name: nameOfNode(operand) ?? "", type: typeOfNode(operand) };
  });
  const place = fields.pop() as ExprNode;
  const most: ExprNode = { kind: "value", value: limit, type: undefined };
  return newSelect([entity], {
    from: source,
    hidden: fields.map(toItem),
    where: [{ kind: "compare", operator: "<=", left: place, right: most }],
    orderBy: [order(place, "ASC")],
    options,
  });
}

/** `ROW_NUMBER() OVER (PARTITION BY books.author_id ORDER BY books.title)` */
function rowNumber(node: SelectNode, target: Mapper, partitionBy: readonly ExprNode[]): ExprNode {
  const byKey = target.table.primaryKey.map((column) => order(columnOf(target, column), "ASC"));
  const operand = callNode("rowNumber", [], undefined);
  const orderBy = node.orderBy.length > 0 ? node.orderBy : byKey;
  const extension = { kind: "window", operand, partitionBy, orderBy, frame: undefined };
  return { kind: "extension", extension, type: undefined };
}
