import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The whole of Plotly as minified JavaScript, about 5 MB. */
export function plotlySource(): string {
  const { resolve } = createRequire(import.meta.url);
  return readFileSync(resolve("plotly.js-dist-min/plotly.min.js"), "utf8");
}
