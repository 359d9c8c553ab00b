import { Crystal, fromPrototype, InvalidConfiguration, lennardJones, relax } from "prism-lab";
import { beforeAll, describe, expect, it, vi } from "vitest";

type Library = typeof import("prism-lab");

const copper = fromPrototype("fcc", { species: ["Cu"], a: 3.6 });
const potential = lennardJones({ epsilon: 0.4, sigma: 2.3, cutoff: 6 });
let other: Library;

beforeAll(async () => {
  vi.resetModules();
  other = await import("prism-lab");
});

function errorOf(call: () => unknown): InvalidConfiguration {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error;
  }
  throw new Error("expected an InvalidConfiguration");
}

describe("what comes from another copy of the library", () => {
  it.each([
    ["Crystal", () => relax(foreignCrystal(), potential)],
    ["Potential", () => relax(copper, foreignPotential())],
    ["Potential", () => potential.plus(foreignPotential())],
    ["Runtime", () => relax(copper, potential, { runtime: other.Runtime.shared as never })],
  ])("is called a %s of another copy, in few words", (name, call) => {
    const { message, data } = errorOf(call);
    expect(message).toContain(`a ${name} of another copy of prism-lab; import it once`);
    expect(JSON.stringify(data).length).toBeLessThan(200);
  });

  it("is not mixed up with a promise, or anything else", () => {
    expect(errorOf(() => relax(Promise.resolve(copper) as never, potential)).message).toMatch(
      /got a promise; await it first$/,
    );
    const { message, data } = errorOf(() => relax({ sites: [copper] } as never, potential));
    expect(message).toContain("got { sites:");
    expect(JSON.stringify(data).length).toBeLessThan(200);
    expect(Crystal.prototype).not.toBe(other.Crystal.prototype);
  });
});

function foreignCrystal(): Crystal {
  return other.fromPrototype("fcc", { species: ["Cu"], a: 3.6 }) as never;
}

function foreignPotential(): ReturnType<typeof lennardJones> {
  return other.lennardJones({ epsilon: 0.4, sigma: 2.3, cutoff: 6 }) as never;
}
