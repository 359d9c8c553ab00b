/** Text as it may stand in XML and HTML, attribute values included. */
export function escapeXml(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

/** "#rrggbb" moved towards another one by a share in [0, 1]. */
export function mixColors(from: string, to: string, share: number): string {
  const channel = (color: string, k: number) =>
    Number.parseInt(color.slice(1 + 2 * k, 3 + 2 * k), 16);
  const mixed = [0, 1, 2].map((k) =>
    Math.round(channel(from, k) + (channel(to, k) - channel(from, k)) * share),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** SVG text spans from Plotly's markup: sub, sup, b and i are kept, other tags dropped. */
export function markupToSpans(html: string): string {
  const attributes: Record<string, string> = {
    sub: 'baseline-shift="-25%" font-size="70%"',
    sup: 'baseline-shift="35%" font-size="70%"',
    b: 'font-weight="bold"',
    i: 'font-style="italic"',
  };
  return escapeXml(html.replace(/<br\s*\/?>/gi, " "))
    .replace(/&lt;(sub|sup|b|i)&gt;/g, (_, tag: string) => `<tspan ${attributes[tag]}>`)
    .replace(/&lt;\/(sub|sup|b|i)&gt;/g, "</tspan>")
    .replace(/&lt;[^&]*&gt;/g, "")
    .replace(/&amp;(amp|lt|gt|quot|#\d+);/g, "&$1;");
}
