import "./display/register.js";
import "./io/register.js";

export * from "./base/errors.js";
export {
  type InterstitialInput,
  interstitial,
  type RandomAlloyOptions,
  randomAlloy,
  substitution,
  vacancy,
} from "./builders/defects.js";
export {
  type InterstitialOptions,
  type InterstitialSite,
  interstitialSites,
} from "./builders/interstitial-sites.js";
export type { MultiplyTwinned } from "./builders/multiply-twinned.js";
export { type NanoparticleOptions, nanoparticle } from "./builders/nanoparticle.js";
export {
  type NanotubeGeometry,
  type NanotubeOptions,
  nanotube,
  nanotubeGeometry,
} from "./builders/nanotube.js";
export {
  fromPrototype,
  type Prototype,
  type PrototypeOptions,
  prototypes,
} from "./builders/prototype.js";
export { type RandomPackingOptions, randomPacking } from "./builders/random-packing.js";
export type { CellInput } from "./builders/setting.js";
export {
  type SlabOptions,
  slab,
  slabTerminations,
  type TerminationOptions,
} from "./builders/slab.js";
export { fromSpaceGroup, type SpaceGroupInput } from "./builders/space-group-crystal.js";
export type { SlabTermination } from "./builders/terminations.js";
export type { CrystalConfig, OptimizationLevel, SystemType } from "./crystal/config.js";
export { Crystal } from "./crystal/crystal.js";
export type { CrystalInput, OccupantInput, ShareInput } from "./crystal/crystal-input.js";
export type { CrystalWarning } from "./crystal/crystal-parts.js";
export { CrystalDiff, type DiffOptions, diff } from "./crystal/diff.js";
export type { PerturbationOptions, SiteInput, SiteSelection } from "./crystal/edits.js";
export { type Format, type FormatContext, registerFormat } from "./crystal/formats.js";
export type { NeighborList, NeighborOptions } from "./crystal/neighbors.js";
export type { Site } from "./crystal/site.js";
export type { SiteProperties, SiteProperty, SitePropertyInput } from "./crystal/site-properties.js";
export { Species, type SpeciesOccupancy } from "./crystal/species.js";
export type { OxidationStates, SpeciesReplacement } from "./crystal/species-edits.js";
export { DiffractionPattern, type ProfileOptions } from "./diffraction/diffraction-pattern.js";
export { type PowderOptions, powderPattern } from "./diffraction/powder-pattern.js";
export { type Radiation, radiations } from "./diffraction/radiation.js";
export type { ReflectionFamily } from "./diffraction/reflection-families.js";
export { formFactor } from "./diffraction/scattering-factors.js";
export { type StructureFactors, structureFactors } from "./diffraction/structure-factors.js";
export type { CrystalFigureOptions } from "./display/crystal-figure.js";
export { Figure, figure } from "./display/figure.js";
export type { LiveDisplay } from "./display/live.js";
export type { MimeBundle } from "./display/mime.js";
export type { PatternFigureOptions } from "./display/pattern-figure.js";
export { type RuntimeTimelineOptions, runtimeTimeline } from "./display/runtime-timeline.js";
export { show } from "./display/show.js";
export { Table, type TableOptions, table } from "./display/table.js";
export type { ZoneFigureOptions } from "./display/zone-figure.js";
export type { BravaisSymbol } from "./lattice/bravais.js";
export type { StrainMeasure } from "./lattice/deformation.js";
export { Lattice, type LatticeParameters } from "./lattice/lattice.js";
export type {
  BravaisLattice,
  ImageOptions,
  LatticeMapping,
  MappingOptions,
  ReducedLattice,
  ReductionOptions,
} from "./lattice/lattice-types.js";
export {
  miller,
  millerBravais,
  millerBravaisDirection,
  millerDirection,
  planeOfDirections,
  zoneAxis,
} from "./lattice/miller-indices.js";
export type { MinimumImage } from "./lattice/minimum-image.js";
export type { NiggliCharacter } from "./lattice/niggli-character.js";
export { BrillouinZone, type CellOptions, WignerSeitzCell } from "./lattice/wigner-seitz.js";
export type { ConvexCell } from "./math/convex-cell.js";
export type { RuntimeActivity, RuntimeStats, TaskSpan, TaskSpanState } from "./runtime/activity.js";
export type { KernelCall } from "./runtime/kernel-call.js";
export type { LibraryKernel, LibraryRegistration } from "./runtime/library-kernels.js";
export type { RuntimeMetrics } from "./runtime/metrics.js";
export { type RegisteredKernel, registerKernel } from "./runtime/register-kernel.js";
export type {
  ModuleCall,
  ModuleFunction,
  ModuleKernel,
  ModuleRegistration,
} from "./runtime/remote/module-kernels.js";
export { Runtime, runtimeInfo } from "./runtime/runtime.js";
export type { RuntimeOptions } from "./runtime/runtime-options.js";
export { Task, type TaskProgress, type TaskState } from "./runtime/task.js";
export type { Priority, RetryOptions, TaskOptions } from "./runtime/task-options.js";
export type { TaskRecord, TaskStats, TaskSteps } from "./runtime/work.js";
export type { SymmetryOperation } from "./symmetry/operation.js";
export { type CrystalSystem, type SpaceGroup, spaceGroup } from "./symmetry/space-group.js";
export { conventional, primitive } from "./symmetry/standardize.js";
export {
  type CellTransformation,
  type SymmetryDataset,
  type SymmetryOptions,
  symmetry,
} from "./symmetry/symmetry.js";
