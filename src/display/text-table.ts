/** Columns padded to equal width, two spaces apart. */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  alignRight: readonly boolean[],
): string {
  const widths = headings.map((heading, k) =>
    Math.max(width(heading), ...rows.map((row) => width(row[k]))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, k) => {
        const space = " ".repeat(widths[k] - width(cell));
        return alignRight[k] ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  return [line(headings), ...rows.map(line)].join("\n");
}

/** In code points, without combining marks: what a terminal advances by for the scripts used here. */
function width(text: string): number {
  return [...text.replace(/\p{Mn}/gu, "")].length;
}
