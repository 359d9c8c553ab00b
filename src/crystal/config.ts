import { requireInRange, requireObject, requireOneOf, show } from "../base/check.js";
import { InvalidConfiguration, ResourceExhausted } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import type { Lattice } from "../lattice/lattice.js";
import type { CrystalParts } from "./crystal-parts.js";

/** What a crystal must keep to; what is made from it inherits it. */
export interface CrystalConfig {
  /**
   * The lattice must have at least the symmetry of this system, whatever cell describes it: the
   * primitive cell of a cubic crystal is "cubic", and also "tetragonal", "orthorhombic", ...
   * Undefined: any lattice.
   */
  readonly systemType?: SystemType | undefined;
  /** What an optimisation may change unless it is told otherwise; default "positions". */
  readonly optimizationLevel: OptimizationLevel;
  /** The least score of stability, 0 to 1, that a check of the crystal accepts; default 0. */
  readonly stabilityThreshold: number;
  /** The largest number of sites; default Infinity. */
  readonly maxNodes: number;
}

export type SystemType = ReturnType<Lattice["crystalSystem"]>;
export type OptimizationLevel = "none" | "positions" | "cell" | "global";

const systems = [
  ...(["triclinic", "monoclinic", "orthorhombic", "tetragonal"] as const),
  ...(["trigonal", "hexagonal", "cubic"] as const),
] as const;
const levels = ["none", "positions", "cell", "global"] as const;

/** The systems whose point group each lattice's holds: the arithmetic of holohedries. */
const within: Readonly<Record<SystemType, readonly SystemType[]>> = {
  triclinic: ["triclinic"],
  monoclinic: ["triclinic", "monoclinic"],
  orthorhombic: ["triclinic", "monoclinic", "orthorhombic"],
  tetragonal: ["triclinic", "monoclinic", "orthorhombic", "tetragonal"],
  trigonal: ["triclinic", "monoclinic", "trigonal"],
  hexagonal: ["triclinic", "monoclinic", "orthorhombic", "trigonal", "hexagonal"],
  cubic: ["triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "cubic"],
};

export const defaultConfig: CrystalConfig = Object.freeze({
  optimizationLevel: "positions",
  stabilityThreshold: 0,
  maxNodes: Number.POSITIVE_INFINITY,
});

/** The members given, over those there are. @throws {InvalidConfiguration} @throws {DomainError} */
export function configOf(
  given: Partial<CrystalConfig> | undefined,
  base: CrystalConfig = defaultConfig,
): CrystalConfig {
  if (given === undefined) return base;
  requireObject("config", given, '{ systemType: "cubic", maxNodes: 10_000 }');
  requireKnownFields("the members of config", given, [
    ...["systemType", "optimizationLevel", "stabilityThreshold", "maxNodes"],
  ]);
  const { systemType, optimizationLevel, stabilityThreshold, maxNodes } = { ...base, ...given };
  if (systemType !== undefined) requireOneOf("systemType", systemType, systems);
  return Object.freeze({
    systemType,
    optimizationLevel: requireOneOf("optimizationLevel", optimizationLevel, levels),
    stabilityThreshold: requireInRange("stabilityThreshold", stabilityThreshold, 0, 1),
    maxNodes: requireCount(maxNodes),
  });
}

function requireCount(maxNodes: number): number {
  if (maxNodes === Number.POSITIVE_INFINITY || (Number.isInteger(maxNodes) && maxNodes >= 1)) {
    return maxNodes;
  }
  throw new InvalidConfiguration(
    `maxNodes must be a whole number of sites, 1 or more, or Infinity; got ${show(maxNodes)}`,
    { maxNodes },
  );
}

/** @throws {ResourceExhausted} more sites than the crystal may have. */
export function requireNodes(what: string, siteCount: number, config?: CrystalConfig): void {
  const maxNodes = config?.maxNodes ?? Number.POSITIVE_INFINITY;
  if (siteCount <= maxNodes) return;
  throw new ResourceExhausted(
    `${what} would have ${siteCount} sites, above maxNodes = ${maxNodes}; raise it by ` +
      `withConfig({ maxNodes: ${siteCount} }), or build a smaller one`,
    { siteCount, maxNodes },
  );
}

/** @throws {InvalidConfiguration} the lattice has less symmetry than `systemType`. */
export function requireSystem(lattice: Lattice, config: CrystalConfig): void {
  const { systemType } = config;
  if (systemType === undefined) return;
  const found = lattice.crystalSystem();
  if (within[found].includes(systemType)) return;
  throw new InvalidConfiguration(
    `config.systemType is "${systemType}", but the lattice (${lattice}) is ${found}: give a lattice ` +
      `of that system, or withConfig({ systemType: "${found}" })`,
    { systemType, found, parameters: lattice.parameters },
  );
}

/** The same crystal held to other rules. */
export function configuredParts(
  parts: CrystalParts,
  changes: Partial<CrystalConfig>,
): CrystalParts {
  const config = configOf(changes, parts.config);
  requireNodes("the crystal", parts.kindOfSite.length, config);
  requireSystem(parts.lattice, config);
  return { ...parts, config };
}
