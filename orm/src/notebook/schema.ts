import { sortTables } from "../mapping/ddl.js";
import { allTables, type Metadata } from "../mapping/metadata.js";
import type { Column, ForeignKey, Table } from "../mapping/table.js";
import { foreignKeyText, sqlType } from "./columns.js";
import { type Displayable, display } from "./display.js";
import { layOut } from "./layout.js";
import { type Box, box, type Point, sideArrow, svg, text, textWidth } from "./svg.js";
import { table as rowsTable } from "./table.js";

/**
 * The tables of `Base.metadata` with their columns and foreign keys, as an entity-relation diagram:
 * `schema(Base.metadata)`. An arrow leads from a foreign key to the column that it points at.
 * @example
 * ```ts
 * console.log(String(schema(Base.metadata)).includes("book_tags")); // true
 * ```
 */
export function schema(metadata: Metadata): Displayable {
  const sorted = sortTables(allTables(metadata));
  return display(drawSchema(sorted), sorted.map(tableText).join("\n\n"));
}

function tableText(table: Table): string {
  const rows = table.columns.map((column) => ({
    [table.name]: column.name,
    type: sqlType(column),
    key: keyMark(column, table),
    "": keysOf(column, table).map(foreignKeyText).join(", "),
  }));
  return String(rowsTable(rows, { limit: rows.length }));
}

/** The foreign keys that a column is part of. */
function keysOf({ name }: Column, { foreignKeys }: Table): ForeignKey[] {
  return foreignKeys.filter(({ columns }) => columns.includes(name));
}

function keyMark(column: Column, table: Table): string {
  if (column.primaryKey) return "PK";
  return keysOf(column, table).length > 0 ? "FK" : "";
}

const header = 25;
const line = 19;

function sizeOf({ name, columns }: Table): [width: number, height: number] {
  const rows = columns.map((column) => textWidth(`${column.name}  ${sqlType(column)}`) + 42);
  return [Math.max(textWidth(name) + 24, ...rows), header + columns.length * line + 7];
}

function drawSchema(tables: readonly Table[]): string {
  const keys = tables.flatMap((table, from) =>
    table.foreignKeys.map((key) => ({
      key,
      from,
      to: tables.findIndex(({ name }) => name === key.table),
    })),
  );
  const known = keys.filter(({ to }) => to >= 0);
  // What is pointed at stands to the left, so in the layout a link leads from there.
  const links = known.map(({ from, to }) => ({ from: to, to: from }));
  const { boxes, bends, width, height } = layOut(tables.map(sizeOf), links, 52);
  const placed = tables.map((table, index) => ({ table, ...(boxes[index] as Box) }));
  const arrows = known.map(({ key, from, to }, index) =>
    drawKey(key, placed[from] as TableBox, placed[to] as TableBox, bends[index] ?? []),
  );
  const loops = known.some(({ from, to }) => from === to) ? 30 : 0;
  const title = `The tables ${tables.map(({ name }) => name).join(", ")}`;
  return svg({ width: width + loops, height }, title, [...placed.map(drawTable), ...arrows]);
}

interface TableBox extends Box {
  readonly table: Table;
}

function drawTable({ table, ...place }: TableBox): string {
  const { x, y, width } = place;
  const rows = table.columns.flatMap((column, index) => {
    const base = y + header + index * line + 15;
    const name = text(
      { x: x + 30, y: base },
      column.name,
      column.primaryKey ? { weight: "bold" } : {},
    );
    return [
      text({ x: x + 8, y: base }, keyMark(column, table), { weight: "faint" }),
      name,
      text({ x: x + width - 8, y: base }, sqlType(column), { anchor: "end", weight: "faint" }),
    ];
  });
  const title = { x: x + width / 2, y: y + 17 };
  return [
    box(place, 0.05),
    box({ ...place, height: header }, 0.1),
    text(title, table.name, { anchor: "middle", weight: "bold" }),
    ...rows,
  ].join("\n");
}

/** From the column with the foreign key to the column that it points at. */
function drawKey(key: ForeignKey, from: TableBox, to: TableBox, bends: readonly Point[]): string {
  const start = { box: from, y: columnMiddle(from, key.columns[0]) };
  const end = { box: to, y: columnMiddle(to, key.references[0]) };
  return sideArrow(start, end, from.x < to.x ? bends : [...bends].reverse());
}

/** The height at which a column stands. */
function columnMiddle({ table, y }: TableBox, name: string | undefined): number {
  const index = table.columns.findIndex((column) => column.name === name);
  return y + header + index * line + 10.5;
}
