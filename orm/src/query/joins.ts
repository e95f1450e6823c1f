import { hasBrand } from "../engine/brand.js";
import {
  ArgumentError,
  type Fragment,
  type SqlArgument,
  type SqlValue,
  sql,
} from "../engine/index.js";
import { conditionNode, type ExprNode, rawNode, typeOfNode } from "../mapping/expression.js";
import { isKind } from "../mapping/family.js";
import type { Mapper } from "../mapping/mapper.js";
import type { AnyPath } from "../mapping/path.js";
import { foreignKeyOf, type KeyPair } from "../mapping/relationship-keys.js";
import { pathName, targetOf } from "../mapping/relationship-target.js";
import type { Column } from "../mapping/table.js";
import { throughOf } from "../mapping/through.js";
import { writeQuery } from "./compiler.js";
import { type Context, describeSource, type Scope, sourceName, tableSource } from "./context.js";
import {
  type JoinNode,
  newSelect,
  type QueryExtension,
  type SelectNode,
  type Source,
} from "./nodes.js";
import { toSource } from "./sources.js";
import { writeExpression } from "./write-expression.js";

/** The names of the sources that a join along a path is between. */
export interface JoinNames {
  /** Of the class where the path begins. */
  readonly own: string;
  readonly target: string;
  /** Of the table between, for manyToMany; its own name when it is not said. */
  readonly link?: string | undefined;
}

/**
 * The join along a relationship: `JOIN books ON books.author_id = authors.id`, for manyToMany with the table
 * between.
 */
export function pathJoin(kind: JoinNode["kind"], path: AnyPath, names: JoinNames): JoinNode {
  const { mapper, relationship } = path;
  const { own, target } = names;
  const end = targetOf(mapper, relationship);
  const source = tableSource(end, target);
  if (relationship.kind === "manyToMany") {
    const through = throughOf(mapper, relationship);
    const { table } = through;
    const link: Source = { kind: "link", name: names.link ?? table.name, table };
    const on = (columns: typeof through.own, owner: Mapper, name: string) =>
      columns.map((pair) => equal(linkColumn(link, pair.link), columnOf(owner, pair.end, name)));
    return {
      ...{ kind, source, on: on(through.target, end, target) },
      through: { source: link, on: on(through.own, mapper, own) },
    };
  }
  const { side, child, parent, columns } = foreignKeyOf(mapper, relationship);
  const [childName, parentName] = side === "own" ? [own, target] : [target, own];
  const on = columns.map((pair: KeyPair) =>
    equal(columnOf(child, pair.child, childName), columnOf(parent, pair.parent, parentName)),
  );
  return { kind, source, on };
}

/** What a join adds to a select. When a path is the first one, it says as well where the select begins. */
export function joined(
  node: SelectNode,
  kind: JoinNode["kind"],
  target: unknown,
  given: readonly unknown[],
): Pick<SelectNode, "from" | "joins"> {
  const { from, joins } = node;
  if (hasBrand(target, "path")) {
    const path = target as AnyPath;
    const [named, ...rest] = hasBrand(given[0], "alias") ? given : [undefined, ...given];
    const own = tableSource(path.mapper, path.alias);
    const to = toSource("join", named ?? targetOf(path.mapper, path.relationship).entity);
    checkTarget(path, to);
    const link = freeName(node, path.relationship.options.through);
    const join = pathJoin(kind, path, { own: own.name, target: to.name, link });
    const on = [...join.on, ...rest.map((condition) => conditionNode("join", condition))];
    // An alias of a variant stands for rows of the variant alone.
    const source = to.kind === "table" && to.mapper.parent ? to : join.source;
    const start = joins.length === 0 ? own : undefined;
    return { from: from ?? start, joins: [...joins, { ...join, source, on }] };
  }
  const source = toSource("join", target);
  const on = given.map((condition) => conditionNode("join", condition));
  if (on.length === 0) throw conditionMissing(source);
  return { from, joins: [...joins, { kind, source, on }] };
}

function checkTarget({ mapper, relationship }: AnyPath, source: Source): void {
  const target = targetOf(mapper, relationship);
  if (source.kind === "table" && isKind(source.mapper, target)) return;
  throw new ArgumentError(
    `${pathName(mapper, relationship)} leads to ${target.name}, not to ${describeSource(source)}.`,
    {
      code: "join-target",
      hint: `Give it an alias of that class: alias(${target.name}, "other").`,
    },
  );
}

function conditionMissing(source: Source): ArgumentError {
  const name = describeSource(source);
  return new ArgumentError(`The join with ${name} has no condition.`, {
    code: "join-condition",
    hint: `Write .join(${name}, condition), or join along a relationship: .join(Author.r.books).`,
  });
}

/** A name for a table between that no other source of the select has. */
export function freeName({ joins }: SelectNode, table: string | undefined): string | undefined {
  if (table === undefined) return undefined;
  const taken = joins.flatMap(({ source, through }) => [source.name, through?.source.name]);
  let name = table;
  for (let number = 1; taken.includes(name); number += 1) name = `${table}_${number}`;
  return name;
}

export function columnOf(mapper: Mapper, column: Column, alias?: string): ExprNode {
  return { kind: "column", mapper, column, ...(alias === undefined ? {} : { alias }) };
}

/** A column of a table between, which no class needs to be mapped to. */
export function linkColumn(source: Source, { name, type }: Column): ExprNode {
  return { kind: "field", source, name, type };
}

export function equal(left: ExprNode, right: ExprNode): ExprNode {
  return { kind: "compare", operator: "=", left, right };
}

/** `books.id IN (?, ?)`; of several columns `(books.a, books.b) IN ((?, ?), (?, ?))`. */
export function isOneOf(
  source: string,
  columns: readonly Column[],
  keys: readonly (readonly SqlValue[])[],
): Fragment {
  const tuple = (parts: readonly SqlArgument[]) =>
    parts.length === 1 ? (parts[0] as SqlArgument) : sql`(${sql.join(parts)})`;
  const names = columns.map(({ name }) => sql.identifier(source, name));
  return sql`${tuple(names)} IN (${sql.join(keys.map(tuple))})`;
}

/** `EXISTS (SELECT 1 FROM books WHERE books.author_id = authors.id AND …)`, for `Author.r.books.any(…)`. */
export function writeRelated(
  { path, conditions }: QueryExtension & { readonly kind: "related" },
  context: Context,
): string {
  const own = sourceName(tableSource(path.mapper, path.alias), context);
  const mapper = targetOf(path.mapper, path.relationship);
  // A row of the same table needs a name of its own, so that the two can be told apart.
  const target = mapper.table.name === own ? `${own}_1` : mapper.table.name;
  const { source, on, through } = pathJoin("inner", path, { own, target });
  const inner = conditions.map((node) => within(node, mapper, target));
  const select = newSelect([{ kind: "expression", node: rawNode(sql`1`) }], {
    from: through?.source ?? source,
    joins: through === undefined ? [] : [{ kind: "inner", source, on }],
    where: [...(through?.on ?? on), ...inner],
  });
  return `EXISTS (${writeQuery(select, context)})`;
}

/** An expression, in which the class without an alias means the source of this name. */
export function within(operand: ExprNode, mapper: Mapper, name: string): ExprNode {
  if (name === mapper.table.name) return operand;
  const extension = { kind: "within", operand, mapper, name };
  return { kind: "extension", extension, type: typeOfNode(operand) };
}

export function writeWithin(
  { operand, mapper, name }: QueryExtension & { readonly kind: "within" },
  context: Context,
): string {
  const sources = new Map([[mapper.table.name, tableSource(mapper, name)]]);
  const scope: Scope = { sources, root: null, outer: context.scope, verb: "SELECT" };
  return writeExpression(operand, { ...context, scope });
}
