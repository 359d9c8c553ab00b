import { show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { rowTimes } from "../math/mat3.js";
import { norm } from "../math/vec3.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { kPath, type PathPoint } from "./k-path.js";
import { checkedPoints, type ModeSource, runModes } from "./mode-source.js";
import { type BandTick, PhononBands } from "./phonon-bands.js";

export interface BandOptions extends TaskOptions {
  /** Corners with their labels: one line, or several between which the path jumps. Default: `kPath`. */
  readonly path?: readonly PathPoint[] | readonly (readonly PathPoint[])[];
  /** From one corner to the next, both counted; default 51. */
  readonly pointsPerSegment?: number;
}

/** @see Phonons.bands */
export function bandStructure(source: ModeSource, options: BandOptions): Task<PhononBands> {
  const {
    path,
    pointsPerSegment = 51,
    ...task
  } = requireTaskOptions(
    "bands",
    options,
    ["path", "pointsPerSegment"],
    "{ pointsPerSegment: 101 }",
  );
  if (!Number.isInteger(pointsPerSegment) || pointsPerSegment < 2 || pointsPerSegment > 1e5) {
    throw new DomainError(
      `pointsPerSegment must be a whole number from 2 to 100000, got ${show(pointsPerSegment)}`,
      { pointsPerSegment },
    );
  }
  const lines = path === undefined ? kPath(source.crystal).lines : checkedLines(path);
  const { matrix } = source.crystal.lattice.reciprocal;
  const isPolar = source.dynamicalMatrix().dipoles !== undefined;
  const { directions, ...walk } = walkedAlong(lines, matrix, pointsPerSegment, isPolar);
  return runModes(
    source,
    "bands",
    walk.qPoints,
    task,
    ({ frequencies }) => PhononBands.of({ crystal: source.crystal, frequencies, ...walk }),
    directions,
  );
}

function checkedLines(path: NonNullable<BandOptions["path"]>): readonly (readonly PathPoint[])[] {
  const isLine = Array.isArray(path) && path.length > 0 && typeof path[0][0] === "string";
  const lines = (isLine ? [path] : path) as readonly (readonly PathPoint[])[];
  const isPoint = (point: unknown) =>
    Array.isArray(point) && typeof point[0] === "string" && checkedPoints([point[1]]).length === 3;
  const areLines = Array.isArray(lines) && lines.length > 0;
  if (areLines && lines.every((line) => line.length >= 2 && line.every(isPoint))) return lines;
  throw new ShapeError(
    `path must be two or more corners such as [["Γ", [0, 0, 0]], ["X", [0.5, 0, 0.5]]], or a list of such lines; got ${show(path)}`,
    { path },
  );
}

interface Walk extends Pick<PhononBands, "qPoints" | "distances" | "ticks" | "starts"> {
  /** Of the line at each point, [m, 3]. */
  readonly directions: Float64Array;
}

/** At Γ of a polar crystal a line ends and another begins, as its modes depend on where it comes from. */
function walkedAlong(
  lines: readonly (readonly PathPoint[])[],
  reciprocal: Float64Array,
  count: number,
  isPolar: boolean,
): Walk {
  const qPoints: number[] = [];
  const directions: number[] = [];
  const distances: number[] = [];
  const ticks: BandTick[] = [];
  const starts: number[] = [];
  let distance = 0;
  for (const line of lines) {
    const last = ticks.at(-1);
    if (last === undefined) ticks.push({ label: line[0][0], distance });
    else ticks[ticks.length - 1] = { label: `${last.label}|${line[0][0]}`, distance };
    for (let corner = 1; corner < line.length; corner++) {
      const [from, to] = [line[corner - 1][1], line[corner][1]];
      const way = [0, 1, 2].map((k) => to[k] - from[k]);
      const length = norm(rowTimes(way, reciprocal));
      const begins = corner === 1 || (isPolar && isGamma(from));
      if (begins) starts.push(distances.length);
      for (let step = begins ? 0 : 1; step < count; step++) {
        const share = step / (count - 1);
        for (let k = 0; k < 3; k++) qPoints.push(from[k] + share * way[k]);
        directions.push(...way);
        distances.push(distance + share * length);
      }
      distance += length;
      ticks.push({ label: line[corner][0], distance });
    }
  }
  return {
    qPoints: Float64Array.from(qPoints),
    directions: Float64Array.from(directions),
    distances: Float64Array.from(distances),
    ticks,
    starts,
  };
}

function isGamma(q: ArrayLike<number>): boolean {
  return Array.from(q).every((value) => Math.abs(value - Math.round(value)) < 1e-9);
}
