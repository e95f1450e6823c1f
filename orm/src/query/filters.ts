import { ArgumentError } from "../engine/index.js";
import type { ExprNode } from "../mapping/expression.js";
import { type DeclaredFilter, filterCondition, filterNames } from "../mapping/filters.js";
import type { Mapper } from "../mapping/mapper.js";
import { didYouMean } from "../mapping/naming.js";
import { mapperOfTable } from "../mapping/registry.js";
import type { RowFilters, Unfiltered } from "../session/executable.js";
import type { SessionState } from "../session/state.js";
import type { Context } from "./context.js";
import { within } from "./joins.js";
import type { Source } from "./nodes.js";
import { kindCondition } from "./variants.js";
import { writeAll } from "./write-expression.js";

/**
 * What a session says of the filters of classes, by name: `false` for none, values for one with parameters. A filter
 * without parameters works unless it is turned off.
 */
export type FilterValues = Readonly<Record<string, boolean | Readonly<Record<string, unknown>>>>;

/** The filters of a session. Each condition is made once, when a statement first reads rows of its class. */
export function sessionFilters(given: FilterValues = {}): RowFilters {
  return filtersWithout({ given, made: new Map(), checked: false }, []);
}

/** What a session knows of filters: what it was given, and the conditions that were made. */
interface KnownFilters {
  readonly given: FilterValues;
  readonly made: Map<DeclaredFilter, ExprNode>;
  checked: boolean;
}

/** The filters of a session without those of some names. */
function filtersWithout(known: KnownFilters, left: readonly string[]): RowFilters {
  const isOn = (name: string) => valuesOf(known, name) !== false && !left.includes(name);
  return {
    of(mapper) {
      if (mapper.filters.size === 0) return [];
      // One that is left out is not made either: it needs no values.
      const names = [...mapper.filters.keys()].filter(isOn);
      return names.map((name) => conditionOf(known, mapper, name));
    },
    hides: ({ filters }) => filters.size > 0 && [...filters.keys()].some(isOn),
    without: (names) => (names === true ? undefined : filtersWithout(known, [...left, ...names])),
  };
}

/** What a session was given for a filter. */
function valuesOf({ given }: KnownFilters, name: string): unknown {
  return Object.hasOwn(given, name) ? given[name] : undefined;
}

function conditionOf(known: KnownFilters, mapper: Mapper, name: string): ExprNode {
  if (!known.checked) checkNames("The session's filters", Object.keys(known.given));
  known.checked = true;
  const filter = mapper.filters.get(name) as DeclaredFilter;
  const condition =
    known.made.get(filter) ?? filterCondition(mapper, filter, valuesOf(known, name));
  known.made.set(filter, condition);
  return condition;
}

/** @throws ArgumentError `unknown-filter` for a name that no class has declared. */
export function checkNames(where: string, names: readonly string[]): void {
  const unknown = names.find((name) => !filterNames.has(name));
  if (unknown === undefined) return;
  const known = [...filterNames].sort();
  const list = known.length === 0 ? "No class has one." : `There are ${known.join(", ")}.`;
  throw new ArgumentError(`${where}: there is no filter ${unknown}.`, {
    code: "unknown-filter",
    hint: didYouMean(unknown, known).trim() || list,
  });
}

/** What `withoutFilter(…)` adds to a statement: names add up, and none are all. */
export function unfiltered(known: Unfiltered | undefined, names: readonly string[]): Unfiltered {
  checkNames("withoutFilter()", names);
  if (names.length === 0 || known === true) return true;
  return [...(known ?? []), ...names];
}

/** The filters of a session, as far as a statement does not leave them out. */
export function filtersWithin(
  { filters }: SessionState,
  without: Unfiltered | undefined,
): RowFilters | undefined {
  return without === undefined ? filters : filters?.without(without);
}

/** The same walk, where a part of the statement is not filtered. */
export function narrowed(context: Context, without: Unfiltered | undefined): Context {
  if (without === undefined || context.filters === undefined) return context;
  return { ...context, filters: context.filters.without(without) };
}

/**
 * The conditions of a source: which rows of its table are of its class, then those of filters. A table between has
 * those of its class, if it is mapped.
 */
export function filtersOf(
  source: Source | null | undefined,
  { filters }: Context,
): readonly ExprNode[] {
  if (source?.kind !== "table" && source?.kind !== "link") return [];
  const { name } = source;
  const mapper = source.kind === "table" ? source.mapper : mapperOfTable(source.table);
  if (mapper === undefined) return [];
  const added = filters?.of(mapper).map((node) => within(node, mapper, name)) ?? [];
  return mapper.parent === undefined ? added : [kindCondition(mapper, name), ...added];
}

/**
 * What must hold, for WHERE and ON: the conditions of the statement, then those of filters. Within a filter no other
 * one is added: it says all that it means, and two that speak of each other's class would have no end.
 */
export function writeConditions(
  own: readonly ExprNode[],
  added: readonly ExprNode[],
  context: Context,
): string {
  const texts = [writeAll(own, " AND ", context)];
  if (added.length > 0) texts.push(writeAll(added, " AND ", { ...context, filters: undefined }));
  return texts.filter((text) => text !== "").join(" AND ");
}

/** Whether a session leaves rows of a class out. */
export function isFiltered({ filters }: SessionState, mapper: Mapper): boolean {
  return filters?.hides(mapper) === true;
}
