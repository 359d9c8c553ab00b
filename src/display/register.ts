/**
 * Importing this file makes the classes of the lower folders show themselves in notebooks; they do
 * not know of it. A new display is one more line here.
 */
import { Crystal } from "../crystal/crystal.js";
import { DiffractionPattern } from "../diffraction/diffraction-pattern.js";
import { BrillouinZone, WignerSeitzCell } from "../lattice/wigner-seitz.js";
import { Pattern } from "../pattern/pattern.js";
import { PhononBands } from "../phonons/phonon-bands.js";
import { PhononDos } from "../phonons/phonon-dos.js";
import { ThermalFunctions } from "../phonons/thermal.js";
import { Runtime } from "../runtime/runtime.js";
import { AsymmetricUnit } from "../symmetry/asymmetric-unit.js";
import { SymmetryDataset } from "../symmetry/dataset.js";
import { SpaceGroup } from "../symmetry/space-group.js";
import { ToleranceScan } from "../symmetry/tolerance-scan.js";
import { crystalFigure } from "./crystal-figure.js";
import { attachLiveDisplay } from "./live.js";
import { attachDisplay } from "./mime.js";
import { patternFigure } from "./pattern-figure.js";
import { bandFigure, dosFigure, thermalFigure } from "./phonon-figure.js";
import { pointPatternFigure } from "./point-pattern-figure.js";
import { liveRuntime } from "./runtime-live.js";
import {
  asymmetricUnitCard,
  datasetCard,
  spaceGroupCard,
  toleranceScanTable,
} from "./symmetry-card.js";
import { showInTslab } from "./tslab.js";
import { zoneFigure } from "./zone-figure.js";

attachDisplay(Crystal, (crystal) => crystalFigure(crystal).toMimeBundle());
attachDisplay(DiffractionPattern, (pattern) => patternFigure(pattern).toMimeBundle());
attachDisplay(BrillouinZone, (zone) => zoneFigure(zone).toMimeBundle());
attachDisplay(WignerSeitzCell, (cell) => zoneFigure(cell).toMimeBundle());
attachDisplay(Pattern, (pattern) => pointPatternFigure(pattern).toMimeBundle());
attachDisplay(PhononBands, (bands) => bandFigure(bands).toMimeBundle());
attachDisplay(PhononDos, (dos) => dosFigure(dos).toMimeBundle());
attachDisplay(ThermalFunctions, (thermal) => thermalFigure(thermal).toMimeBundle());
attachDisplay(SymmetryDataset, datasetCard);
attachDisplay(SpaceGroup, spaceGroupCard);
attachDisplay(AsymmetricUnit, asymmetricUnitCard);
attachDisplay(ToleranceScan, toleranceScanTable);
attachLiveDisplay(Runtime, liveRuntime);
showInTslab();
