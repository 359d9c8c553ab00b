import { showInstead } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import type { Task } from "../runtime/task.js";
import { runModes } from "./mode-source.js";
import { longestWave, resonanceCell } from "./resonance-cell.js";
import { Resonance } from "./resonance-motion.js";
import { planOf, type ResonanceOptions } from "./resonance-options.js";
import { swingOf } from "./resonance-waves.js";
import { Phonons } from "./vibrations.js";

/**
 * A crystal swinging in its modes: the lowest one, the n-th, a standing or a travelling wave, or several
 * together, in the smallest supercell that the waves fit into. To be shown as an animation, written as a
 * trajectory, or to start a relaxation or molecular dynamics with.
 *
 * Of equal frequencies the modes are told apart by their space alone: the first has the largest part of one
 * coordinate of one atom that the space allows, the second of what is left, the first atom and axis first of
 * equals. A mode of imaginary frequency does not swing: the crystal stands still, displaced along it, with
 * a warning on the result.
 *
 * @throws {InvalidConfiguration} options that mean nothing, or contradict each other.
 * @throws {DomainError} numbers out of range; a q that fits into no supercell of 512 primitive cells, with the
 *   nearest that does. The task rejects with it for a branch without restoring force, or that there is not, and
 *   for the temperature of an imaginary mode.
 * @see M. T. Dove, Introduction to Lattice Dynamics (1993), chapters 2 to 4.
 * @example
 * const ringing = await resonance(vibrations, { mode: "travelling", q: [0.25, 0, 0.25], branch: 2 });
 * ringing.energyAt(0).total // eV of the supercell, the same at all times
 * @example
 * const [worst] = await vibrations.imaginaryModes();
 * const frozen = await resonance(vibrations, { mode: "standing", q: worst.qPoint, branch: worst.branch });
 * await relax(frozen.crystalAt(0), potential);
 */
export function resonance(phonons: Phonons, options: ResonanceOptions = {}): Task<Resonance> {
  if (!(phonons instanceof Phonons)) {
    const given = showInstead("Phonons", phonons);
    throw new InvalidConfiguration(
      `resonance takes the result of await phonons(crystal, potential), got ${given}`,
      { given },
    );
  }
  const { waves, atCentre, supercell: given, durationPs, frames, task } = planOf(options);
  const { crystal, supercellMatrix, masses } = phonons;
  const centre = atCentre && crystal.siteCount > 1;
  const usual = () => (centre ? [0, 0, 0] : longestWave(crystal, supercellMatrix));
  const wanted = waves.map(({ q }) => q ?? usual());
  const { supercell, qPoints } = resonanceCell(crystal, wanted, given);
  const points = Float64Array.from(qPoints.flat());
  return runModes(phonons, "resonance", points, { ...task, eigenvectors: true }, (modes) =>
    Resonance.of({
      supercell,
      isGiven: given !== undefined,
      matrix: phonons.dynamicalMatrix(),
      masses,
      swings: waves.map((wave, at) => swingOf(wave, qPoints[at], modes, at, supercell, masses)),
      durationPs,
      frames,
    }),
  );
}
