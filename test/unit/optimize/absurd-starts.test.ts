import {
  Crystal,
  globalSearch,
  molecularDynamics,
  type Potential,
  PrismError,
  Runtime,
  relax,
  suttonChen,
  TaskFailed,
} from "prism-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copper } from "../flow/flow-crystals.js";
import { mulberry32 } from "../potentials/random.js";
import { type Registered, registered, triclinic } from "../potentials/registry.js";

const runtime = new Runtime({ threadCount: 2 });
afterAll(() => runtime.close());

const methods = ["fire", "lbfgs", "cg", "sd"] as const;
/** Å between two sites: up to forces whose squares are no numbers. */
const distances = [1, 1e-2, 1e-6, 1e-12, 1e-25];
const periodicities = [
  [true, true, true],
  [true, true, false],
  [false, false, false],
] as const;

/** Two sites at a distance that no potential was made for, others anywhere. */
function absurd(entry: Registered, distance: number, round: number): Crystal {
  const random = mulberry32(round);
  const { parts } = triclinic(entry, 6, round + 1);
  const crystal = Crystal.fromParts({ ...parts, periodic: periodicities[round % 3] });
  const step = crystal.lattice.toFractional([distance, 0, 0]);
  const places = crystal.fracPositions.slice();
  for (let k = 0; k < 3; k++) places[3 + k] = places[k] + step[k];
  places[15 + (round % 3)] += round % 4 === 3 ? 1e7 * random() : random();
  return crystal.withPositions(places);
}

/** What a call may end with: a result without NaN, or an error that says what to do. */
async function ended<T>(call: () => PromiseLike<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    expect(error).toBeInstanceOf(PrismError);
    expect(error, String(error)).not.toBeInstanceOf(TaskFailed);
    return undefined;
  }
}

it.each(methods)("relax by %s parts gold from the copper that it lies on", async (method) => {
  const metals = suttonChen({ elements: ["Cu", "Au"] });
  for (let power = -1; power > -12; power -= 1) {
    const at = [10 ** power, 0.3 * 10 ** power, 0.1 * 10 ** power];
    const crystal = copper.withSite({ species: "Au", cartPosition: at });
    const { energy } = await metals.evaluate(crystal);
    const done = await relax(crystal, metals, { runtime, method, maxSteps: 100 });
    expect(done.reason).not.toBe("broken");
    expect(done.energy).toBeLessThan(energy);
  }
});

describe.each(registered)("$name, from where no atom should be", (entry) => {
  let potential: Potential;
  beforeAll(async () => {
    potential = await entry.make();
  });
  const starts = distances.flatMap((distance, at) =>
    [0, 1, 2, 3].map((round) => absurd(entry, distance, 4 * at + round)),
  );

  it("relaxes, or says why not", async () => {
    for (const [at, crystal] of starts.entries()) {
      const bulk = crystal.periodic.every(Boolean);
      const method = methods[at % methods.length];
      const options = {
        runtime,
        method,
        maxSteps: 60,
        cell: bulk && at % 2 === 0 ? "full" : false,
      } as const;
      const done = await ended(() => relax(crystal, potential, options));
      if (done !== undefined) {
        expect(Number.isFinite(done.energy + done.fmax)).toBe(true);
        expect(done.crystal.fracPositions.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("moves, or says why not", async () => {
    for (const [at, crystal] of starts.entries()) {
      const ensemble = (["nve", "langevin", "bussi"] as const)[at % 3];
      const options = { runtime, ensemble, temperature: 300, timeStepFs: 2, steps: 20, seed: 1 };
      const done = await ended(() => molecularDynamics(crystal, potential, options));
      expect(done?.crystal.fracPositions.every(Number.isFinite) ?? true).toBe(true);
    }
  });

  it("searches, or says why not", async () => {
    for (const [at, crystal] of starts.entries()) {
      const method = (["basinHopping", "annealing"] as const)[at % 2];
      const options = {
        runtime,
        potential,
        crystal,
        method,
        trials: 1,
        steps: 4,
        maxSteps: 40,
        seed: at,
      };
      const done = await ended(() => globalSearch(options));
      expect(Number.isFinite(done?.best?.energy ?? 0)).toBe(true);
    }
  });
});
