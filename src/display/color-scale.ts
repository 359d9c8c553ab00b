/** Viridis at equal steps. @see S. van der Walt & N. Smith, matplotlib (2015), CC0. */
const stops = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [109, 205, 89],
  [180, 222, 44],
  [253, 231, 37],
];

/** Channels from 0 to 255 at a share of the scale, which is clamped to [0, 1]. */
export function viridis(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(at));
  const channel = (k: number) =>
    Math.round(stops[index][k] + (stops[index + 1][k] - stops[index][k]) * (at - index));
  return [channel(0), channel(1), channel(2)];
}

/** "#440154" */
export function viridisHex(share: number): string {
  return `#${viridis(share)
    .map((value) => value.toString(16).padStart(2, "0"))
    .join("")}`;
}

/** "0.25", "1.2e-5": a number beside a scale. */
export function tickText(value: number): string {
  const text = Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3);
  return (text ? value.toExponential(1) : String(Number(value.toPrecision(3)))).replace("-", "−");
}
