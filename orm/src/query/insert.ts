import { hasBrand } from "../engine/brand.js";
import { ArgumentError, type CompiledSql, type Dialect, type Statement } from "../engine/index.js";
import { makeOf } from "../mapping/construct.js";
import type { ExprNode } from "../mapping/expression.js";
import { type Mapper, mapperOf } from "../mapping/mapper.js";
import type { Column } from "../mapping/table.js";
import { MAX_PARAMETERS, names } from "../session/batches.js";
import type { Executable, RowFilters } from "../session/executable.js";
import { type Context, compileText, inScope, tableSource } from "./context.js";
import { alias } from "./sources.js";
import { addKind, whyGiven } from "./variants.js";
import {
  type Assignment,
  type InsertNode,
  nodeOfValue,
  type Settable,
  type SetValues,
  toAssignments,
  type WritableClass,
  WriteStatement,
  withMade,
  withPart,
  writeAssignments,
  writtenColumn,
} from "./write.js";
import { writeExpression } from "./write-expression.js";

/** What the constructor of a class takes. */
export type InitOf<C> = C extends abstract new (
  ...init: infer A
) => unknown
  ? NonNullable<A[0]>
  : never;

/** A row for {@link Insert.values}: what the constructor takes, columns only; or expressions. */
export type InsertValues<C extends WritableClass> = WithExpressions<
  Pick<InitOf<C>, keyof InitOf<C> & keyof C["c"]>,
  C["c"]
>;

export type WithExpressions<I, Columns> = {
  readonly [K in keyof I]: Settable<Columns[K & keyof Columns]>;
};

/** The name of the new row, where an old one is in its way. */
const NEW_ROW = "_new";

/** An INSERT, made by {@link insert}. */
export class Insert<C extends WritableClass = WritableClass> extends WriteStatement<InsertNode> {
  /**
   * The rows; several calls add up. A column that a row leaves out gets its default. All of them go in one
   * statement, wholly or not at all, so there is an end to their number: 65,535 values.
   * @example
   * ```ts
   * const tags = insert(Tag).values({ name: "new" }).values([{ name: "sale" }, { name: "rare" }]);
   * console.log(tags.toSql(engine.dialect));
   * // {
   * //   text: 'INSERT INTO `tags` (`name`) VALUES (?), (?), (?)',
   * //   parameters: [ 'new', 'sale', 'rare' ]
   * // }
   * ```
   */
  values(rows: InsertValues<C> | readonly InsertValues<C>[]): this {
    const { mapper, rows: earlier } = this.node;
    const given = Array.isArray(rows) ? rows : [rows];
    const added = given.map((row) => toAssignments(mapper, "values", row));
    return withPart(this, { rows: [...earlier, ...added] });
  }

  /**
   * Rows that the database makes of others: `insert(Archive).fromSelect(["id"], select(Book.c.id))`.
   * @example
   * ```ts
   * const lent = select(func.concat("lent: ", Book.c.title)).where(Book.r.loans.any());
   * await session.execute(insert(Tag).fromSelect(["name"], lent));
   * console.log(await session.scalars(select(Tag.c.name).where(Tag.c.id.gt(3)).orderBy(Tag.c.name)).all());
   * // [ 'lent: Emma', 'lent: Wuthering Heights' ]
   * ```
   */
  fromSelect(properties: readonly (keyof C["c"] & string)[], query: Statement<unknown>): this {
    if (!Array.isArray(properties) || typeof query?.toSql !== "function") {
      const hint = 'Write fromSelect(["title"], select(Other.c.title)).';
      throw insertRefused("fromSelect() needs properties and a query", "from-select", hint);
    }
    const columns = properties.map((property) => writtenColumn(this.node.mapper, property));
    return withPart(this, { from: { columns, query } });
  }

  /**
   * Where a row with the same key, or the same unique value, is there, changes that row instead. A function is
   * given the columns of the new row:
   *
   *     insert(Tag).values({ name: "sql", uses: 1 }).onConflictUpdate((row) => ({ uses: Tag.c.uses.add(row.uses) }))
   *     -- INSERT INTO tags (name, uses) VALUES (?, ?) AS _new ON DUPLICATE KEY UPDATE uses = tags.uses + _new.uses
   *
   * MySQL counts such a row twice in `rowCount`, once if it stays as it was.
   * @example
   * ```ts
   * const upsert = insert(Member)
   *   .values({ name: "Ada Lovelace", email: "ada@example.org" })
   *   .onConflictUpdate((row) => ({ name: row.name }));
   * const { rowCount } = await session.execute(upsert);
   * console.log(rowCount); // 2
   * console.log((await session.get(Member, 1))?.name); // Ada Lovelace
   * ```
   */
  onConflictUpdate(values: SetValues<C> | ((row: C["c"]) => SetValues<C>)): this {
    const { mapper } = this.node;
    const given =
      typeof values === "function"
        ? values(alias(mapper.entity as never, NEW_ROW).c as C["c"])
        : values;
    return withPart(this, { conflict: toAssignments(mapper, "onConflictUpdate", given) });
  }

  /**
   * Where a row with the same key, or the same unique value, is there, leaves it as it is; it is counted all the
   * same. This is not INSERT IGNORE, which would also cut off texts that are too long, and worse.
   * @example
   * ```ts
   * await session.execute(insert(Tag).values([{ name: "epic" }, { name: "new" }]).onConflictIgnore());
   * console.log(await session.query(Tag).count()); // 4
   * ```
   */
  onConflictIgnore(): this {
    return withPart(this, { conflict: "ignore" });
  }

  override toSql(dialect: Dialect, filters?: RowFilters): CompiledSql {
    return compileText(dialect, (context) => writeInsert(this.node, context), filters);
  }
}

/**
 * Inserts rows without making objects of them.
 *
 *     insert(Tag).values([{ name: "sql" }, { name: "orm" }])      -- INSERT INTO tags (name) VALUES (?), (?)
 *
 * Of one row `generatedKeys` has the key. Of several MySQL tells the first only, so it is empty: for their keys
 * add objects to a session, whose flush finds out whether they are certain.
 * @example
 * ```ts
 * const added = await session.execute(insert(Tag).values([{ name: "new" }, { name: "sale" }]));
 * console.log(added.rowCount); // 2
 * await session.commit();
 * ```
 */
export function insert<C extends WritableClass>(entity: C): Insert<C> {
  const mapper = mapperOf(entity);
  const none = { rows: [], from: undefined, conflict: undefined };
  return new Insert({ kind: "insert", mapper, synchronize: true, ...none });
}

/** INSERT INTO … VALUES …, or INSERT INTO … SELECT …; and what happens where a row is there already. */
export function writeInsert(node: InsertNode, outer: Context): string {
  const { mapper, from, conflict, rows } = node;
  if ((from === undefined) === (rows.length === 0)) {
    const hint = "Give values(…) one row at least, or write fromSelect(…).";
    throw insertRefused(
      `The insert of ${mapper.name} has no rows, or has them from two places`,
      "no-rows",
      hint,
    );
  }
  const { dialect } = outer;
  const sources = [tableSource(mapper, NEW_ROW)];
  const context = inScope(outer, tableSource(mapper), sources, "INSERT");
  const { columns, text } = from ? rowsOfQuery(node, from, context) : rowsOfValues(node, context);
  const into = `INSERT INTO ${dialect.quote(mapper.table.name)} (${names(dialect, columns)}) ${text}`;
  if (conflict === undefined) return into;
  const [column] = mapper.table.primaryKey as readonly [Column];
  const same = { column, node: { kind: "column", mapper, column } } as const;
  const set = conflict === "ignore" ? [same] : withMade(mapper, conflict);
  return `${into} ON DUPLICATE KEY UPDATE ${writeAssignments(set, context)}`;
}

interface WrittenRows {
  readonly columns: readonly Column[];
  readonly text: string;
}

/** VALUES (?, ?), (?, DEFAULT) */
function rowsOfValues({ mapper, rows, conflict }: InsertNode, context: Context): WrittenRows {
  const complete = rows.map((row) => withDefaults(mapper, row));
  const columns = mapper.table.columns.filter((column) => complete.some((row) => row.has(column)));
  const written = complete.map((row) => {
    const values = columns.map((column) => {
      const value = row.get(column);
      return value === undefined ? "DEFAULT" : writeExpression(value, context);
    });
    return `(${values.join(", ")})`;
  });
  const { length } = context.parameters;
  if (length > MAX_PARAMETERS) {
    const fit = Math.floor(MAX_PARAMETERS / Math.ceil(length / rows.length));
    const hint = `Insert ${fit} at a time in a transaction, or add objects to a session, which does so itself.`;
    throw insertRefused(
      `${rows.length} rows of ${mapper.name} are too many for one statement`,
      "too-many-values",
      hint,
    );
  }
  const alias = conflict === undefined ? "" : ` AS ${context.dialect.quote(NEW_ROW)}`;
  return { columns, text: `VALUES ${written.join(", ")}${alias}` };
}

/** What is inserted for a row: with the defaults that the program makes. The others are made by the server. */
function withDefaults(mapper: Mapper, row: readonly Assignment[]): Map<Column, ExprNode> {
  const nodes = new Map(row.map(({ column, node }) => [column, node]));
  for (const column of mapper.columns) {
    if (nodes.has(column)) continue;
    const value = column.default?.kind === "value" ? column.default.value : makeOf(column)?.();
    if (value !== undefined) nodes.set(column, nodeOfValue(mapper, column, value));
  }
  addKind(mapper, nodes);
  return nodes;
}

/** SELECT …, and where a row can be in the way SELECT * FROM (SELECT …) AS _new (name), so that it has a name. */
function rowsOfQuery(
  { mapper, conflict }: InsertNode,
  { columns, query }: NonNullable<InsertNode["from"]>,
  { dialect, parameters, filters }: Context,
): WrittenRows {
  const missing = mapper.columns.find((one) => whyGiven(mapper, one) && !columns.includes(one));
  if (missing !== undefined) {
    const what = `${mapper.name}.${missing.property} ${whyGiven(mapper, missing)}`;
    throw insertRefused(what, "default-missing", `Let the select give ${missing.property} too.`);
  }
  const { text, parameters: own } = hasBrand(query, "executable")
    ? (query as Executable<unknown>).compile(dialect, filters)
    : query.toSql(dialect);
  parameters.push(...own);
  if (conflict === undefined) return { columns, text };
  const name = `${dialect.quote(NEW_ROW)} (${names(dialect, columns)})`;
  return { columns, text: `SELECT * FROM (${text}) AS ${name}` };
}

function insertRefused(what: string, code: string, hint: string): ArgumentError {
  return new ArgumentError(`${what}.`, { code, hint });
}
