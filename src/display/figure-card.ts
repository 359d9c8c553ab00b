import type { Figure } from "./figure.js";
import type { MimeBundle } from "./mime.js";
import type { Table } from "./table.js";

/**
 * A figure with a table beneath it. Without Plotly's own type, for which front ends would leave out
 * the table; the HTML becomes interactive in the same way.
 */
export async function figureCard(
  figure: Figure,
  table: Table,
  heading: string,
): Promise<MimeBundle> {
  const bundle = await figure.toMimeBundle();
  return {
    "text/html": `${bundle["text/html"]}\n${table.toHtml()}`,
    ...(bundle["image/png"] === undefined ? {} : { "image/png": bundle["image/png"] }),
    "text/plain": `${heading}\n${table}`,
  };
}
