import { ArgumentError } from "../engine/index.js";
import { type ExprNode, type Order, order, typeOfNode } from "../mapping/expression.js";
import { has } from "../mapping/family.js";
import { type Instance, instanceOf, standingOf } from "../mapping/instance.js";
import { isToMany } from "../mapping/relationship.js";
import { pathName, targetOf } from "../mapping/relationship-target.js";
import { pathJoin } from "../query/joins.js";
import {
  type HydratedRows,
  type JoinNode,
  newSelect,
  type SelectItem,
  type SelectNode,
} from "../query/nodes.js";
import { isRepointed, refuseStray, settle, teller } from "./load.js";
import { type RelationLoad, sortingOf } from "./related-select.js";

/** One thing that is joined, for a relationship that is loaded by it. */
interface Joined {
  readonly load: RelationLoad;
  /** The hidden item with the objects that have the relationship; undefined for those that are selected. */
  readonly owners: number | undefined;
  readonly join: JoinNode;
  readonly item: SelectItem;
  readonly orderBy: readonly Order[];
}

/**
 * SELECT authors.id, …, books_1.id, … FROM authors LEFT JOIN books AS books_1 ON books_1.author_id = authors.id
 *
 * A limit counts the objects that are selected, not the joined rows: they are picked in a subquery first. So are
 * those that are found by groups.
 *
 * @returns the select, and what takes the related objects from its rows.
 */
export function withJoins(given: SelectNode, load: RelationLoad) {
  const { alias, mapper } = load.path;
  const at = { own: alias ?? mapper.table.name, owners: undefined, place: given.hidden.length };
  const joined = joinsOf(load, at, namesIn(given));
  const repeats = joined.some((one) => isToMany(one.load.path.relationship));
  const node = repeats && countsRows(given) ? picked(given, load) : given;
  const collect = ({ roots, hidden }: HydratedRows) => {
    for (const [index, one] of joined.entries()) {
      const owners = one.owners === undefined ? roots : hidden[one.owners];
      settleRows(one.load, owners as Objects, hidden[given.hidden.length + index] as Objects);
    }
  };
  const changed: SelectNode = {
    ...node,
    joins: [...node.joins, ...joined.map(({ join }) => join)],
    hidden: [...node.hidden, ...joined.map(({ item }) => item)],
    orderBy: [...node.orderBy, ...joined.flatMap(({ orderBy }) => orderBy)],
    unique: node.unique || repeats,
  };
  return { node: changed, collect };
}

/** Whether rows that a join repeats would change what a select gives. */
function countsRows({ items, limit, offset, groupBy }: SelectNode): boolean {
  const isWindow = (item: SelectItem) => {
    const node = item.kind === "expression" ? bareNode(item.node) : undefined;
    return node?.kind === "extension" && node.extension.kind === "window";
  };
  return limit !== undefined || offset !== undefined || groupBy.length > 0 || items.some(isWindow);
}

function bareNode(node: ExprNode): ExprNode {
  return node.kind === "alias" ? bareNode(node.operand) : node;
}

/** Names that the sources of a select have already. */
function namesIn({ from, items, hidden, joins }: SelectNode): Set<string | undefined> {
  const sources = joins.flatMap(({ source, through }) => [source.name, through?.source.name]);
  const classes = [...items, ...hidden].map((item) =>
    item.kind === "entity" ? (item.alias ?? item.mapper.table.name) : undefined,
  );
  return new Set([from?.name, ...sources, ...classes]);
}

/** Where a join begins: the name of its source, the hidden item with its objects, and the item that it adds. */
interface Start {
  readonly own: string;
  readonly owners: number | undefined;
  readonly place: number;
}

/** The join of a relationship, and those that are nested in it. Each is named after its hidden item. */
function joinsOf(
  load: RelationLoad,
  { own, owners, place }: Start,
  taken: Set<string | undefined>,
): Joined[] {
  const { path, nested } = load;
  const mapper = targetOf(path.mapper, path.relationship);
  const freeName = (table: string | undefined) => {
    let name = `${table}_${place + 1}`;
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  };
  const alias = freeName(mapper.table.name);
  const { through } = path.relationship.options;
  const join = pathJoin("left", path, { own, target: alias, link: through && freeName(through) });
  const item = { kind: "entity", mapper, alias } as const;
  const joined: Joined[] = [{ load, owners, join, item, orderBy: sortingOf(load, alias) }];
  for (const { joins } of nested) {
    if (joins === undefined) continue;
    refuseStray(joins.path, mapper);
    const start = { own: alias, owners: place, place: place + joined.length };
    joined.push(...joinsOf(joins, start, taken));
  }
  return joined;
}

type Objects = readonly (object | null)[];

/** Gives the objects of a relationship what stands beside them in the rows. */
function settleRows(load: RelationLoad, owners: Objects, members: Objects): void {
  const { relationship } = load.path;
  const tell = teller(load.path);
  const found = new Map<Instance, Set<object>>();
  for (const [row, object] of owners.entries()) {
    if (object === null || !has(standingOf(object).mapper, relationship)) continue;
    const owner = instanceOf(object);
    // What the program changed since says where it points now: that is loaded by its key.
    if (isRepointed(owner, relationship)) continue;
    const items = found.get(owner) ?? new Set();
    found.set(owner, items);
    const member = members[row];
    if (!member) continue;
    items.add(member);
    tell?.(owner, member);
  }
  settle(load, new Map(Array.from(found, ([owner, items]) => [owner, [...items]])));
}

/**
 * The select as a subquery with the name of its source, so that joined rows do not count in it. What it sorts by
 * is selected in it, and sorted by again; with DISTINCT it must be among its columns already.
 */
function picked(node: SelectNode, { path }: RelationLoad): SelectNode {
  const { items, shape, ...selected } = node;
  const [item, second] = items;
  const isOwn = ({ node: by }: Order) =>
    by.kind === "column" && by.mapper === path.mapper && by.alias === path.alias;
  const canSort = !node.distinct || node.orderBy.every(isOwn);
  if (item === undefined || second !== undefined || !canSort) throw refuseCounted(path, node);
  const isOurs = ({ source }: JoinNode) =>
    node.hidden.some((one) => one.kind === "entity" && one.alias === source.name);
  const isNamed = !node.distinct;
  const orders = node.orderBy.map((one, index): ExprNode => {
    return { kind: "alias", operand: one.node, name: `order_${index + 1}` };
  });
  const query = newSelect(
    [
      item,
      ...(isNamed ? orders : []).map((one): SelectItem => ({ kind: "expression", node: one })),
    ],
    {
      ...selected,
      joins: node.joins.filter((join) => !isOurs(join)),
      ...{ hidden: [], options: [], unique: false },
    },
  );
  const name = path.alias ?? path.mapper.table.name;
  const from = { kind: "derived", name, query } as const;
  const orderBy = node.orderBy.map((one, index): Order => {
    const [type, name] = [typeOfNode(one.node), `order_${index + 1}`];
    return order({ kind: "field", source: from, name, type }, one.direction, one.nulls);
  });
  const { hidden, options, unique } = node;
  const joins = node.joins.filter(isOurs);
  const sorting = isNamed ? orderBy : node.orderBy;
  return newSelect([item], { from, joins, orderBy: sorting, hidden, options, unique, shape });
}

function refuseCounted(path: RelationLoad["path"], node: SelectNode): ArgumentError {
  const name = pathName(path.mapper, path.relationship);
  const isPage = node.limit !== undefined || node.offset !== undefined;
  const counts = isPage ? "limit()" : node.groupBy.length > 0 ? "groupBy()" : "over()";
  return new ArgumentError(`${name} cannot be joined: ${counts} would count its rows.`, {
    code: "joined-limit",
    hint: `Write selectinload(${path.mapper.name}.r.${path.relationship.property}) instead.`,
  });
}
