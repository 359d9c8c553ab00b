import { cheapestAssignment } from "./assignment.js";
import { type MeanCell, reducedMean } from "./mean-cell.js";

/** Both structures with their sites in order of kind, the rarest kind first. */
export interface SortedSites {
  readonly siteCount: number;
  /** First site of each kind, and the number of sites at the end. */
  readonly starts: Int32Array;
}

/** How well two arrangements fit with one translation; distances in units of (V/n)^{1/3}. */
export interface SiteFit {
  rms: number;
  maxDistance: number;
  /** Added to the second structure's positions, fractional. */
  readonly translation: Float64Array;
  /** Site of the first structure that each of the second lies on. */
  readonly partner: Int32Array;
}

/** Pairs farther apart than the tolerance allows, as pymatgen counts them. */
const apart = 1e20;

/** Compares positions in one mean cell; holds the scratch of one pair of structures. */
export class SiteSearch {
  readonly fit: SiteFit;
  private readonly sites: SortedSites;
  private readonly siteTolerance: number;
  private readonly delta: Float64Array;
  private readonly taken: Int32Array;
  private trial = 0;

  constructor(sites: SortedSites, siteTolerance: number) {
    this.sites = sites;
    this.siteTolerance = siteTolerance;
    const n = sites.siteCount;
    this.delta = new Float64Array(3 * n);
    this.taken = new Int32Array(n);
    this.fit = {
      rms: 0,
      maxDistance: 0,
      translation: new Float64Array(3),
      partner: new Int32Array(n),
    };
  }

  /**
   * Lays site `anchor` of the second structure on site `target` of the first; false where a site has
   * no partner within the tolerance. The result is in `fit`.
   */
  compare(
    mean: MeanCell,
    first: Float64Array,
    second: Float64Array,
    target: number,
    anchor: number,
  ): boolean {
    const { translation } = this.fit;
    for (let k = 0; k < 3; k++) translation[k] = first[3 * target + k] - second[3 * anchor + k];
    const nearest = this.pickNearest(mean, first, second);
    if (nearest === "none") return false;
    if (nearest === "doubtful") this.assign(mean, first, second);
    this.measure(mean);
    return true;
  }

  /**
   * For each site the nearest of its kind. If these are all different and their distances are sure to
   * be those of the nearest images, no assignment is cheaper.
   */
  private pickNearest(
    { form, room, certain }: MeanCell,
    first: Float64Array,
    second: Float64Array,
  ): "one to one" | "doubtful" | "none" {
    const { starts } = this.sites;
    const { translation, partner } = this.fit;
    const { delta, taken } = this;
    const trial = ++this.trial;
    const [tx, ty, tz] = translation;
    const [rx, ry, rz] = room;
    const [xx, yy, zz, xy, xz, yz] = form;
    let isCertain = true;
    for (let kind = 0; kind + 1 < starts.length; kind++) {
      const from = starts[kind];
      const end = starts[kind + 1];
      for (let j = from; j < end; j++) {
        const x2 = second[3 * j] + tx;
        const y2 = second[3 * j + 1] + ty;
        const z2 = second[3 * j + 2] + tz;
        let best = apart;
        let found = -1;
        for (let i = from; i < end; i++) {
          let x = first[3 * i] - x2;
          x -= Math.round(x);
          if (x > rx || x < -rx) continue;
          let y = first[3 * i + 1] - y2;
          y -= Math.round(y);
          if (y > ry || y < -ry) continue;
          let z = first[3 * i + 2] - z2;
          z -= Math.round(z);
          if (z > rz || z < -rz) continue;
          const square =
            xx * x * x + yy * y * y + zz * z * z + xy * x * y + xz * x * z + yz * y * z;
          if (square >= best) continue;
          best = square;
          found = i;
          delta[3 * j] = x;
          delta[3 * j + 1] = y;
          delta[3 * j + 2] = z;
        }
        if (found < 0) return "none";
        if (best > certain || taken[found] === trial) isCertain = false;
        taken[found] = trial;
        partner[j] = found;
      }
    }
    return isCertain ? "one to one" : "doubtful";
  }

  /** The cheapest assignment by squared distances of nearest images, kind by kind. */
  private assign(mean: MeanCell, first: Float64Array, second: Float64Array): void {
    const { starts } = this.sites;
    const { translation, partner } = this.fit;
    const images = new NearestImages(mean, this.siteTolerance);
    const moved = second.map((value, index) => value + translation[index % 3]);
    for (let kind = 0; kind + 1 < starts.length; kind++) {
      const from = starts[kind];
      const count = starts[kind + 1] - from;
      const cost = new Float64Array(count * count);
      for (let j = 0; j < count; j++) {
        for (let i = 0; i < count; i++) {
          cost[j * count + i] = images.square(first, 3 * (from + i), moved, 3 * (from + j));
        }
      }
      const columns = cheapestAssignment(cost, count);
      for (let j = 0; j < count; j++) {
        const i = columns[j];
        partner[from + j] = from + i;
        const isApart = images.square(first, 3 * (from + i), moved, 3 * (from + j)) >= apart;
        for (let k = 0; k < 3; k++) {
          this.delta[3 * (from + j) + k] = isApart ? apart : images.nearest[k];
        }
      }
    }
  }

  /** Takes the mean off the differences and adds it to the translation. */
  private measure({ form, perLength }: MeanCell): void {
    const { delta, fit } = this;
    const n = this.sites.siteCount;
    const mean = [0, 0, 0];
    for (let j = 0; j < 3 * n; j += 3) {
      for (let k = 0; k < 3; k++) mean[k] += delta[j + k];
    }
    for (let k = 0; k < 3; k++) {
      mean[k] /= n;
      fit.translation[k] += mean[k];
    }
    let sum = 0;
    let most = 0;
    for (let j = 0; j < 3 * n; j += 3) {
      const x = delta[j] - mean[0];
      const y = delta[j + 1] - mean[1];
      const z = delta[j + 2] - mean[2];
      const square = Math.max(
        0,
        form[0] * x * x +
          form[1] * y * y +
          form[2] * z * z +
          form[3] * x * y +
          form[4] * x * z +
          form[5] * y * z,
      );
      sum += square;
      if (square > most) most = square;
    }
    fit.rms = Math.sqrt(sum / n) * perLength;
    fit.maxDistance = Math.sqrt(most) * perLength;
  }
}

/** Nearest images in a cell of any shape, by the 27 translations around its reduced basis. */
class NearestImages {
  /** Of the last pair: the difference, in fractions of the mean cell. */
  readonly nearest = new Float64Array(3);
  private readonly toReduced: Float64Array;
  private readonly matrix: Float64Array;
  private readonly room: Float64Array;
  private readonly fromReduced: Float64Array;

  constructor(mean: MeanCell, siteTolerance: number) {
    const { toReduced, fromReduced, matrix, room } = reducedMean(mean, siteTolerance);
    this.toReduced = toReduced;
    this.fromReduced = fromReduced;
    this.matrix = matrix;
    this.room = room;
  }

  /** Squared distance, Å²; `apart` beyond the tolerance. */
  square(first: Float64Array, i: number, second: Float64Array, j: number): number {
    const m = this.toReduced;
    const part = [0, 0, 0];
    for (let k = 0; k < 3; k++) {
      for (let r = 0; r < 3; r++) part[k] += (first[i + r] - second[j + r]) * m[3 * r + k];
      part[k] -= Math.round(part[k]);
      if (Math.abs(part[k]) > this.room[k]) return apart;
    }
    let best = Number.POSITIVE_INFINITY;
    const at = [0, 0, 0];
    for (let image = 0; image < 27; image++) {
      const u = part[0] + Math.floor(image / 9) - 1;
      const v = part[1] + (Math.floor(image / 3) % 3) - 1;
      const w = part[2] + (image % 3) - 1;
      const square = this.squareOf(u, v, w);
      if (square >= best) continue;
      best = square;
      at[0] = u;
      at[1] = v;
      at[2] = w;
    }
    const back = this.fromReduced;
    for (let k = 0; k < 3; k++) {
      this.nearest[k] = at[0] * back[k] + at[1] * back[3 + k] + at[2] * back[6 + k];
    }
    return best;
  }

  private squareOf(u: number, v: number, w: number): number {
    const m = this.matrix;
    let square = 0;
    for (let k = 0; k < 3; k++) {
      const x = u * m[k] + v * m[3 + k] + w * m[6 + k];
      square += x * x;
    }
    return square;
  }
}
