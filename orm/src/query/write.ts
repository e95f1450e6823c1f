import { brand, hasBrand, hide } from "../engine/brand.js";
import { ArgumentError, type CompiledSql, type Dialect, type Statement } from "../engine/index.js";
import { takeValue } from "../mapping/accessors.js";
import { describe } from "../mapping/column-type.js";
import { inspectKey } from "../mapping/display.js";
import { Expr, type ExprNode } from "../mapping/expression.js";
import { isDiscriminator, kindIsFixed } from "../mapping/family.js";
import { instanceIn } from "../mapping/instance.js";
import type { AnyClass, Mapper } from "../mapping/mapper.js";
import { didYouMean } from "../mapping/naming.js";
import type { Column } from "../mapping/table.js";
import type { RowFilters, Unfiltered } from "../session/executable.js";
import type { Context } from "./context.js";
import { inspectStatement } from "./explain.js";
import { writeExpression } from "./write-expression.js";

/** A mapped class, as `insert`, `update` and `deleteFrom` take it. */
export type WritableClass = AnyClass & { readonly c: object };

/** What a column can be given, by its expression: a value, or an expression that the database computes. */
export type Settable<E> =
  E extends Expr<infer T, infer N> ? T | Expr<T, boolean> | (N extends true ? null : never) : never;

/** What `set` takes: some of the columns. */
export type SetValues<C extends WritableClass> = {
  readonly [K in keyof C["c"]]?: Settable<C["c"][K]>;
};

/** A column and what it is to be. */
export interface Assignment {
  readonly column: Column;
  readonly node: ExprNode;
}

/** What an INSERT does with a row whose key is there: nothing, or these changes of the one that is there. */
export type OnConflict = "ignore" | readonly Assignment[] | undefined;

/** An INSERT as plain data that never changes. Its rows are given, or come from a query. */
export interface InsertNode {
  readonly kind: "insert";
  readonly mapper: Mapper;
  /** Whether the objects of a session follow. */
  readonly synchronize: boolean;
  readonly rows: readonly (readonly Assignment[])[];
  readonly from:
    | { readonly columns: readonly Column[]; readonly query: Statement<unknown> }
    | undefined;
  readonly conflict: OnConflict;
}

/** An UPDATE or a DELETE as plain data that never changes. */
export interface ChangeNode {
  readonly kind: "update" | "delete";
  readonly mapper: Mapper;
  /** Whether the objects of a session follow. */
  readonly synchronize: boolean;
  readonly set: readonly Assignment[];
  /** The filters that are left out. */
  readonly unfiltered?: Unfiltered | undefined;
  /** All of these must hold; undefined until it is said which rows are meant. */
  readonly where: readonly ExprNode[] | undefined;
}

/**
 * What `insert`, `update` and `deleteFrom` make: a statement that never changes. `execute` of an engine, a
 * connection or a session sends it at once, and gives `{ rowCount, generatedKeys }`.
 */
export abstract class WriteStatement<N extends InsertNode | ChangeNode = InsertNode | ChangeNode>
  implements Statement<never>
{
  declare readonly rowType?: never;
  /** @internal */
  declare readonly node: N;

  static {
    Object.defineProperty(WriteStatement.prototype, inspectKey, { value: inspectStatement });
  }

  constructor(node: N) {
    hide(this, "node", Object.freeze(node));
    brand(this, "write");
  }

  /**
   * Whether the objects of the session follow, whose rows this statement changes: default true. It costs a
   * SELECT before and one after, and only where the session holds objects of the class. With `false` they keep
   * the values that they have, until they are refreshed.
   */
  synchronize(follow: boolean): this {
    return withPart(this, { synchronize: follow });
  }

  /**
   * Its text and parameters, without sending anything. A default that a function makes is made anew each time.
   * @param filters those of a session; without one nothing is filtered.
   */
  abstract toSql(dialect: Dialect, filters?: RowFilters): CompiledSql;
}

/** The same statement with a part of its node exchanged. */
export function withPart<S extends WriteStatement>(
  statement: S,
  part: Partial<InsertNode> | Partial<ChangeNode>,
): S {
  const Class = statement.constructor as new (node: object) => S;
  return new Class({ ...statement.node, ...part });
}

/**
 * What the columns are to be, checked; objects of the class would take the same.
 * @throws ArgumentError `unknown-property`, or what a column refuses: undefined above all.
 */
export function toAssignments(mapper: Mapper, method: string, values: unknown): Assignment[] {
  const isMapped = instanceIn(values) !== undefined;
  if (isMapped || typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new ArgumentError(`${mapper.name}: ${method}() was given ${describe(values)}.`, {
      code: "not-values",
      hint: isMapped
        ? `Of an object write ${method}(object.toObject()); session.add(object) inserts one.`
        : `Write ${method}({ … }) with a value for each column.`,
    });
  }
  return Object.entries(values).map(([property, value]) => {
    const column = writtenColumn(mapper, property);
    // The class says it; to look for it is something else.
    if (isDiscriminator(mapper, column) && method !== "filterBy") throw kindIsFixed(mapper, column);
    return { column, node: nodeOfValue(mapper, column, value) };
  });
}

/** The column of a property. A relationship has none of its own. */
export function writtenColumn(mapper: Mapper, property: string): Column {
  const column = mapper.properties.get(property);
  if (column !== undefined) return column;
  const known = [...mapper.properties.keys()];
  throw new ArgumentError(`${mapper.name} has no column ${property}.`, {
    code: "unknown-property",
    hint: `${didYouMean(property, known)}Its columns are ${known.join(", ")}.`,
  });
}

/** The node of what a column is given: an expression, or a value that the column takes. */
export function nodeOfValue(mapper: Mapper, column: Column, value: unknown): ExprNode {
  if (hasBrand(value, "expr") && column.generated === undefined) {
    return (value as Expr<unknown>).node;
  }
  const taken = takeValue(mapper, column, value);
  return { kind: "value", value: taken, type: taken === null ? undefined : column.type };
}

/**
 * What an UPDATE sets: besides what it was given, what the program makes for each UPDATE, and the next version.
 * @throws ArgumentError `nothing-to-set`; `key-change` for a key, because objects are known by it.
 */
export function withMade(mapper: Mapper, set: readonly Assignment[]): Assignment[] {
  const key = set.find(({ column }) => column.primaryKey)?.column.property;
  if (key !== undefined) throw setRefused(`${mapper.name}.${key} is a key and stays`, "key-change");
  if (set.length === 0) throw setRefused(`${mapper.name}: nothing is to be set`, "nothing-to-set");
  const made = mapper.columns.flatMap((column) =>
    set.some((one) => one.column === column) ? [] : madeAtUpdate(mapper, column),
  );
  return [...set, ...made];
}

/** What follows SET: `title` = ?, `price` = `books`.`price` * ? */
export function writeAssignments(set: readonly Assignment[], context: Context): string {
  const { quote } = context.dialect;
  const texts = set.map(
    ({ column, node }) => `${quote(column.name)} = ${writeExpression(node, context)}`,
  );
  return texts.join(", ");
}

/** What a column gets at an UPDATE that does not name it. */
function madeAtUpdate(mapper: Mapper, column: Column): Assignment[] {
  if (column.version) {
    const next = new Expr<number>({ kind: "column", mapper, column }).add(1);
    return [{ column, node: next.node }];
  }
  if (column.onUpdate?.kind !== "client") return [];
  return [{ column, node: nodeOfValue(mapper, column, column.onUpdate.make()) }];
}

function setRefused(what: string, code: string): ArgumentError {
  const hint = "Write set({ … }) with a new value for some columns that are no part of the key.";
  return new ArgumentError(`${what}.`, { code, hint });
}
