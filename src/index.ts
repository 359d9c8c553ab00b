import "./display/register.js";
import "./io/register.js";

export * from "./base/errors.js";
export { bondValenceSums } from "./bonding/bond-valence.js";
export { type Bond, type BondMethod, type BondOptions, Bonds, bonds } from "./bonding/bonds.js";
export { type Coordination, coordination } from "./bonding/coordination.js";
export {
  CoordinationPolyhedra,
  CoordinationPolyhedron,
  type PolyhedraOptions,
  type PolyhedronConnection,
  type PolyhedronCorner,
  polyhedra,
  polyhedronConnections,
} from "./bonding/polyhedra.js";
export { type VoronoiCells, type VoronoiOptions, voronoiCells } from "./bonding/voronoi.js";
export {
  type InterstitialInput,
  interstitial,
  type RandomAlloyOptions,
  randomAlloy,
  substitution,
  vacancy,
} from "./builders/defects.js";
export { type DensePackingOptions, densePacking } from "./builders/dense-packing.js";
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
export type { PackingContents } from "./builders/packing-contents.js";
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
export type { VoidShape } from "./builders/void-shape.js";
export type { CrystalConfig, OptimizationLevel, SystemType } from "./crystal/config.js";
export { Crystal } from "./crystal/crystal.js";
export type { CrystalInput, OccupantInput, ShareInput } from "./crystal/crystal-input.js";
export type { CrystalWarning } from "./crystal/crystal-parts.js";
export { CrystalDiff, type DiffOptions, diff } from "./crystal/diff.js";
export type { PerturbationOptions, SiteInput, SiteSelection } from "./crystal/edits.js";
export {
  type AtomStyle,
  type FileWriteOptions,
  type Format,
  type FormatContext,
  type Frame,
  type FrameReader,
  type FrameText,
  type FrameWriter,
  type ReadOptions,
  registerFormat,
  type WriteOptions,
} from "./crystal/formats.js";
export type { Info, InfoValue } from "./crystal/info.js";
export {
  createNeighborTracker,
  NeighborTracker,
  type NeighborTrackerOptions,
} from "./crystal/neighbor-tracker.js";
export type {
  NeighborList,
  NeighborOptions,
  NeighborPairOptions,
  NeighborPairs,
} from "./crystal/neighbors.js";
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
export type { ElasticFigureOptions } from "./display/elastic-figure.js";
export type { EquationFigureOptions } from "./display/equation-figure.js";
export { Figure, figure } from "./display/figure.js";
export type { LiveDisplay } from "./display/live.js";
export type { MapFigureOptions } from "./display/map-figure.js";
export type { MimeBundle } from "./display/mime.js";
export type { PatternFigureOptions } from "./display/pattern-figure.js";
export type { BandFigureOptions } from "./display/phonon-figure.js";
export type { PointPatternFigureOptions } from "./display/point-pattern-drawing.js";
export type { ResonanceFigureOptions } from "./display/resonance-figure.js";
export { type RuntimeTimelineOptions, runtimeTimeline } from "./display/runtime-timeline.js";
export { show } from "./display/show.js";
export { Table, type TableOptions, table } from "./display/table.js";
export type { ZoneFigureOptions } from "./display/zone-figure.js";
export {
  type DynamicsFrame,
  type DynamicsSamples,
  DynamicsTrajectory,
} from "./dynamics/dynamics-trajectory.js";
export {
  type DynamicsStep,
  type MolecularDynamicsOptions,
  molecularDynamics,
} from "./dynamics/molecular-dynamics.js";
export { PairDistribution } from "./dynamics/pair-distribution.js";
export type { VelocityCorrelation } from "./dynamics/velocity-correlation.js";
export type { BornCriterion, BornStability } from "./elastic/born-criteria.js";
export {
  type ElasticMaterial,
  ElasticTensor,
} from "./elastic/elastic-tensor.js";
export type { EquationFormName } from "./elastic/equation-forms.js";
export {
  EquationOfState,
  type EquationOfStateOptions,
  equationOfState,
  fitEquationOfState,
} from "./elastic/equation-of-state.js";
export type { DirectionalValue, ElasticExtremes, PlanarValue } from "./elastic/extremes.js";
export type { Averages, ElasticModuli } from "./elastic/moduli.js";
export type { IsotropicSound, SoundWave } from "./elastic/sound.js";
export { type ElasticTensorOptions, elasticTensor } from "./elastic/strained-crystal.js";
export {
  type ApplyPatternOptions,
  applyPattern,
} from "./flow/apply-pattern.js";
export type {
  FlowRelaxOptions,
  FlowSearchOptions,
  FlowStabilityOptions,
  OptimisationOptions,
} from "./flow/flow-options.js";
export type { FlowReason, FlowReasonCode, FlowStep, FlowStepName } from "./flow/flow-record.js";
export { FlowResult, type PatternId } from "./flow/flow-result.js";
export type { FlowState } from "./flow/flow-state.js";
export type { FlowProgress, FlowTaskOptions } from "./flow/flow-task.js";
export type { FlowAttempt } from "./flow/improve.js";
export { type OptimizeCrystalOptions, optimizeCrystal } from "./flow/optimize-crystal.js";
export type { PlacementOptions } from "./flow/placement-options.js";
export type { Descent, FlowStrategy } from "./flow/strategy.js";
export type { FlowCheck } from "./flow/verify.js";
export {
  readTrajectory,
  trajectoryOf,
  trajectoryText,
  writeTrajectory,
} from "./io/trajectory.js";
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
export {
  type GlobalSearchOptions,
  type GlobalSearchStep,
  globalSearch,
} from "./optimize/global-search.js";
export {
  type GlobalMinimum,
  type GlobalSearchImprovement,
  GlobalSearchResult,
  type GlobalSearchTrial,
} from "./optimize/global-search-result.js";
export { type RelaxOptions, relax } from "./optimize/relax.js";
export { Relaxation, type RelaxationFrame, type RelaxationStep } from "./optimize/relaxation.js";
export type { Affine } from "./pattern/affine.js";
export type { FibonacciOptions } from "./pattern/aperiodic/fibonacci.js";
export type { HatOptions } from "./pattern/aperiodic/hat.js";
export type { IcosahedralOptions } from "./pattern/aperiodic/icosahedral.js";
export type { Approximant } from "./pattern/aperiodic/icosahedral-approximant.js";
export type { IcosahedralLattice } from "./pattern/aperiodic/icosahedral-points.js";
export type {
  AmmannBeenkerOptions,
  MultigridOptions,
} from "./pattern/aperiodic/multigrid-tiling.js";
export type { PenroseOptions } from "./pattern/aperiodic/penrose.js";
export type { ClipRegion } from "./pattern/clip.js";
export type { DecorateOptions, Decoration } from "./pattern/decorate.js";
export { generatePattern } from "./pattern/generate-pattern.js";
export type { BravaisOptions, BravaisPatternSymbol } from "./pattern/kinds/bravais.js";
export type { CellSize } from "./pattern/kinds/cell-size.js";
export type { CircleOptions } from "./pattern/kinds/circle.js";
export type { GridOptions } from "./pattern/kinds/grid.js";
export type { LineOptions } from "./pattern/kinds/line.js";
export type { SpiralOptions } from "./pattern/kinds/spiral.js";
export type {
  ArchimedeanOptions,
  TilingOptions,
  VertexConfiguration,
} from "./pattern/kinds/tilings.js";
export type { MergeOptions } from "./pattern/merge.js";
export type { BondOrder, SteinhardtOrder } from "./pattern/metrics/bond-order.js";
export type {
  DistanceHistogram,
  NeighborRange,
  PatternCoordination,
  PatternMetrics,
  Spread,
} from "./pattern/metrics/pattern-metrics.js";
export { type Hyperuniformity, StructureFactorMap } from "./pattern/metrics/structure-factor.js";
export {
  icosahedralQuasicrystal,
  penroseTiling,
  twistedBilayer,
} from "./pattern/named-patterns.js";
export { Pattern, type StackOptions } from "./pattern/pattern.js";
export type {
  PatternConfig,
  PatternFrame,
  PatternOptions,
  PatternType,
} from "./pattern/pattern-config.js";
export type { PatternTiles } from "./pattern/pattern-parts.js";
export {
  generatePatternAsync,
  type MeasureOptions,
  type MeasureResult,
  measurePattern,
  type PatternMeasure,
} from "./pattern/pattern-tasks.js";
export type { AxisAngle, Glide, MirrorPlane, Screw, Shear } from "./pattern/transforms.js";
export type { LayerInput, PlanarLayer, PlanarSite } from "./pattern/twisted/planar-layer.js";
export type { TwistedBilayerOptions } from "./pattern/twisted/twisted-bilayer.js";
export {
  type TwistedBilayerCell,
  type TwistSearchOptions,
  twistedBilayerCells,
} from "./pattern/twisted/twisted-bilayer-cells.js";
export type { BandOptions } from "./phonons/band-structure.js";
export type { Displacement } from "./phonons/displacements.js";
export type { ForceConstantCorrection } from "./phonons/force-constants.js";
export { type KPath, kPath, type PathPoint } from "./phonons/k-path.js";
export type { MeshOptions } from "./phonons/mesh.js";
export type { ModeOptions, PhononModes } from "./phonons/mode-source.js";
export type { ImaginaryOptions, PhononMode, SingleModeOptions } from "./phonons/modes.js";
export type {
  NonAnalytical,
  NonAnalyticalOptions,
  TensorLike,
} from "./phonons/non-analytical.js";
export { type BandTick, PhononBands } from "./phonons/phonon-bands.js";
export { PhononDos } from "./phonons/phonon-dos.js";
export {
  type DosOptions,
  type MeanSquareDisplacements,
  PhononMesh,
} from "./phonons/phonon-mesh.js";
export { type PhononOptions, phonons } from "./phonons/phonons.js";
export type { PhonopyOptions, PhonopyTexts } from "./phonons/phonopy/imported.js";
export type { PhonopyFormat } from "./phonons/phonopy/written.js";
export { resonance } from "./phonons/resonance.js";
export {
  Resonance,
  type ResonanceEnergy,
  type ResonanceFrame,
} from "./phonons/resonance-motion.js";
export type {
  CoupledMode,
  ResonanceMode,
  ResonanceOptions,
  SwingOptions,
} from "./phonons/resonance-options.js";
export type { ResonanceWave } from "./phonons/resonance-waves.js";
export { ThermalFunctions } from "./phonons/thermal.js";
export { Phonons, type PhonopyTextOptions } from "./phonons/vibrations.js";
export {
  type EmbeddedAtomOptions,
  embeddedAtom,
  embeddedAtomOf,
  type PotentialSource,
} from "./potentials/embedded-atom.js";
export type { EmbeddedAtomFormat } from "./potentials/embedded-atom-file.js";
export { type CoulombOptions, coulomb, type EwaldOptions, ewald } from "./potentials/ewald.js";
export {
  type BuckinghamOptions,
  type BuckinghamParameters,
  buckingham,
  type HarmonicOptions,
  type HarmonicParameters,
  harmonic,
  type LennardJonesOptions,
  type LennardJonesParameters,
  lennardJones,
  type MorseOptions,
  type MorseParameters,
  morse,
} from "./potentials/pair-potentials.js";
export type { CutoffOptions, PairTable } from "./potentials/pair-term.js";
export {
  Potential,
  type PotentialEvaluation,
  type PotentialTerm,
  type TermSites,
} from "./potentials/potential.js";
export { type SpringsOptions, springs } from "./potentials/springs.js";
export {
  type StillingerWeberEntry,
  type StillingerWeberParameters,
  type StillingerWeberSource,
  stillingerWeber,
} from "./potentials/stillinger-weber.js";
export {
  type SuttonChenOptions,
  type SuttonChenParameters,
  suttonChen,
} from "./potentials/sutton-chen.js";
export {
  type TersoffEntry,
  type TersoffParameters,
  type TersoffSource,
  tersoff,
} from "./potentials/tersoff.js";
export type { PotentialFileText, Triplet } from "./potentials/triplet-file.js";
export { type CentrosymmetryOptions, centrosymmetry } from "./recognition/centrosymmetry.js";
export {
  type BondSignature,
  type CommonNeighborOptions,
  CommonNeighbors,
  commonNeighborAnalysis,
  type StructureType,
  structureTypes,
} from "./recognition/common-neighbors.js";
export type { Mismatch } from "./recognition/match/compare-cells.js";
export { groupStructures, StructureGroups } from "./recognition/match/group-structures.js";
export type { SpeciesComparison } from "./recognition/match/match-cell.js";
export type { MatchOptions, MatchTolerances } from "./recognition/match/match-options.js";
export {
  matchStructures,
  StructureMatch,
  type StructureTransformation,
  structuresMatch,
} from "./recognition/match/match-structures.js";
export { PrototypeLabel, type PrototypeSpecies, prototypeOf } from "./recognition/prototype.js";
export {
  type SteinhardtOptions,
  SteinhardtParameters,
  steinhardt,
} from "./recognition/steinhardt.js";
export type { NamedStructureType } from "./recognition/structure-type.js";
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
export { StabilityCache, stabilityCache } from "./stability/cache.js";
export type { Radii } from "./stability/geometric.js";
export type { StabilityOptions, StabilityRelaxOptions } from "./stability/options.js";
export type { CompetingPhase, References } from "./stability/phases.js";
export { Stability, type StabilityChange } from "./stability/result.js";
export { stability } from "./stability/stability.js";
export type { StabilityThresholds } from "./stability/thresholds.js";
export type { StabilityCheck, StabilityVerdict } from "./stability/verdict.js";
export type { SymmetryOptions } from "./symmetry/analysis.js";
export {
  type AsymmetricSite,
  AsymmetricUnit,
  asymmetricUnit,
} from "./symmetry/asymmetric-unit.js";
export { type CellTransformation, SymmetryDataset } from "./symmetry/dataset.js";
export type { SymmetryOperation } from "./symmetry/operation.js";
export { type PrimitiveMapping, primitiveMapping } from "./symmetry/primitive-mapping.js";
export {
  type CrystalSystem,
  SpaceGroup,
  type SpaceGroupKey,
  spaceGroup,
  spaceGroups,
} from "./symmetry/space-group.js";
export { conventional, primitive } from "./symmetry/standardize.js";
export { type SymmetrizedCrystal, symmetrized } from "./symmetry/symmetrized.js";
export { symmetry } from "./symmetry/symmetry.js";
export { symmetryAsync } from "./symmetry/symmetry-task.js";
export {
  type TolerancePlateau,
  ToleranceScan,
  type ToleranceScanOptions,
  type ToleranceStep,
  toleranceScan,
} from "./symmetry/tolerance-scan.js";
export { toleranceScanAsync } from "./symmetry/tolerance-scan-task.js";
export type { WyckoffPosition } from "./symmetry/wyckoff-positions.js";
