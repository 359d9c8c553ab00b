/**
 * Importing this file makes the classes of the lower folders show themselves in notebooks; they do
 * not know of it. A new display is one more line here.
 */
import { Bonds } from "../bonding/bonds.js";
import { CoordinationPolyhedra, CoordinationPolyhedron } from "../bonding/polyhedra.js";
import { Crystal } from "../crystal/crystal.js";
import { CrystalDiff } from "../crystal/diff.js";
import { DiffractionPattern } from "../diffraction/diffraction-pattern.js";
import { DynamicsTrajectory } from "../dynamics/dynamics-trajectory.js";
import { PairDistribution } from "../dynamics/pair-distribution.js";
import { ElasticTensor } from "../elastic/elastic-tensor.js";
import { EquationOfState } from "../elastic/equation-of-state.js";
import { FlowResult } from "../flow/flow-result.js";
import { BrillouinZone, WignerSeitzCell } from "../lattice/wigner-seitz.js";
import { GlobalSearchResult } from "../optimize/global-search-result.js";
import { Relaxation } from "../optimize/relaxation.js";
import { StructureFactorMap } from "../pattern/metrics/structure-factor.js";
import { Pattern } from "../pattern/pattern.js";
import { PhononBands } from "../phonons/phonon-bands.js";
import { PhononDos } from "../phonons/phonon-dos.js";
import { Resonance } from "../phonons/resonance-motion.js";
import { ThermalFunctions } from "../phonons/thermal.js";
import { CommonNeighbors } from "../recognition/common-neighbors.js";
import { StructureGroups } from "../recognition/match/group-structures.js";
import { StructureMatch } from "../recognition/match/match-structures.js";
import { SteinhardtParameters } from "../recognition/steinhardt.js";
import { Runtime } from "../runtime/runtime.js";
import { Stability } from "../stability/result.js";
import { AsymmetricUnit } from "../symmetry/asymmetric-unit.js";
import { SymmetryDataset } from "../symmetry/dataset.js";
import { SpaceGroup } from "../symmetry/space-group.js";
import { ToleranceScan } from "../symmetry/tolerance-scan.js";
import { bondsCard, polyhedraCard, polyhedronCard } from "./bonding-figures.js";
import { crystalFigure } from "./crystal-figure.js";
import { diffCard } from "./diff-figure.js";
import { dynamicsFigure, pairDistributionFigure } from "./dynamics-figure.js";
import { elasticFigure } from "./elastic-figure.js";
import { elasticTables } from "./elastic-table.js";
import { equationFigure } from "./equation-figure.js";
import { flowCard } from "./flow-card.js";
import { globalSearchTable } from "./global-search-table.js";
import { attachLiveDisplay } from "./live.js";
import { commonNeighborsCard, steinhardtFigure } from "./local-order-figures.js";
import { mapFigure } from "./map-figure.js";
import { groupsTable, matchCard } from "./match-figure.js";
import { attachDisplay } from "./mime.js";
import { patternFigure } from "./pattern-figure.js";
import { bandFigure, dosFigure, thermalFigure } from "./phonon-figure.js";
import { pointPatternFigure } from "./point-pattern-figure.js";
import { relaxationFigure } from "./relaxation-figure.js";
import { resonanceFigure } from "./resonance-figure.js";
import { liveRuntime } from "./runtime-live.js";
import { stabilityCard } from "./stability-card.js";
import {
  asymmetricUnitCard,
  datasetCard,
  spaceGroupCard,
  toleranceScanTable,
} from "./symmetry-card.js";
import { showInTslab } from "./tslab.js";
import { zoneFigure } from "./zone-figure.js";

attachDisplay(Crystal, (crystal) => crystalFigure(crystal).toMimeBundle());
attachDisplay(CrystalDiff, diffCard);
attachDisplay(Bonds, bondsCard);
attachDisplay(CoordinationPolyhedron, polyhedronCard);
attachDisplay(CoordinationPolyhedra, polyhedraCard);
attachDisplay(CommonNeighbors, commonNeighborsCard);
attachDisplay(SteinhardtParameters, (found) => steinhardtFigure(found).toMimeBundle());
attachDisplay(StructureMatch, matchCard);
attachDisplay(StructureGroups, groupsTable);
attachDisplay(DiffractionPattern, (pattern) => patternFigure(pattern).toMimeBundle());
attachDisplay(GlobalSearchResult, (result) => globalSearchTable(result).toMimeBundle());
attachDisplay(DynamicsTrajectory, (run) => dynamicsFigure(run).toMimeBundle());
attachDisplay(PairDistribution, (pairs) => pairDistributionFigure(pairs).toMimeBundle());
attachDisplay(BrillouinZone, (zone) => zoneFigure(zone).toMimeBundle());
attachDisplay(WignerSeitzCell, (cell) => zoneFigure(cell).toMimeBundle());
attachDisplay(StructureFactorMap, (map) => mapFigure(map).toMimeBundle());
attachDisplay(Pattern, (pattern) => pointPatternFigure(pattern).toMimeBundle());
attachDisplay(PhononBands, (bands) => bandFigure(bands).toMimeBundle());
attachDisplay(PhononDos, (dos) => dosFigure(dos).toMimeBundle());
attachDisplay(ThermalFunctions, (thermal) => thermalFigure(thermal).toMimeBundle());
attachDisplay(Resonance, (ringing) => resonanceFigure(ringing).toMimeBundle());
attachDisplay(SymmetryDataset, datasetCard);
attachDisplay(SpaceGroup, spaceGroupCard);
attachDisplay(AsymmetricUnit, asymmetricUnitCard);
attachDisplay(ToleranceScan, toleranceScanTable);
attachDisplay(ElasticTensor, (tensor) =>
  tensor.bornStable ? elasticFigure(tensor).toMimeBundle() : elasticTables(tensor),
);
attachDisplay(EquationOfState, (equation) => equationFigure(equation).toMimeBundle());
attachDisplay(Relaxation, (relaxation) => relaxationFigure(relaxation).toMimeBundle());
attachDisplay(FlowResult, flowCard);
attachLiveDisplay(Runtime, liveRuntime);
attachDisplay(Stability, stabilityCard);
showInTslab();
