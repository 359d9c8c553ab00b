import "./display/register.js";
import "./io/register.js";

export * from "./base/errors.js";
export { Crystal } from "./crystal/crystal.js";
export type { CrystalInput, OccupantInput, ShareInput } from "./crystal/crystal-input.js";
export type { CrystalWarning } from "./crystal/crystal-parts.js";
export { type Format, type FormatContext, registerFormat } from "./crystal/formats.js";
export type { NeighborList, NeighborOptions } from "./crystal/neighbors.js";
export type { Site } from "./crystal/site.js";
export { Species, type SpeciesOccupancy } from "./crystal/species.js";
export { DiffractionPattern, type ProfileOptions } from "./diffraction/diffraction-pattern.js";
export { type PowderOptions, powderPattern } from "./diffraction/powder-pattern.js";
export { type Radiation, radiations } from "./diffraction/radiation.js";
export type { ReflectionFamily } from "./diffraction/reflection-families.js";
export { formFactor } from "./diffraction/scattering-factors.js";
export { type StructureFactors, structureFactors } from "./diffraction/structure-factors.js";
export type { CrystalFigureOptions } from "./display/crystal-figure.js";
export { Figure, figure } from "./display/figure.js";
export type { MimeBundle } from "./display/mime.js";
export type { PatternFigureOptions } from "./display/pattern-figure.js";
export { plotlyPath } from "./display/plotly-source.js";
export { type Progress, progressBundle } from "./display/progress.js";
export { show } from "./display/show.js";
export { Table, type TableOptions, table } from "./display/table.js";
export { Lattice, type LatticeParameters } from "./lattice/lattice.js";
export { interruptCounters } from "./runtime/interrupt.js";
export { Runtime, type RuntimeOptions, runtimeInfo } from "./runtime/runtime.js";
export {
  Task,
  type TaskOptions,
  type TaskProgress,
  type TaskState,
  type TaskStats,
} from "./runtime/task.js";
export type { SymmetryOperation } from "./symmetry/operation.js";
export { type CrystalSystem, type SpaceGroup, spaceGroup } from "./symmetry/space-group.js";
export { conventional, primitive } from "./symmetry/standardize.js";
export {
  type CellTransformation,
  type SymmetryDataset,
  type SymmetryOptions,
  symmetry,
} from "./symmetry/symmetry.js";
