import type { DiffractionPattern } from "../diffraction/diffraction-pattern.js";
import { textTable } from "./text-table.js";

/** Lines that the text of a pattern lists. */
const listedLines = 10;

/** "104", "1 0 −2", "12 0 0": spaces only where the indices would run together. */
export function hklText(hkl: readonly number[]): string {
  const parts = hkl.map((index) => (index < 0 ? `−${-index}` : String(index)));
  return parts.some((part) => part.length > 1) ? parts.join(" ") : parts.join("");
}

/** One line for the pattern and one for each of its strongest lines, by increasing 2θ. */
export function patternText(pattern: DiffractionPattern): string {
  const { twoTheta, intensity, dSpacing, multiplicity, families } = pattern;
  const strongest = Array.from(intensity.keys())
    .sort((a, b) => intensity[b] - intensity[a] || a - b)
    .slice(0, listedLines)
    .sort((a, b) => a - b);
  const rows = strongest.map((line) => [
    hklText(families[line][0].hkl),
    twoTheta[line].toFixed(3),
    dSpacing[line].toFixed(4),
    String(multiplicity[line]),
    intensity[line].toFixed(1),
  ]);
  const [min, max] = pattern.twoThetaRange;
  const count = intensity.length === 1 ? "1 line" : `${intensity.length} lines`;
  const listed = intensity.length > listedLines ? `, the ${listedLines} strongest` : "";
  return [
    `Powder pattern of ${pattern.formula} · ${radiationText(pattern)} · ${count} from ${min} to ${max}°${listed}`,
    ...pattern.warnings.map(({ message }) => `warning: ${message}`),
    textTable(["hkl", "2θ (°)", "d (Å)", "mult.", "I"], rows, [false, true, true, true, true]),
  ].join("\n");
}

/** "Cu Kα₁, λ = 1.54059 Å"; a wavelength given as a number has no other name. */
export function radiationText({ radiation, wavelength }: DiffractionPattern): string {
  return radiation.startsWith("λ") ? radiation : `${radiation}, λ = ${wavelength.toFixed(5)} Å`;
}
