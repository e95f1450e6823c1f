import { hasBrand } from "../engine/brand.js";
import type { Fragment } from "../engine/index.js";
import { misuse } from "./column.js";
import { at } from "./errors.js";
import { checkOptions, didYouMean, type Naming, shorten } from "./naming.js";
import type {
  Check,
  CheckOption,
  ColumnList,
  DeclaredColumn,
  ForeignKey,
  ForeignKeyOption,
  NamedColumns,
  Table,
  TableOptions,
} from "./table.js";

type Constraints = Pick<Table, "uniques" | "indexes" | "foreignKeys" | "checks">;

/** A table while it is made: its columns are known, its constraints are not. */
export interface Draft {
  readonly table: string;
  readonly columns: readonly DeclaredColumn[];
  readonly naming: Naming;
}

/** The constraints of a table: those of single columns, then those of its options. */
export function toConstraints(draft: Draft, options: TableOptions): Constraints {
  const { table, columns } = draft;
  checkOptions(table, options, [
    "uniques",
    "indexes",
    "foreignKeys",
    "checks",
    "hybrids",
    "filters",
    "discriminator",
  ]);
  const { uniques = [], indexes = [], foreignKeys = [], checks = [] } = options;
  const constraints: Constraints = {
    uniques: toNamedColumns(draft, "unique", uniques),
    indexes: toNamedColumns(draft, "index", indexes),
    foreignKeys: [...columns.flatMap(referenceOf), ...foreignKeys].map((key) =>
      at(`${table}.${key.columns}`, () => toForeignKey(draft, key)),
    ),
    checks: checks.map((check, index) =>
      at(`${table}, checks`, () => toCheck(draft, check, index + 1)),
    ),
  };
  refuseTwice(`constraints of ${table}`, Object.values(constraints).flat());
  return constraints;
}

/** What `.references("authors.id")` declares, as the table's options would. */
function referenceOf({ property, reference }: DeclaredColumn): ForeignKeyOption[] {
  if (reference === undefined) return [];
  return [{ ...reference.options, columns: [property], references: [reference.target] }];
}

/** The uniques, or the indexes: those of columns with `.unique()` or `.index()`, then those of the options. */
function toNamedColumns(
  draft: Draft,
  kind: "unique" | "index",
  lists: readonly ColumnList[],
): NamedColumns[] {
  const flagged = draft.columns.flatMap(({ property, [kind]: name }) =>
    name === undefined ? [] : [name === true ? [property] : { columns: [property], name }],
  );
  return [...flagged, ...lists].map((list) => {
    const own = typeof list === "object" && "columns" in list ? list : undefined;
    const columns = at(`${draft.table}, ${kind}`, () => pick(draft, own?.columns ?? list));
    const names = columns.map(({ name }) => name);
    return { name: shorten(own?.name ?? draft.naming[kind](draft.table, names)), columns: names };
  });
}

/** The columns of these properties. */
function pick({ columns }: Draft, properties: unknown): DeclaredColumn[] {
  if (!Array.isArray(properties) || properties.length === 0) {
    throw misuse("Columns stand in a list", 'Write [["authorId", "title"]], a list of lists.');
  }
  return properties.map((property) => {
    const column = columns.find((one) => one.property === property);
    if (column !== undefined) return column;
    const names = columns.map((one) => one.property);
    throw misuse(
      `There is no column ${property}`,
      `${didYouMean(property, names)}Name columns by property: ${names.join(", ")}.`,
    );
  });
}

function toForeignKey(draft: Draft, option: ForeignKeyOption): ForeignKey {
  const { columns: properties, references, ...options } = option;
  checkOptions("references", options, ["onDelete", "onUpdate", "name"]);
  const columns = pick(draft, properties);
  const target = toTarget(references, columns.length);
  const { name, onDelete, onUpdate } = options;
  if (onDelete === "set null" && !columns.every(({ nullable }) => nullable)) {
    throw misuse('"set null" needs a column that can be null', "Add .nullable().");
  }
  const names = columns.map((column) => column.name);
  const byRule = draft.naming.foreignKey(draft.table, names, target.table);
  return { name: shorten(name ?? byRule), columns: names, ...target, onDelete, onUpdate };
}

/** Reads `["loans.member_id", "loans.copy_id"]`: one table, and as many columns as point at them. */
function toTarget(
  references: readonly string[],
  count: number,
): Pick<ForeignKey, "table" | "references"> {
  const pairs = references.map((target) => /^([^.]+)\.([^.]+)$/.exec(target) ?? []);
  const table = pairs[0]?.[1];
  if (table !== undefined && pairs.length === count && pairs.every((pair) => pair[1] === table)) {
    return { table, references: pairs.map((pair) => pair[2] ?? "") };
  }
  throw misuse(
    `${references.map((target) => JSON.stringify(target)).join(", ")} is not a column of a table`,
    'Write "authors.id", by its names in the database; for several columns as many, of one table.',
  );
}

function toCheck({ table, naming }: Draft, check: CheckOption, place: number): Check {
  const named =
    typeof check === "object" && "expression" in check ? check : { name: place, expression: check };
  return {
    name: shorten(naming.check(table, named.name)),
    expression: checkedSql(named.expression),
  };
}

/** SQL for the DDL, where no parameter can be bound. */
export function checkedSql(expression: Fragment<unknown>): Fragment<unknown> {
  if (!hasBrand(expression, "fragment")) {
    throw misuse("SQL is written with the sql tag", "Write sql`price >= 0`.");
  }
  if (!bindsValues(expression)) return expression;
  throw misuse(
    "A table's definition cannot have parameters",
    "Write the value into the SQL, without a parameter: sql`price >= 0`.",
  );
}

function bindsValues({ parts }: Fragment<unknown>): boolean {
  return parts.some(
    (part) => part.kind === "value" || (part.kind === "fragment" && bindsValues(part.fragment)),
  );
}

/** Databases do not tell capitals from small letters in names of columns and constraints. */
export function refuseTwice(what: string, named: readonly { readonly name: string }[]): void {
  const names = named.map(({ name }) => name.toLowerCase());
  const twice = named.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
  if (twice === undefined) return;
  throw misuse(`Two ${what} are called ${twice.name}`, "Give one of them another name.");
}
