import { ArgumentError } from "../engine/index.js";
import { type ExprNode, type Order, order, typeOfNode } from "../mapping/expression.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
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
import { refuseStray, settle } from "./load.js";
import { orderOf, type RelationLoad } from "./related-select.js";

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
 * A limit counts the objects that are selected, not the joined rows: they are picked in a subquery first.
 *
 * @returns the select, and what takes the related objects from its rows.
 */
export function withJoins(given: SelectNode, load: RelationLoad) {
  const { alias, mapper } = load.path;
  const joined = joinsOf(load, alias ?? mapper.table.name, undefined, given.hidden.length);
  const repeats = joined.some((one) => isToMany(one.load.path.relationship));
  const isPaged = given.limit !== undefined || given.offset !== undefined;
  const node = repeats && isPaged ? paged(given, load) : given;
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

/** The join of a relationship, and those that are nested in it. Each is named after its hidden item. */
function joinsOf(
  load: RelationLoad,
  own: string,
  owners: number | undefined,
  place: number,
): Joined[] {
  const { path, nested } = load;
  const mapper = targetOf(path.mapper, path.relationship);
  const alias = `${mapper.table.name}_${place + 1}`;
  const link = `${path.relationship.options.through}_${place + 1}`;
  const join = pathJoin("left", path, { own, target: alias, link });
  const orderBy = orderOf(load, alias);
  const joined = [
    { load, owners, join, item: { kind: "entity", mapper, alias } as const, orderBy },
  ];
  for (const { joins } of nested) {
    if (joins) refuseStray(joins.path, mapper);
    if (joins)
      joined.push(...(joinsOf(joins, alias, place, place + joined.length) as typeof joined));
  }
  return joined;
}

type Objects = readonly (object | null)[];

/** Gives the objects of a relationship what stands beside them in the rows. */
function settleRows(load: RelationLoad, owners: Objects, members: Objects): void {
  const found = new Map<object, Set<object>>();
  for (const [row, owner] of owners.entries()) {
    if (owner === null) continue;
    const items = found.get(owner) ?? new Set();
    found.set(owner, items);
    const member = members[row];
    if (member) items.add(member);
  }
  settle(
    load,
    new Map<Instance, object[]>(
      Array.from(found, ([owner, items]) => [instanceOf(owner), [...items]]),
    ),
  );
}

/**
 * The select as a subquery with the name of its source, so that joined rows do not count for its limit. What it
 * sorts by is selected in it, and sorted by again.
 */
function paged(node: SelectNode, { path }: RelationLoad): SelectNode {
  const { items, shape, ...selected } = node;
  const [item, second] = items;
  if (item === undefined || second !== undefined) throw refusePaged(path);
  const isOurs = ({ source }: JoinNode) =>
    node.hidden.some((one) => one.kind === "entity" && one.alias === source.name);
  const orders = node.orderBy.map((one, index): ExprNode => {
    return { kind: "alias", operand: one.node, name: `order_${index + 1}` };
  });
  const query = newSelect(
    [item, ...orders.map((one): SelectItem => ({ kind: "expression", node: one }))],
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
  return newSelect([item], { from, joins, orderBy, hidden, options, unique, shape });
}

function refusePaged(path: RelationLoad["path"]): ArgumentError {
  const name = pathName(path.mapper, path.relationship);
  return new ArgumentError(`${name} cannot be joined: limit() would count its rows.`, {
    code: "joined-limit",
    hint: `Write selectinload(${path.mapper.name}.r.${path.relationship.property}) instead.`,
  });
}
