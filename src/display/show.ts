import { show as describe, requireObject } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { Crystal } from "../crystal/crystal.js";
import { DiffractionPattern } from "../diffraction/diffraction-pattern.js";
import { BrillouinZone, WignerSeitzCell } from "../lattice/wigner-seitz.js";
import { Pattern } from "../pattern/pattern.js";
import { PhononBands } from "../phonons/phonon-bands.js";
import { PhononDos } from "../phonons/phonon-dos.js";
import { ThermalFunctions } from "../phonons/thermal.js";
import type { RuntimeActivity } from "../runtime/activity.js";
import { type CrystalFigureOptions, crystalFigure } from "./crystal-figure.js";
import type { Figure } from "./figure.js";
import { type PatternFigureOptions, patternFigure } from "./pattern-figure.js";
import { type BandFigureOptions, bandFigure, dosFigure, thermalFigure } from "./phonon-figure.js";
import type { PointPatternFigureOptions } from "./point-pattern-drawing.js";
import { pointPatternFigure } from "./point-pattern-figure.js";
import { runtimeFigure } from "./runtime-live.js";
import { type ZoneFigureOptions, zoneFigure } from "./zone-figure.js";

type AnyFigureOptions = BandFigureOptions &
  CrystalFigureOptions &
  PatternFigureOptions &
  PointPatternFigureOptions &
  ZoneFigureOptions;

/**
 * The figure of a value, to be tweaked before it is shown: a crystal as a 3D scene, a diffraction
 * pattern as its lines, a pattern of points with its tiles, a Brillouin zone or Wigner-Seitz cell as a
 * solid, phonon bands (with their density of states where it is given), densities of states and thermal
 * functions as curves, a runtime as the timeline of its recent tasks, with what its panel says as text. As the last
 * expression of a cell they show themselves in the same way, a runtime as a live panel.
 *
 * @throws {InvalidConfiguration} a value that has no figure, or an option that has no meaning.
 * @throws {DomainError} a profile width that is not above 0.
 * @example show(crystal, { style: "spacefill" })
 * @example show(pattern, { profile: true, fwhm: 0.08, range: [20, 60] })
 * @example show(silicon.lattice.brillouinZone())
 * @example show(tiling, { points: false })
 * @example show(await vibrations.bands(), { dos: await mesh.dos() })
 * @example console.log(String(show(runtime)))
 */
export function show(crystal: Crystal, options?: CrystalFigureOptions): Figure;
export function show(pattern: DiffractionPattern, options?: PatternFigureOptions): Figure;
export function show(cell: BrillouinZone | WignerSeitzCell, options?: ZoneFigureOptions): Figure;
export function show(pattern: Pattern, options?: PointPatternFigureOptions): Figure;
export function show(bands: PhononBands, options?: BandFigureOptions): Figure;
export function show(curves: PhononDos | ThermalFunctions): Figure;
export function show(runtime: RuntimeActivity): Figure;
export function show(value: unknown, options: AnyFigureOptions = {}): Figure {
  requireObject("options", options, '{ style: "spacefill" }');
  if (value instanceof Crystal) return crystalFigure(value, options);
  if (value instanceof DiffractionPattern) return patternFigure(value, options);
  if (value instanceof BrillouinZone || value instanceof WignerSeitzCell) {
    return zoneFigure(value, options);
  }
  if (value instanceof Pattern) return pointPatternFigure(value, options);
  if (value instanceof PhononBands) return bandFigure(value, options);
  if (value instanceof PhononDos || value instanceof ThermalFunctions) {
    requireKnownFields("the options of a figure of curves", options, []);
    return value instanceof PhononDos ? dosFigure(value) : thermalFigure(value);
  }
  if (isRuntime(value)) {
    requireKnownFields("the options of a runtime's figure", options, []);
    return runtimeFigure(value);
  }
  const isPending = typeof value === "object" && value !== null && "then" in value;
  throw new InvalidConfiguration(
    `show(value) draws a Crystal, a DiffractionPattern, a Pattern, a BrillouinZone, a WignerSeitzCell, PhononBands, a PhononDos, ThermalFunctions or a Runtime, got ${
      isPending ? "a task that is still running; await it first" : describe(value)
    }. Other data: figure(data, layout) or table(rows)`,
    { type: typeof value },
  );
}

/** By its shape: what stands for a runtime elsewhere can be shown as well. */
function isRuntime(value: unknown): value is RuntimeActivity {
  if (typeof value !== "object" || value === null) return false;
  const { stats, timeline, warnings } = value as Partial<RuntimeActivity>;
  return typeof stats === "function" && typeof timeline === "function" && Array.isArray(warnings);
}
