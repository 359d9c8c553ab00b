import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The file of the Plotly that draws Prism's figures, minified, about 5 MB. */
export function plotlyPath(): string {
  const require = createRequire(import.meta.url);
  return require.resolve("plotly.js-dist-min/plotly.min.js");
}

export function plotlySource(): string {
  return readFileSync(plotlyPath(), "utf8");
}
