import type { Crystal } from "../crystal/crystal.js";
import { SiteBins } from "../crystal/site-bins.js";

/** The nearest distance of any two sites or images, Å; Infinity for one site without images. */
export function shortestDistance({ lattice, periodic, fracPositions, siteCount }: Crystal): number {
  const { a } = lattice.delaunay().lattice.parameters;
  const bins = new SiteBins(lattice, periodic, 3);
  for (let i = 0; i < siteCount; i++) {
    bins.insert(fracPositions[3 * i], fracPositions[3 * i + 1], fracPositions[3 * i + 2]);
  }
  let shortest = periodic.every(Boolean) ? a : Number.POSITIVE_INFINITY;
  for (let radius = 3; ; radius *= 2) {
    for (let i = 0; i < siteCount; i++) {
      const [x, y, z] = fracPositions.subarray(3 * i, 3 * i + 3);
      bins.some(x, y, z, Math.min(radius, shortest), (j, distance) => {
        if (j !== i || distance > 1e-9) shortest = Math.min(shortest, distance);
        return false;
      });
    }
    if (shortest <= radius || radius > 1e3) return shortest;
  }
}
