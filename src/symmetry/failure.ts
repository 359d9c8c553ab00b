import { SymmetryError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { squareLength } from "./position-index.js";
import { indexSites } from "./translations.js";

/** Two sites of one kind that the tolerance takes for one. */
export interface Overlap {
  readonly sites: readonly [number, number];
  readonly labels: readonly [string, string];
  /** Å. */
  readonly distance: number;
}

const shownOverlaps = 3;

/**
 * Why a search found nothing: sites that overlap, named; or a tolerance within which what passes is no
 * group, as where a crystal is distorted by about as much.
 *
 * @param search The group at another symprec.
 */
export function explainedFailure(
  crystal: Crystal,
  classOfSite: Int32Array,
  symprec: number,
  search: (symprec: number) => string,
): SymmetryError {
  const overlaps = overlapsOf(crystal, classOfSite, symprec);
  if (overlaps.length > 0) return overlapError(overlaps, symprec);
  for (let smaller = symprec / 2; smaller > symprec / 1000; smaller /= 2) {
    try {
      return distortionError(symprec, smaller, search(smaller));
    } catch (error) {
      if (!(error instanceof SymmetryError)) throw error;
    }
  }
  return new SymmetryError(
    `no symmetry was found within symprec = ${symprec} Å or below: check the cell and the positions, or ` +
      "try a larger symprec",
    { reason: "inconsistent", symprec },
  );
}

/** Pairs of sites of one kind within symprec, the closest first. */
function overlapsOf(
  { lattice, fracPositions: x, labels }: Crystal,
  classOfSite: Int32Array,
  symprec: number,
): Overlap[] {
  const index = indexSites({ lattice, fracPositions: x, kindOfSite: classOfSite }, symprec);
  const overlaps: Overlap[] = [];
  const nearest = new Int32Array(classOfSite.length);
  classOfSite.forEach((kind, i) => {
    const j = index.find(x[3 * i], x[3 * i + 1], x[3 * i + 2], kind, i);
    // Each site's nearest: a pair of mutual neighbours is told once.
    nearest[i] = j;
    if (j < 0 || (j < i && nearest[j] === i)) return;
    const [dx, dy, dz] = [0, 1, 2].map((k) => x[3 * i + k] - x[3 * j + k]);
    const distance = Math.sqrt(squareLength(lattice.matrix, dx, dy, dz));
    overlaps.push({ sites: [i, j], labels: [labels[i], labels[j]], distance });
  });
  return overlaps.sort((p, q) => p.distance - q.distance);
}

function overlapError(overlaps: readonly Overlap[], symprec: number): SymmetryError {
  const named = overlaps.slice(0, shownOverlaps).map(({ sites, labels, distance }) => {
    return `${labels[0]} and ${labels[1]} (sites ${sites[0]} and ${sites[1]}) are ${shortLength(distance)} Å apart`;
  });
  const rest = overlaps.length - named.length;
  const closest = overlaps[0].distance;
  const advice =
    closest > 1e-6
      ? `leave one of each pair out, or take a symprec below ${shortLength(closest)} Å`
      : "leave one of each pair out";
  return new SymmetryError(
    `no symmetry was found within symprec = ${symprec} Å because sites overlap: ${named.join("; ")}` +
      `${rest > 0 ? `; and ${rest} more pairs` : ""}; ${advice}`,
    { reason: "overlapping-sites", symprec, overlaps },
  );
}

function distortionError(symprec: number, smaller: number, group: string): SymmetryError {
  return new SymmetryError(
    `no symmetry was found within symprec = ${symprec} Å: the crystal is distorted by about as much, so ` +
      `that the operations within it are no group; symprec = ${shortLength(smaller)} Å gives ${group}, and ` +
      "toleranceScan(crystal) shows which groups there are",
    { reason: "distorted", symprec, works: { symprec: smaller, internationalSymbol: group } },
  );
}

function shortLength(value: number): string {
  return String(Number(value.toPrecision(2)));
}
