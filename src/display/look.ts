import type { PlotlyLayout } from "./plotly-json.js";

/** What all pictures share, interactive and static: one font, one ink, a white ground. */
export const fontFamily = '"Open Sans", "Segoe UI", "Helvetica Neue", Arial, sans-serif';
export const textColor = "#2b3038";
export const mutedColor = "#6b7280";
export const ground = "#ffffff";

/** Layout of every picture: font, colours, the title and below it a smaller line. */
export function look(title: string, subtitle: string): PlotlyLayout {
  return {
    title: {
      text: title,
      x: 0.022,
      xanchor: "left",
      y: 0.965,
      yanchor: "top",
      font: { size: 19, color: textColor },
      subtitle: { text: subtitle, font: { size: 13, color: mutedColor } },
    },
    font: { family: fontFamily, color: textColor, size: 13 },
    // White also in a dark front end: the colours of elements and lines are chosen for it.
    paper_bgcolor: ground,
  };
}

/** Axes of every chart. */
export const axisLook: PlotlyLayout = {
  showline: true,
  linecolor: textColor,
  ticks: "outside",
  tickcolor: textColor,
  zeroline: false,
  gridcolor: "#eceef1",
};

/** What appears under the pointer. */
export const hoverLook: PlotlyLayout = {
  bgcolor: ground,
  bordercolor: mutedColor,
  font: { color: textColor },
};

/** "SiO2" -> "SiO<sub>2</sub>"; text that is no formula stays as it is. */
export function formulaHtml(text: string): string {
  if (!/^([A-Z][a-z]?(\d+(\.\d+)?)?|[()[\]])+$/.test(text)) return text;
  return text.replace(/\d+(\.\d+)?/g, "<sub>$&</sub>");
}

/** The text of a Plotly label without its markup. */
export function plainText(markup: string): string {
  return markup
    .replace(/<br\s*\/?>/gi, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
