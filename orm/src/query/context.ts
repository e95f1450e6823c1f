import { ArgumentError, type CompiledSql, type Dialect, type SqlValue } from "../engine/index.js";
import type { NodeOf } from "../mapping/expression.js";
import type { Mapper } from "../mapping/mapper.js";
import type { Column } from "../mapping/table.js";
import type { RowFilters } from "../session/executable.js";
import { writeCtes } from "./cte.js";
import type { CteNode, Source } from "./nodes.js";
import { type QueryDialect, queryDialect } from "./query-dialect.js";

/** What the walk over a statement carries along. */
export interface Context {
  readonly dialect: Dialect;
  readonly special: QueryDialect;
  /** In the order of their placeholders in the text. */
  readonly parameters: SqlValue[];
  /** The query that is being written. */
  readonly scope: Scope | undefined;
  /** The common table expressions that were met, each after those that it needs. */
  readonly ctes: Map<string, CteNode>;
  /** What is added where rows of a class are read. */
  readonly filters: RowFilters | undefined;
}

/** The sources whose columns can be written at a place; like a block of a program it can stand in another one. */
export interface Scope {
  /** By the name that columns refer to them with. */
  readonly sources: Map<string, Source>;
  /** What stands in FROM; undefined until it is known, null for nothing. */
  root: Source | undefined | null;
  /** A joined source that a column was of before it was known what stands in FROM. */
  met?: Source;
  /** The query around. A subquery that uses a column of it is correlated. */
  readonly outer: Scope | undefined;
  readonly verb: Verb;
}

export type Verb = "SELECT" | "INSERT" | "UPDATE" | "DELETE";

/** A column, as an expression has it. */
export type ColumnNode =
  | NodeOf<"column", { mapper: Mapper; column: Column; alias?: string }>
  | NodeOf<"field", { source: unknown; name: string }>;

/**
 * Writes a statement. One that uses common table expressions is walked twice: they are known after the first
 * walk, and their text, with its parameters, stands before all else.
 */
export function compileText(
  dialect: Dialect,
  write: (context: Context) => string,
  filters?: RowFilters,
): CompiledSql {
  const first = newContext(dialect, filters);
  const text = write(first);
  if (first.ctes.size === 0) return { text, parameters: first.parameters };
  const context = newContext(dialect, filters, first.ctes);
  return { text: `${writeCtes(context)} ${write(context)}`, parameters: context.parameters };
}

export function newContext(
  dialect: Dialect,
  filters?: RowFilters,
  ctes = new Map<string, CteNode>(),
): Context {
  return {
    dialect,
    special: queryDialect(dialect),
    parameters: [],
    scope: undefined,
    ctes,
    filters,
  };
}

/**
 * The same walk, within a statement of these sources.
 * @throws ArgumentError `source-twice` for two of one name.
 */
export function inScope(
  context: Context,
  root: Source | undefined,
  joined: readonly Source[],
  verb: Verb = "SELECT",
): Context {
  const sources = new Map<string, Source>();
  for (const source of root === undefined ? joined : [root, ...joined]) {
    if (source.kind === "raw") continue;
    if (sources.has(source.name)) throw sourceTwice(source);
    sources.set(source.name, source);
  }
  return { ...context, scope: { sources, root, outer: context.scope, verb } };
}

export function sourceTwice(source: Source): ArgumentError {
  const name = describeSource(source);
  return new ArgumentError(`${name} stands twice in one select.`, {
    code: "source-twice",
    hint: `Give one of them another name: const other = alias(${name}, "other").`,
  });
}

/** The table of a class as a source; with an alias, another occurrence of it. */
export function tableSource(mapper: Mapper, alias?: string): Source {
  return { kind: "table", name: alias ?? mapper.table.name, mapper };
}

/** A column with the name of its source before it, both quoted. */
export function writeColumn(node: ColumnNode, context: Context): string {
  const isColumn = node.kind === "column";
  const source = isColumn ? tableSource(node.mapper, node.alias) : (node.source as Source);
  const { quote } = context.dialect;
  return `${quote(sourceName(source, context))}.${quote(isColumn ? node.column.name : node.name)}`;
}

/**
 * What a source is called at this place. The first one that a select meets, among its items, is what it selects
 * from, unless that was said; others must be joined, or stand in a query around.
 * @throws ArgumentError `join-missing`
 */
export function sourceName(source: Source, { scope }: Context): string {
  for (let at = scope; at !== undefined; at = at.outer) {
    if (at.root === undefined && !at.sources.has(source.name)) {
      at.root = source;
      at.sources.set(source.name, source);
    }
    const found = at.sources.get(source.name);
    if (found !== undefined && at.root === undefined) at.met ??= found;
    if (found !== undefined) return found.name;
  }
  throw joinMissing(source, scope);
}

export function joinMissing(source: Source, scope: Scope | undefined): ArgumentError {
  const name = describeSource(source);
  const others = [...(scope?.sources.values() ?? [])];
  const twin = others.find((one) => describeSource(one).startsWith(`alias(${name},`));
  const root = scope?.root ? describeSource(scope.root) : undefined;
  if (scope !== undefined && scope.verb !== "SELECT") {
    const what = `The ${scope.verb} of ${root} uses ${name}, whose rows it does not see.`;
    const hint = `Ask for them in a subquery: column.in(select(…)), exists(…), or ${root}.r.….has(…).`;
    return new ArgumentError(what, { code: "join-missing", hint });
  }
  const what =
    root === undefined
      ? `A select uses ${name}, but nothing says that it selects from it.`
      : `A select of ${root} and ${name} would give every pair of their rows.`;
  const join =
    root === undefined
      ? `Write .from(${name}).`
      : `Write .join(${name}, condition), or join along a relationship: .join(Author.r.books).`;
  const hint =
    twin === undefined
      ? join
      : `Write the columns of ${describeSource(twin)}, as it is joined by that name.`;
  return new ArgumentError(what, { code: "join-missing", hint });
}

/** What an error calls a source. */
export function describeSource(source: Source): string {
  if (source.kind !== "table") return source.name;
  const { mapper, name } = source;
  return name === mapper.table.name ? mapper.name : `alias(${mapper.name}, "${name}")`;
}
