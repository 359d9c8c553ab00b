import { plainText } from "./look.js";
import type { PlotlyJson, PlotlyTrace } from "./plotly-json.js";

/** One line for the figure and one for each trace: "scatter "calc", 201 points". */
export function figureText({ data, layout }: PlotlyJson): string {
  const title = labelText(layout.title);
  const head = title === "" ? "Figure" : `Figure: ${title}`;
  const axes = [layout.xaxis, layout.yaxis]
    .map((axis) => labelText((axis as { title?: unknown } | undefined)?.title))
    .filter((text) => text !== "");
  return [
    axes.length > 0 ? `${head} (${axes.join(" / ")})` : head,
    ...data.map((trace) => `  ${traceText(trace)}`),
  ].join("\n");
}

function traceText(trace: PlotlyTrace): string {
  const name = typeof trace.name === "string" ? ` "${plainText(trace.name)}"` : "";
  const values = [trace.x, trace.y, trace.z, trace.values, trace.r].find(Array.isArray);
  return `${trace.type ?? "scatter"}${name}${values ? `, ${values.length} points` : ""}`;
}

function labelText(label: unknown): string {
  const text = typeof label === "string" ? label : (label as { text?: unknown } | undefined)?.text;
  return typeof text === "string" ? plainText(text) : "";
}

/** What a terminal shows: the result, and a line for each of its warnings. */
export function withWarnings(text: string, warnings: readonly { message: string }[]): string {
  return [text, ...warnings.map(({ message }) => `warning: ${message}`)].join("\n");
}
