/*
 * Exercise 4.3: Along a relationship. One solution.
 *
 * A relationship knows its foreign key, and a join is that key written as a condition. So joins, any() and later
 * all that loads related objects come from one function, and none of them can have another idea of what belongs
 * together. The names are handed in, because only the select knows how often a table stands in it.
 * Alternative: text templates, as in `${child}.${key} = ${parent}.id`. They are shorter until a key has two columns,
 * a table stands there twice, or a name needs quotes.
 */
import { sql } from "ormlet/internal/engine/index";
import { type ExprNode, rawNode } from "ormlet/internal/mapping/expression";
import type { Mapper } from "ormlet/internal/mapping/mapper";
import type { AnyPath } from "ormlet/internal/mapping/path";
import { foreignKeyOf, type KeyPair } from "ormlet/internal/mapping/relationship-keys";
import { targetOf } from "ormlet/internal/mapping/relationship-target";
import type { Column } from "ormlet/internal/mapping/table";
import { throughOf } from "ormlet/internal/mapping/through";
import { writeQuery } from "ormlet/internal/query/compiler";
import { type Context, sourceName, tableSource } from "ormlet/internal/query/context";
import { within } from "ormlet/internal/query/joins";
import {
  type JoinNode,
  newSelect,
  type QueryExtension,
  type SelectNode,
  type Source,
} from "ormlet/internal/query/nodes";

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
