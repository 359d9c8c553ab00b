import type { Figure } from "./figure.js";
import type { MimeBundle } from "./mime.js";
import { Table } from "./table.js";

/**
 * A figure with tables beneath it. Without Plotly's own type, for which front ends would leave out
 * the table; the HTML becomes interactive in the same way.
 */
export async function figureCard(
  figure: Figure,
  tables: Table | readonly Table[],
  heading: string,
): Promise<MimeBundle> {
  const list = tables instanceof Table ? [tables] : tables;
  const bundle = await figure.toMimeBundle();
  return {
    "text/html": [bundle["text/html"], ...list.map((table) => table.toHtml())].join("\n"),
    ...(bundle["image/png"] === undefined ? {} : { "image/png": bundle["image/png"] }),
    "text/plain": [heading, ...list].join("\n"),
  };
}
