import type { Pattern } from "../pattern/pattern.js";
import { measuredPoints, titleOf } from "./point-pattern-drawing.js";

const listedKinds = 12;

/** What a pattern is, how dense, and how much of each kind it has. */
export function pointPatternText(pattern: Pattern): string {
  const { kindOfPoint, kindNames, tiles, cell } = pattern;
  const counts = (kinds: Int32Array, names: readonly string[]) => {
    const numbers = new Int32Array(names.length);
    for (const kind of kinds) numbers[kind]++;
    const list = names
      .map((name, kind) => ({ name, count: numbers[kind] }))
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => `${name} ${count}`);
    const more = list.length > listedKinds ? ["…"] : [];
    return [...list.slice(0, listedKinds), ...more].join(", ");
  };
  return [
    `${titleOf(pattern)} · ${String(pattern).split(", ").slice(1).join(", ")}`,
    ...(cell ? [`cell ${cellText(cell)}`] : []),
    ...measuresText(pattern),
    ...(kindOfPoint ? [`points: ${counts(kindOfPoint, kindNames)}`] : []),
    ...(tiles ? [`tiles: ${counts(tiles.kind, tiles.kindNames)}`] : []),
  ].join("\n");
}

/** The vectors along which it repeats. */
function cellText({ lattice, periodic }: NonNullable<Pattern["cell"]>): string {
  if (periodic.every(Boolean)) return String(lattice);
  const { a, b, c, alpha, beta, gamma } = lattice.parameters;
  const lengths = [a, b, c].filter((_, k) => periodic[k]).map((length) => length.toFixed(4));
  const angle = [alpha, beta, gamma].find((_, k) =>
    periodic.every((flag, axis) => flag !== (axis === k)),
  );
  return `${lengths.join(", ")} Å${angle === undefined ? "" : `, ${Number(angle.toFixed(3))}°`}`;
}

function measuresText({ metrics, pointCount }: Pattern): string[] {
  if (pointCount === 1 || pointCount > measuredPoints) return [];
  const { min, mean } = metrics.nearestDistance;
  const distances = `nearest neighbours ${min.toFixed(4)} Å apart`;
  const both =
    mean - min > 1e-4 * min ? `${distances}, ${mean.toFixed(4)} Å on average` : distances;
  const unit = ["1/Å", "1/Å²", "1/Å³"][metrics.densityDimension - 1];
  return [`density ${Number(metrics.density.toPrecision(6))} ${unit}, ${both}`];
}
