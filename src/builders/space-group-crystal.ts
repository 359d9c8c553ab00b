import { requireInRange, requireObject, requirePositive, show } from "../base/check.js";
import { InvalidConfiguration, ShapeError } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { type CrystalConfig, configOf, requireNodes } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import { collectKinds, flatten, type OccupantInput } from "../crystal/crystal-input.js";
import { SiteBins } from "../crystal/site-bins.js";
import type { SpeciesOccupancy } from "../crystal/species.js";
import type { Lattice } from "../lattice/lattice.js";
import { expandSites } from "../symmetry/expand-sites.js";
import type { SpaceGroup } from "../symmetry/space-group.js";
import { type CellInput, settingOf } from "./setting.js";

/** A crystal by its space group and asymmetric unit. */
export interface SpaceGroupInput {
  /** Number, Hermann-Mauguin symbol ("Fd-3m:2", "P 21/c") or Hall symbol. */
  readonly group: number | string;
  /** A lattice, or those of a, b, c (Å), alpha, beta, gamma (degrees) that the system leaves free. */
  readonly lattice: Lattice | CellInput;
  /** One entry for each site of the asymmetric unit. */
  readonly species: readonly OccupantInput[];
  /** Of the asymmetric unit, [n, 3], flat or as rows. */
  readonly fracPositions: ArrayLike<number> | readonly ArrayLike<number>[];
  /** One for each of them; default the element and a counter. All images carry it. */
  readonly labels?: readonly string[];
  /** One for each of them, in (0, 1]; default 1. Sites on one position are joined up to 1. */
  readonly occupancy?: readonly number[];
  /** Where the group has two; default 1, unless the symbol names one. */
  readonly originChoice?: 1 | 2;
  /** Å within which a site is put on a special position; default 0.02. */
  readonly tolerance?: number;
  /** Å; sites that come closer are an error. Default 0.4. */
  readonly minDistance?: number;
  readonly config?: Partial<CrystalConfig>;
}

const fields = [
  ...["group", "lattice", "species", "fracPositions", "labels", "occupancy", "originChoice"],
  ...["tolerance", "minDistance", "config"],
];

/** A site of the asymmetric unit. */
interface Atom {
  readonly occupants: readonly SpeciesOccupancy[];
  readonly position: readonly number[];
  readonly label: string;
}

interface Image {
  readonly position: readonly number[];
  readonly atoms: Atom[];
}

/**
 * All sites of the conventional cell from a space group and its asymmetric unit. Sites near a special
 * position are put on it; sites given on one position share it as far as their occupancies allow.
 *
 * Of several settings the first whose operations fit the lattice is taken: the unique axis of a
 * monoclinic cell, hexagonal or rhombohedral axes.
 *
 * @returns Positions in [0, 1), images of one site together, in the order given.
 * @throws {SymmetryError} no such group. @throws {InvalidConfiguration} a lattice that no setting fits,
 *   sites that overlap, a misspelt field. @throws {ResourceExhausted} above `config.maxNodes`.
 * @throws {ShapeError} lists that do not fit together.
 * @see International Tables A (2016), chapter 1.4.
 * @example
 * fromSpaceGroup({
 *   group: "P4_2/mnm",
 *   lattice: { a: 4.594, c: 2.959 },
 *   species: ["Ti", "O"],
 *   fracPositions: [[0, 0, 0], [0.305, 0.305, 0]],
 * }).cellFormula // "Ti2O4"
 */
export function fromSpaceGroup(input: SpaceGroupInput): Crystal {
  requireObject(
    "a crystal",
    input,
    '{ group: "Fm-3m", lattice: { a: 5.64 }, species, fracPositions }',
  );
  requireKnownFields("the fields of a crystal by its space group", input, fields);
  const tolerance = requireInRange("tolerance", input.tolerance ?? 0.02, 0, 1, "Å");
  const minDistance = requirePositive("minDistance", input.minDistance ?? 0.4, "Å");
  const { group, lattice } = settingOf(input.group, input.lattice, input.originChoice);
  const atoms = atomsOf(input);
  const images = expanded(atoms, group, lattice, Math.max(tolerance, 1e-6));
  requireNodes(`the cell of ${group.internationalSymbol}`, images.length, configOf(input.config));
  requireApart(images, lattice, minDistance);
  return Crystal.create({
    lattice,
    species: images.map(({ atoms: own }) => own.flatMap(({ occupants }) => occupants)),
    fracPositions: images.map(({ position }) => position),
    labels: images.map(({ atoms: [first] }) => first.label),
    ...(input.config === undefined ? {} : { config: input.config }),
  });
}

function atomsOf(input: SpaceGroupInput): Atom[] {
  const { species, labels, occupancy } = input;
  if (!Array.isArray(species) || species.length === 0) {
    throw new InvalidConfiguration(
      `species must list the sites of the asymmetric unit, such as ["Ti", "O"], got ${show(species)}`,
      { species },
    );
  }
  const count = species.length;
  const positions = flatten("fracPositions", input.fracPositions);
  const lengths = {
    fracPositions: positions.length / 3,
    labels: labels?.length,
    occupancy: occupancy?.length,
  };
  for (const [name, length] of Object.entries(lengths)) {
    if (length === undefined || length === count) continue;
    throw new ShapeError(
      `${name} must have one entry for each of the ${count} species, got ${length}`,
      {
        name,
        length,
        count,
      },
    );
  }
  const { kinds, kindOfSite } = collectKinds(
    species.map((each: OccupantInput, i) => shared(each, occupancy?.[i])),
  );
  const counters = new Map<string, number>();
  return Array.from(kindOfSite, (kind, i) => {
    const { symbol } = kinds[kind][0].species;
    const counter = (counters.get(symbol) ?? 0) + 1;
    counters.set(symbol, counter);
    return {
      occupants: kinds[kind],
      position: Array.from(positions.subarray(3 * i, 3 * i + 3)),
      label: labels?.[i] ?? `${symbol}${counter}`,
    };
  });
}

/** An occupancy of its own applies to a site of one species; a list of shares has its own. */
function shared(species: OccupantInput, occupancy: number | undefined): OccupantInput {
  if (occupancy === undefined || occupancy === 1) return species;
  if (!Array.isArray(species)) return [{ species: species as string, occupancy }];
  throw new InvalidConfiguration(
    `occupancy is for sites of one species; ${show(species)} has shares of its own`,
    { species, occupancy },
  );
}

/** Images of all atoms, each atom on its special position, atoms on one position together. */
function expanded(
  atoms: readonly Atom[],
  group: SpaceGroup,
  lattice: Lattice,
  tolerance: number,
): Image[] {
  const unit = {
    count: atoms.length,
    positions: Float64Array.from(atoms.flatMap(({ position }) => position)),
    occupancies: Float64Array.from(atoms, ({ occupants }) => totalOf(occupants)),
  };
  const within = { site: tolerance, fullSite: tolerance };
  const { positions, atomOfSite, sharing } = expandSites(unit, group.operations, lattice, within);
  return Array.from(atomOfSite, (atom, site) => {
    const image = {
      position: Array.from(positions.subarray(3 * site, 3 * site + 3)),
      atoms: (sharing.get(site) ?? [atom]).map((sharer) => atoms[sharer]),
    };
    requireShare(image);
    return image;
  });
}

function totalOf(occupants: readonly SpeciesOccupancy[]): number {
  return occupants.reduce((sum, { occupancy }) => sum + occupancy, 0);
}

function requireShare({ atoms, position }: Image): void {
  const total = totalOf(atoms.flatMap(({ occupants }) => occupants));
  if (atoms.length === 1 || total <= 1 + 1e-3) return;
  throw new InvalidConfiguration(
    `the sites ${atoms.map(({ label }) => label).join(" and ")} share the position ${show(position)} with ` +
      `a total occupancy of ${Number(total.toFixed(3))}; give occupancies that add up to at most 1`,
    { labels: atoms.map(({ label }) => label), position, total },
  );
}

function requireApart(images: readonly Image[], lattice: Lattice, minDistance: number): void {
  const bins = new SiteBins(lattice, [true, true, true], Math.max(1, minDistance));
  for (const { position } of images) bins.insert(position[0], position[1], position[2]);
  images.forEach(({ position: [x, y, z], atoms }, i) => {
    bins.some(x, y, z, minDistance, (j, distance) => {
      if (j === i && distance < 1e-9) return false;
      const labels = [atoms[0].label, images[j].atoms[0].label];
      throw new InvalidConfiguration(
        `images of ${labels[0]} and ${labels[1]} come within ${distance.toFixed(3)} Å of each other; check ` +
          "positions, origin choice and lattice, or give a smaller minDistance",
        { labels, distance, minDistance },
      );
    });
  });
}
