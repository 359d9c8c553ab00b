import { inspect } from "node:util";
import { Crystal, Lattice, Species } from "prism-lab";
import { expect, it } from "vitest";

it("prints values by what they are, also inside others", () => {
  const lattice = Lattice.cubic(3.352);
  const polonium = Crystal.create({ lattice, species: ["Po"], fracPositions: [0, 0, 0] });
  expect(inspect({ polonium })).toBe(
    "{\n  polonium: Crystal { Po, 1 site, cell 3.352, 3.352, 3.352 Å, 90, 90, 90° }\n}",
  );
  expect(inspect([Species.from("Po2+")])).toBe("[ Species { Po2+ } ]");
});
