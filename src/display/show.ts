import { show as describe, requireObject } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { Bonds } from "../bonding/bonds.js";
import { CoordinationPolyhedron } from "../bonding/polyhedra.js";
import { Crystal } from "../crystal/crystal.js";
import { CrystalDiff } from "../crystal/diff.js";
import { DiffractionPattern } from "../diffraction/diffraction-pattern.js";
import { DynamicsTrajectory } from "../dynamics/dynamics-trajectory.js";
import { PairDistribution } from "../dynamics/pair-distribution.js";
import { ElasticTensor } from "../elastic/elastic-tensor.js";
import { EquationOfState } from "../elastic/equation-of-state.js";
import { BrillouinZone, WignerSeitzCell } from "../lattice/wigner-seitz.js";
import { Relaxation } from "../optimize/relaxation.js";
import { StructureFactorMap } from "../pattern/metrics/structure-factor.js";
import { Pattern } from "../pattern/pattern.js";
import { PhononBands } from "../phonons/phonon-bands.js";
import { PhononDos } from "../phonons/phonon-dos.js";
import { Resonance } from "../phonons/resonance-motion.js";
import { ThermalFunctions } from "../phonons/thermal.js";
import { CommonNeighbors } from "../recognition/common-neighbors.js";
import { StructureMatch } from "../recognition/match/match-structures.js";
import { SteinhardtParameters } from "../recognition/steinhardt.js";
import type { RuntimeActivity } from "../runtime/activity.js";
import { bondsFigure, polyhedraFigure, polyhedronFigure } from "./bonding-figures.js";
import { type CrystalFigureOptions, crystalFigure } from "./crystal-figure.js";
import { diffFigure } from "./diff-figure.js";
import { dynamicsFigure, pairDistributionFigure } from "./dynamics-figure.js";
import { type ElasticFigureOptions, elasticFigure } from "./elastic-figure.js";
import { type EquationFigureOptions, equationFigure } from "./equation-figure.js";
import type { Figure } from "./figure.js";
import { commonNeighborsFigure, steinhardtFigure } from "./local-order-figures.js";
import { type MapFigureOptions, mapFigure } from "./map-figure.js";
import { matchFigure } from "./match-figure.js";
import { displaySymbol } from "./mime.js";
import { type PatternFigureOptions, patternFigure } from "./pattern-figure.js";
import { type BandFigureOptions, bandFigure, dosFigure, thermalFigure } from "./phonon-figure.js";
import type { PointPatternFigureOptions } from "./point-pattern-drawing.js";
import { pointPatternFigure } from "./point-pattern-figure.js";
import { relaxationFigure } from "./relaxation-figure.js";
import { type ResonanceFigureOptions, resonanceFigure } from "./resonance-figure.js";
import { runtimeFigure } from "./runtime-live.js";
import { type ZoneFigureOptions, zoneFigure } from "./zone-figure.js";

type AnyFigureOptions = BandFigureOptions &
  CrystalFigureOptions &
  MapFigureOptions &
  PatternFigureOptions &
  PointPatternFigureOptions &
  ElasticFigureOptions &
  EquationFigureOptions &
  ResonanceFigureOptions &
  ZoneFigureOptions;

/**
 * The figure of a value, to be tweaked before it is shown: a crystal as a 3D scene, a diffraction
 * pattern as its lines, a pattern of points with its tiles, its S(k) as a heat map, a Brillouin zone or Wigner-Seitz cell as a
 * solid, phonon bands (with their density of states where it is given), densities of states and thermal
 * functions as curves, a resonance as atoms in motion, an elastic tensor as the surface of its Young's modulus, an equation of state as its curve,
 * a runtime as the timeline of its recent tasks, with what its panel says as text; bonds,
 * polyhedra, a difference, a match and the structure types of atoms as the crystal with these upon it;
 * a relaxation as the way down of energy and force, a run of molecular dynamics as temperature and energy.
 * As the last expression of a cell they show themselves in the same way, some with a table beneath, a
 * runtime as a live panel.
 *
 * @throws {InvalidConfiguration} a value that has no figure, or an option that has no meaning.
 * @throws {DomainError} a profile width that is not above 0; an elastic tensor of an unstable crystal.
 * @example show(crystal, { style: "spacefill" })
 * @example show(crystal, { polyhedra: polyhedra(crystal, await bonds(crystal)) })
 * @example show(crystal, { colorBy: await centrosymmetry(crystal), colorTitle: "P (Å²)" })
 * @example show(pattern, { profile: true, fwhm: 0.08, range: [20, 60] })
 * @example show(silicon.lattice.brillouinZone())
 * @example show(tiling, { points: false })
 * @example show(await vibrations.bands(), { dos: await mesh.dos() })
 * @example show(await resonance(vibrations, { mode: "travelling" }), { arrows: true })
 * @example console.log(String(show(runtime)))
 */
export function show(crystal: Crystal, options?: CrystalFigureOptions): Figure;
export function show(pattern: DiffractionPattern, options?: PatternFigureOptions): Figure;
export function show(cell: BrillouinZone | WignerSeitzCell, options?: ZoneFigureOptions): Figure;
export function show(
  found:
    | Bonds
    | CoordinationPolyhedron
    | readonly CoordinationPolyhedron[]
    | CrystalDiff
    | StructureMatch
    | CommonNeighbors
    | SteinhardtParameters
    | Relaxation
    | DynamicsTrajectory
    | PairDistribution,
): Figure;
export function show(pattern: Pattern, options?: PointPatternFigureOptions): Figure;
export function show(tensor: ElasticTensor, options?: ElasticFigureOptions): Figure;
export function show(equation: EquationOfState, options?: EquationFigureOptions): Figure;
export function show(map: StructureFactorMap, options?: MapFigureOptions): Figure;
export function show(bands: PhononBands, options?: BandFigureOptions): Figure;
export function show(ringing: Resonance, options?: ResonanceFigureOptions): Figure;
export function show(curves: PhononDos | ThermalFunctions): Figure;
export function show(runtime: RuntimeActivity): Figure;
export function show(value: unknown, options: AnyFigureOptions = {}): Figure {
  requireObject("options", options, '{ style: "spacefill" }');
  if (value instanceof Crystal) return crystalFigure(value, options);
  if (value instanceof DiffractionPattern) return patternFigure(value, options);
  if (value instanceof BrillouinZone || value instanceof WignerSeitzCell) {
    return zoneFigure(value, options);
  }
  const ofResult = resultFigure(value);
  if (ofResult !== undefined) {
    requireKnownFields("the options of this figure", options, []);
    return ofResult;
  }
  if (value instanceof StructureFactorMap) return mapFigure(value, options);
  if (value instanceof Pattern) return pointPatternFigure(value, options);
  if (value instanceof ElasticTensor) return elasticFigure(value, options);
  if (value instanceof EquationOfState) return equationFigure(value, options);
  if (value instanceof PhononBands) return bandFigure(value, options);
  if (value instanceof Resonance) return resonanceFigure(value, options);
  if (value instanceof PhononDos || value instanceof ThermalFunctions) {
    requireKnownFields("the options of a figure of curves", options, []);
    return value instanceof PhononDos ? dosFigure(value) : thermalFigure(value);
  }
  if (isRuntime(value)) {
    requireKnownFields("the options of a runtime's figure", options, []);
    return runtimeFigure(value);
  }
  const isPending = typeof value === "object" && value !== null && "then" in value;
  if (!isPending && showsItself(value)) {
    const { name } = value.constructor;
    throw new InvalidConfiguration(
      `a ${name} has no figure to be changed, it shows itself: let it be the last expression of a cell, or call display(value)`,
      { type: name },
    );
  }
  throw new InvalidConfiguration(
    `show(value) draws a Crystal, a DiffractionPattern, a Pattern, a BrillouinZone, a WignerSeitzCell, an ElasticTensor, an EquationOfState, PhononBands, a PhononDos, ThermalFunctions, a Resonance, a Runtime, or what bonds, polyhedra, diff, matchStructures, commonNeighborAnalysis, steinhardt, relax and molecularDynamics give, got ${
      isPending ? "a task that is still running; await it first" : describe(value)
    }. Other data: figure(data, layout) or table(rows)`,
    { type: typeof value },
  );
}

/** What was found about crystals and patterns. */
function resultFigure(value: unknown): Figure | undefined {
  if (value instanceof Bonds) return bondsFigure(value);
  if (value instanceof CoordinationPolyhedron) return polyhedronFigure(value);
  if (isPolyhedra(value)) return polyhedraFigure(value);
  if (value instanceof CrystalDiff) return diffFigure(value);
  if (value instanceof StructureMatch) return matchFigure(value);
  if (value instanceof CommonNeighbors) return commonNeighborsFigure(value);
  if (value instanceof SteinhardtParameters) return steinhardtFigure(value);
  if (value instanceof Relaxation) return relaxationFigure(value);
  if (value instanceof DynamicsTrajectory) return dynamicsFigure(value);
  if (value instanceof PairDistribution) return pairDistributionFigure(value);
  return undefined;
}

function isPolyhedra(value: unknown): value is CoordinationPolyhedron[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => each instanceof CoordinationPolyhedron)
  );
}

function showsItself(value: unknown): value is object {
  return typeof value === "object" && value !== null && displaySymbol in value;
}

/** By its shape: what stands for a runtime elsewhere can be shown as well. */
function isRuntime(value: unknown): value is RuntimeActivity {
  if (typeof value !== "object" || value === null) return false;
  const { stats, timeline, warnings } = value as Partial<RuntimeActivity>;
  return typeof stats === "function" && typeof timeline === "function" && Array.isArray(warnings);
}
