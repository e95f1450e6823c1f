/** Rows of texts as lines: each column as wide as its widest text, two spaces between columns. */
export function alignRows(
  rows: readonly (readonly string[])[],
  isRight: (row: number, column: number) => boolean,
): string[] {
  const widths = columnWidths(rows);
  return rows.map((texts, row) =>
    texts
      .map((text, column) => {
        const room = " ".repeat((widths[column] ?? 0) - widthOf(text));
        return isRight(row, column) ? room + text : text + room;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** The width of the widest text of each column, in characters. */
export function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const texts of rows) {
    for (const [column, text] of texts.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
    }
  }
  return widths;
}

/** A sign outside of Unicode's first plane, such as an emoji, has two code units, and is two characters wide. */
function widthOf(text: string): number {
  return text.length;
}
