import { determinant, inverse, type Vec3 } from "../../math/mat3.js";

/** Points in an orthonormal frame of the space they fill: a planar pattern has z constant here. */
export interface PointCloud {
  /** [n, 3] */
  readonly positions: Float64Array;
  readonly dimension: 1 | 2 | 3;
  /** The translations they repeat by, in that frame. */
  readonly periods: readonly Vec3[];
  /** Edges of the tiles over the points, where they are known: pairs, [m, 2]. */
  readonly edges?: Int32Array;
}

/** The periods, made a basis of space by unit vectors normal to them, and the way back. */
export interface PeriodFrame {
  readonly toFrac: Float64Array;
  readonly toCart: Float64Array;
  /** Distances of the cell's opposite faces, of the periodic directions. */
  readonly heights: readonly number[];
  /** Length, area or volume of the cell. */
  readonly measure: number;
}

export function periodFrame(periods: readonly Vec3[]): PeriodFrame {
  const toCart = Float64Array.from(completed(periods).flat());
  const toFrac = inverse(toCart);
  const heights = periods.map((_, k) => 1 / Math.hypot(toFrac[k], toFrac[3 + k], toFrac[6 + k]));
  return { toCart, toFrac, heights, measure: Math.abs(determinant(toCart)) };
}

/** Three rows: the given ones, and unit vectors normal to all before them. */
function completed(periods: readonly Vec3[]): Vec3[] {
  const rows = [...periods];
  while (rows.length < 3) {
    const axes: Vec3[] = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const rests = axes.map((axis) => orthogonal(axis, rows));
    const lengths = rests.map((rest) => Math.hypot(...rest));
    const best = lengths.indexOf(Math.max(...lengths));
    const [x, y, z] = rests[best].map((part) => part / lengths[best]);
    rows.push([x, y, z]);
  }
  return rows;
}

/** What is left of a vector without its parts along the rows. */
function orthogonal(vector: Vec3, rows: readonly Vec3[]): Vec3 {
  const frame: Vec3[] = [];
  const project = (value: Vec3): Vec3 =>
    frame.reduce(([x, y, z], u): Vec3 => {
      const part = value[0] * u[0] + value[1] * u[1] + value[2] * u[2];
      return [x - part * u[0], y - part * u[1], z - part * u[2]];
    }, value);
  for (const row of rows) {
    const [x, y, z] = project(row);
    const length = Math.hypot(x, y, z);
    frame.push([x / length, y / length, z / length]);
  }
  return project(vector);
}

/** The points and their images, the points first; all distances up to the reach are among them. */
export interface ImagedPoints {
  readonly positions: Float64Array;
  readonly pointCount: number;
  /** Which point each is an image of. */
  readonly source: Int32Array | undefined;
}

export function withImages(cloud: PointCloud, reach: number): ImagedPoints {
  const { positions, periods } = cloud;
  const pointCount = positions.length / 3;
  if (periods.length === 0) return { positions, pointCount, source: undefined };
  const { toFrac, toCart, heights } = periodFrame(periods);
  const rooms = heights.map((height) => reach / height + 1e-9);
  const frac = wrapped(positions, toFrac, periods.length);
  const images: number[] = [];
  const sources: number[] = [];
  const shift = [0, 0, 0];
  const place = (i: number, axis: number) => {
    if (axis === periods.length) {
      if (shift.every((value) => value === 0)) return;
      for (let k = 0; k < 3; k++) images.push(frac[3 * i + k] + shift[k]);
      sources.push(i);
      return;
    }
    const at = frac[3 * i + axis];
    const last = Math.floor(1 + rooms[axis] - at);
    for (let s = Math.ceil(-rooms[axis] - at); s <= last; s++) {
      shift[axis] = s;
      place(i, axis + 1);
    }
    shift[axis] = 0;
  };
  for (let i = 0; i < pointCount; i++) place(i, 0);
  const all = new Float64Array(3 * (pointCount + sources.length));
  const source = new Int32Array(pointCount + sources.length);
  const write = (target: number, from: ArrayLike<number>, i: number) => {
    for (let k = 0; k < 3; k++) {
      all[3 * target + k] =
        from[3 * i] * toCart[k] + from[3 * i + 1] * toCart[3 + k] + from[3 * i + 2] * toCart[6 + k];
    }
  };
  for (let i = 0; i < pointCount; i++) {
    write(i, frac, i);
    source[i] = i;
  }
  for (let i = 0; i < sources.length; i++) {
    write(pointCount + i, images, i);
    source[pointCount + i] = sources[i];
  }
  return { positions: all, pointCount, source };
}

/** Coordinates along the periods, in [0, 1) along those that repeat. */
function wrapped(positions: Float64Array, toFrac: Float64Array, periodCount: number): Float64Array {
  const out = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const value =
        positions[i] * toFrac[k] +
        positions[i + 1] * toFrac[3 + k] +
        positions[i + 2] * toFrac[6 + k];
      out[i + k] = k < periodCount ? value - Math.floor(value) : value;
    }
  }
  return out;
}
