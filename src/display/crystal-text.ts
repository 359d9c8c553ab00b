import type { Crystal } from "../crystal/crystal.js";
import type { LatticeParameters } from "../lattice/lattice.js";
import { textTable } from "./text-table.js";

/** Sites that the text of a crystal lists. */
const listedSites = 12;

/** "a = 4.9160, c = 5.4054 Å": the parameters that the shape of the cell leaves free. */
export function cellText(parameters: LatticeParameters): string {
  const { a, b, c, alpha, beta, gamma } = parameters;
  const lengths: [string, number][] = [["a", a]];
  if (!same(a, b)) lengths.push(["b", b]);
  if (!same(a, c)) lengths.push(["c", c]);
  const angles: [string, number][] = [
    ["α", alpha],
    ["β", beta],
    ["γ", gamma],
  ];
  const free = angles.filter(([, angle]) => !same(angle, 90));
  const hidden = cellShape(parameters) === "hexagonal";
  const rhombohedral = cellShape(parameters) === "rhombohedral" ? free.slice(0, 1) : free;
  const list = (entries: [string, number][], digits: number) =>
    entries.map(([name, value]) => `${name} = ${value.toFixed(digits)}`).join(", ");
  const lengthText = `${list(lengths, 4)} Å`;
  return hidden || free.length === 0 ? lengthText : `${lengthText}, ${list(rhombohedral, 2)}°`;
}

/** The shape of the cell by its parameters alone; the symmetry of the crystal may be lower. */
export function cellShape({ a, b, c, alpha, beta, gamma }: LatticeParameters): string {
  const right = [alpha, beta, gamma].filter((angle) => same(angle, 90)).length;
  if (right === 3) {
    if (same(a, b) && same(b, c)) return "cubic";
    return same(a, b) || same(b, c) || same(a, c) ? "tetragonal" : "orthorhombic";
  }
  if (right === 2) return same(a, b) && same(gamma, 120) ? "hexagonal" : "monoclinic";
  const equal = same(a, b) && same(b, c) && same(alpha, beta) && same(beta, gamma);
  return equal ? "rhombohedral" : "triclinic";
}

/** Parameters of a file rarely have more than five figures. */
function same(x: number, y: number): boolean {
  return Math.abs(x - y) <= 1e-4 * Math.max(x, y);
}

/** One line for the crystal and one for each of its first sites. */
export function crystalText(crystal: Crystal): string {
  const { formula, siteCount, lattice, periodic, warnings } = crystal;
  const cell = periodic.some(Boolean)
    ? `${cellShape(lattice.parameters)} cell ${cellText(lattice.parameters)}, V = ${lattice.volume.toFixed(2)} Å³`
    : "not periodic";
  const sites = siteCount === 1 ? "1 site" : `${siteCount} sites`;
  const rows = crystal.sites
    .slice(0, listedSites)
    .map(({ label, occupants, fracPosition }) => [
      label,
      occupants
        .map(({ species, occupancy }) => (occupancy < 1 ? `${species} ${occupancy}` : `${species}`))
        .join(", "),
      ...fracPosition.map((value) => value.toFixed(4)),
    ]);
  return [
    `Crystal ${formula} · ${sites} · ${cell}`,
    textTable(["site", "species", "x", "y", "z"], rows, [false, false, true, true, true]),
    ...(siteCount > listedSites ? [`… and ${siteCount - listedSites} more sites`] : []),
    ...warnings.map(({ message }) => `warning: ${message}`),
  ].join("\n");
}
