/**
 * Importing this file makes the classes of the lower folders show themselves in notebooks; they do
 * not know of it. A new display is one more line here.
 */
import { Crystal } from "../crystal/crystal.js";
import { DiffractionPattern } from "../diffraction/diffraction-pattern.js";
import { BrillouinZone, WignerSeitzCell } from "../lattice/wigner-seitz.js";
import { Runtime } from "../runtime/runtime.js";
import { crystalFigure } from "./crystal-figure.js";
import { attachLiveDisplay } from "./live.js";
import { attachDisplay } from "./mime.js";
import { patternFigure } from "./pattern-figure.js";
import { liveRuntime } from "./runtime-live.js";
import { showInTslab } from "./tslab.js";
import { zoneFigure } from "./zone-figure.js";

attachDisplay(Crystal, (crystal) => crystalFigure(crystal).toMimeBundle());
attachDisplay(DiffractionPattern, (pattern) => patternFigure(pattern).toMimeBundle());
attachDisplay(BrillouinZone, (zone) => zoneFigure(zone).toMimeBundle());
attachDisplay(WignerSeitzCell, (cell) => zoneFigure(cell).toMimeBundle());
attachLiveDisplay(Runtime, liveRuntime);
showInTslab();
