import type { Fragment } from "../engine/index.js";
import type { ExprNode, NodeOf, Order } from "../mapping/expression.js";
import type { Instance } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import type { AnyPath } from "../mapping/path.js";
import type { Table } from "../mapping/table.js";
import type { Fetch, Unfiltered } from "../session/executable.js";
import type { Loads } from "./loaded.js";

/**
 * Where rows come from: what stands in FROM and after JOIN. Its `name` is what columns of it are written with,
 * and by it a query knows its sources: the alias, or else the name of the table.
 */
export type Source =
  /** The table of a mapped class; with an alias when `name` is not the table's. */
  | NodeOf<"table", { name: string; mapper: Mapper }>
  /** A table between two classes, which need not be mapped. */
  | NodeOf<"link", { name: string; table: Table }>
  /** A subquery in FROM: `select(…).subquery("name")`. */
  | NodeOf<"derived", { name: string; query: QueryNode }>
  /** A common table expression; `cte.name` is its name in WITH. */
  | NodeOf<"cte", { name: string; cte: CteNode }>
  /** Written by hand: sql`JSON_TABLE(…) AS t`. Nothing is known of its columns. */
  | NodeOf<"raw", { name: string; fragment: Fragment<unknown> }>;

/** One JOIN. All conditions of `on` must hold; `through` is the table between of a manyToMany. */
export interface JoinNode {
  readonly kind: "inner" | "left";
  readonly source: Source;
  readonly on: readonly ExprNode[];
  readonly through?: { readonly source: Source; readonly on: readonly ExprNode[] };
}

/** One expression of WITH. A recursive one refers to itself, so its query is set after the node is made. */
export interface CteNode {
  readonly name: string;
  readonly recursive: boolean;
  query: QueryNode;
}

/** One thing that is selected: an object of a class, or an expression. */
export type SelectItem =
  | NodeOf<"entity", { mapper: Mapper; alias?: string }>
  | NodeOf<"expression", { node: ExprNode }>;

/** How the items of a row are handed out: the only one as it is, several as a tuple, or under these names. */
export type RowShape =
  | NodeOf<"one", object>
  | NodeOf<"tuple", object>
  | NodeOf<"record", { names: readonly string[] }>;

/** FOR UPDATE or FOR SHARE. */
export interface LockNode {
  readonly mode: "update" | "share";
  /** What is done about rows that another transaction has locked. */
  readonly others: "skip" | "fail" | "wait";
  /** Only rows of these sources, by name; empty for all. */
  readonly of: readonly string[];
}

/** What a SELECT and a UNION have both. */
export interface QueryParts {
  readonly orderBy: readonly Order[];
  /** Rows at most. */
  readonly limit: number | undefined;
  /** Rows to leave out at the start. */
  readonly offset: number | undefined;
  /** The filters of classes that are left out. */
  readonly unfiltered?: Unfiltered | undefined;
}

/** A SELECT as plain data that never changes; what the compiler walks. */
export interface SelectNode extends QueryParts {
  readonly kind: "select";
  readonly items: readonly SelectItem[];
  readonly shape: RowShape;
  readonly distinct: boolean;
  /** Where the joins begin; when undefined, with the first join's path, or with what the first item is from. */
  readonly from: Source | undefined;
  readonly joins: readonly JoinNode[];
  /** All of these must hold. */
  readonly where: readonly ExprNode[];
  readonly groupBy: readonly ExprNode[];
  readonly having: readonly ExprNode[];
  readonly lock: LockNode | undefined;
  readonly options: readonly LoadOption[];
  /** Selected behind the items, and handed to the options instead of the program: see {@link LoadOption.rewrite}. */
  readonly hidden: readonly SelectItem[];
  /** Rows whose items are all the same are handed out once, as joins to a collection repeat its owner. */
  readonly unique: boolean;
}

/** What a select has none of. All selects share it, as nothing changes a node. */
const none: readonly never[] = Object.freeze([]);

/** A select of which nothing was said. */
const blank: SelectNode = {
  kind: "select",
  items: none,
  shape: { kind: "one" },
  distinct: false,
  from: undefined,
  joins: none,
  where: none,
  groupBy: none,
  having: none,
  orderBy: none,
  limit: undefined,
  offset: undefined,
  lock: undefined,
  options: none,
  hidden: none,
  unique: false,
  unfiltered: undefined,
};

/** A select of these items, with what is said of it; of all else it has nothing. */
export function newSelect(items: readonly SelectItem[], parts: Partial<SelectNode>): SelectNode {
  const shape: RowShape = { kind: items.length === 1 ? "one" : "tuple" };
  return withParts(blank, { items, shape, ...parts });
}

/**
 * The same select with some of its parts exchanged. All parts are named here: JavaScript makes such an object four times
 * as fast as `{ ...node, ...parts }`, and each method of a select makes one.
 */
export function withParts(node: SelectNode, parts: Partial<SelectNode>): SelectNode {
  const { kind, items, shape, distinct, from, joins, where, groupBy, having } = node;
  const { orderBy, limit, offset, lock, options, hidden, unique, unfiltered } = node;
  const copy: Record<keyof SelectNode, unknown> = {
    kind,
    items,
    shape,
    distinct,
    from,
    joins,
    where,
    groupBy,
    having,
    orderBy,
    limit,
    offset,
    lock,
    options,
    hidden,
    unique,
    unfiltered,
  };
  return Object.assign(copy as SelectNode, parts);
}

/** `UNION` and its like: the rows of several queries, whose items are alike. The first one's say how they are read. */
export interface SetNode extends QueryParts {
  readonly kind: "set";
  readonly operator: SetOperator;
  readonly queries: readonly QueryNode[];
}

export type SetOperator = "UNION" | "UNION ALL" | "INTERSECT" | "EXCEPT";

export function newSet(operator: SetOperator, queries: readonly QueryNode[]): SetNode {
  return { kind: "set", operator, queries, orderBy: [], limit: undefined, offset: undefined };
}

export type QueryNode = SelectNode | SetNode;

/** The nodes of this chapter within an expression: see {@link Extension}. */
export type QueryExtension =
  /** One value: `(SELECT COUNT(*) …)`. */
  | NodeOf<"subquery", { query: QueryNode }>
  | NodeOf<"exists", { query: QueryNode }>
  | NodeOf<"in-select", { operand: ExprNode; query: QueryNode; negated: boolean }>
  /** `Author.r.books.any(…)`: whether there is a related row for which the conditions hold. */
  | NodeOf<"related", { path: AnyPath; conditions: readonly ExprNode[] }>
  /** An expression in which a class without an alias means the source of that name: see {@link within}. */
  | NodeOf<"within", { operand: ExprNode; mapper: Mapper; name: string }>
  /** SQL as written, sql`…`, among expressions. */
  | NodeOf<"sql", { fragment: Fragment<unknown> }>
  /** A function over a window of rows: `ROW_NUMBER() OVER (PARTITION BY … ORDER BY …)`. */
  | NodeOf<"window", { operand: ExprNode } & WindowParts>;

/** What a function sees of the rows: those of its part, in this order. */
export interface WindowParts {
  readonly partitionBy: readonly ExprNode[];
  readonly orderBy: readonly Order[];
  /** As written: "ROWS BETWEEN …". */
  readonly frame: string | undefined;
}

/**
 * Loads related objects with a query: what `.options(…)` takes, such as `selectinload(Author.r.books)`. The
 * chapter of relationships makes them; this one calls them, in the order of the three methods.
 */
export interface LoadOption<From = never, K extends string = string, N = unknown>
  extends Loads<From, K, N> {
  readonly path: AnyPath;
  readonly nested: readonly LoadOption[];
  /** What it adds to the statement, before this is compiled: LEFT JOINs, `hidden` items, `unique`. */
  readonly rewrite?: (node: SelectNode) => SelectNode;
  /** Called with all rows at once, when their objects were made. */
  readonly collect?: (rows: HydratedRows) => void;
  /**
   * Loads after the rows were read, once for all objects; `fetch` sends a statement in the same turn, and `all` says
   * that the select gave every object of its class.
   */
  readonly load?: (objects: readonly Instance[], fetch: Fetch, all?: boolean) => Promise<void>;
}

/** What the rows of a statement brought: objects by row, null where a LEFT JOIN found none. */
export interface HydratedRows {
  /** Of the first item that is of the class where the option's path begins. */
  readonly roots: readonly (object | null)[];
  /** Of each hidden item, in the order of `SelectNode.hidden`; of an expression its values. */
  readonly hidden: readonly (readonly unknown[])[];
}
