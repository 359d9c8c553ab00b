import { requireObject, requirePositive, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { Lattice } from "../lattice/lattice.js";
import { fitsCell } from "../symmetry/fits-cell.js";
import {
  type CrystalSystem,
  type SpaceGroup,
  spaceGroupSettings,
} from "../symmetry/space-group.js";

/** Lengths in Å and angles in degrees; those that the system fixes may be left out. */
export interface CellInput {
  readonly a: number;
  readonly b?: number;
  readonly c?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly gamma?: number;
}

/** Relative, in the metric tensor: cells are published with four digits. */
const metricTolerance = 2e-3;

/** The setting of a group that a cell is in, and the cell. */
export function settingOf(
  key: number | string,
  cell: Lattice | CellInput,
  originChoice: 1 | 2 | undefined,
): { group: SpaceGroup; lattice: Lattice } {
  const settings = withOrigin(spaceGroupSettings(key), originChoice);
  for (const group of settings) {
    const lattice = cell instanceof Lattice ? cell : latticeOf(cell, group);
    if (lattice !== undefined && fitsCell(group.operations, lattice, metricTolerance))
      return { group, lattice };
  }
  const [{ internationalSymbol, crystalSystem }] = settings;
  const shown = cell instanceof Lattice ? String(cell) : show(cell);
  throw new InvalidConfiguration(
    `${internationalSymbol} is ${crystalSystem}, which the lattice (${shown}) does not fit; ` +
      `give ${freeParameters[crystalSystem]}`,
    { group: key, crystalSystem, lattice: shown },
  );
}

const freeParameters: Readonly<Record<CrystalSystem, string>> = {
  triclinic: "a, b, c, alpha, beta, gamma",
  monoclinic: "a, b, c and beta",
  orthorhombic: "a, b and c",
  tetragonal: "a and c",
  trigonal: "a and c, or a and alpha for rhombohedral axes",
  hexagonal: "a and c",
  cubic: "a",
};

function withOrigin(
  settings: readonly SpaceGroup[],
  originChoice: 1 | 2 | undefined,
): readonly SpaceGroup[] {
  if (originChoice === undefined) return settings;
  const { internationalSymbol, number } = settings[0];
  const hasChoice = number >= 48 && settings.some(({ setting }) => setting.startsWith("2"));
  const chosen = settings.filter(({ setting }) => setting.startsWith(String(originChoice)));
  if (hasChoice && chosen.length > 0) return chosen;
  throw new InvalidConfiguration(
    `${internationalSymbol} has no origin choice ${show(originChoice)}; leave originChoice out`,
    { group: number, originChoice },
  );
}

/** The whole cell from its free parameters; undefined where some are missing for this setting. */
function latticeOf(cell: CellInput, group: SpaceGroup): Lattice | undefined {
  requireObject("lattice", cell, "{ a: 4.594, c: 2.959 }");
  requireKnownFields("lattice parameters", cell, ["a", "b", "c", "alpha", "beta", "gamma"]);
  const a = requirePositive("a", cell.a, "Å");
  const { crystalSystem, setting } = group;
  const isRhombohedral = setting === "R";
  const isCubic = crystalSystem === "cubic" || isRhombohedral;
  const needsB = ["triclinic", "monoclinic", "orthorhombic"].includes(crystalSystem);
  const b = cell.b ?? (needsB ? undefined : a);
  const c = cell.c ?? (isCubic ? a : undefined);
  if (b === undefined || c === undefined) return undefined;
  if (isRhombohedral && cell.alpha === undefined) return undefined;
  if (isRhombohedral && cell.alpha !== undefined) {
    const { alpha, beta = alpha, gamma = alpha } = cell;
    return Lattice.fromParameters(a, b, c, alpha, beta, gamma);
  }
  const isHexagonal = crystalSystem === "hexagonal" || crystalSystem === "trigonal";
  const { alpha = 90, beta = 90, gamma = isHexagonal ? 120 : 90 } = cell;
  return Lattice.fromParameters(a, b, c, alpha, beta, gamma);
}
