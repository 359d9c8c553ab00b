// Space-group searches within 1e-5 Å: perfect diamond supercells, with many pure translations, and
// P-1 cells of random pairs x, -x of four kinds in a triclinic cell; spglib's time for the same cells
// beside them, where Debian's python3-spglib is installed. All operations are asked for.
import { spawnSync } from "node:child_process";
import { Crystal, Lattice, symmetry } from "prism-lab";
import { median } from "./measure.mjs";
import { fccBasis, mulberry32 } from "./structures.mjs";

const symprec = 1e-5;
const sizes = [8, 64, 512, 4096];

function diamond(siteCount) {
  const n = Math.cbrt(siteCount / 8);
  const basis = [...fccBasis, ...fccBasis.map((position) => position.map((x) => x + 0.25))];
  return Crystal.create({
    lattice: Lattice.cubic(5.431),
    species: Array(8).fill("Si"),
    fracPositions: basis,
  }).supercell([n, n, n]);
}

function triclinic(siteCount) {
  const random = mulberry32(777);
  const pairs = Array.from({ length: siteCount / 2 }, () => [random(), random(), random()]);
  const scale = Math.cbrt(siteCount / 8);
  const cell = [
    [5.1, 0, 0],
    [0.4, 6.2, 0],
    [0.7, -0.5, 7.3],
  ];
  const symbols = pairs.map((_, i) => ["Na", "Mg", "Al", "Si"][i % 4]);
  return Crystal.create({
    lattice: cell.map((row) => row.map((x) => scale * x)),
    species: [...symbols, ...symbols],
    fracPositions: [...pairs, ...pairs.map((x) => x.map((value) => (1 - value) % 1))],
  });
}

/** Seconds of spglib's search, the median of as many runs, and the group it finds. */
function spglib(crystal, runs) {
  const program = `
import json, statistics, sys, time
import spglib
c = json.load(sys.stdin)
cell = (c["lattice"], c["positions"], c["numbers"])
times = []
for run in range(c["runs"] + 1):
    start = time.perf_counter()
    found = spglib.get_symmetry_dataset(cell, symprec=c["symprec"])
    times.append(time.perf_counter() - start)
print(json.dumps([statistics.median(times[1:]), found["international"], len(found["rotations"])]))
`;
  const rows = (values) =>
    Array.from({ length: values.length / 3 }, (_, i) => [...values.slice(3 * i, 3 * i + 3)]);
  const input = JSON.stringify({
    lattice: rows(crystal.lattice.matrix),
    positions: rows(crystal.fracPositions),
    numbers: [...crystal.numbers],
    runs,
    symprec,
  });
  const { status, stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", program], { input });
  if (status === 0) return JSON.parse(String(stdout));
  return {
    reason: String(stderr ?? "no /usr/bin/python3")
      .trim()
      .split("\n")
      .at(-1),
  };
}

export async function* run({ quick, wants }) {
  for (const [name, make] of Object.entries({ diamond, triclinic })) {
    for (const size of quick ? sizes.slice(0, 2) : sizes) {
      if (!wants(`symmetry-${name}-${size}`)) continue;
      const crystal = make(size);
      const runs = size > 1000 ? 5 : 25;
      const measured = await median(() => {
        const { internationalSymbol, operations } = symmetry(crystal, { symprec });
        return [internationalSymbol, operations.length];
      }, runs);
      const [group, operations] = measured.result;
      const peer = spglib(crystal, size > 1000 ? 2 : 5);
      yield {
        case: `symmetry-${name}-${size}`,
        size,
        secondsMedian: measured.secondsMedian,
        runs,
        values: Array.isArray(peer)
          ? {
              group,
              operations,
              spglibMs: 1e3 * peer[0],
              times: peer[0] / measured.secondsMedian,
              isSame: peer[1] === group && peer[2] === operations,
            }
          : { group, operations, spglibMs: null, spglibReason: peer.reason },
      };
    }
  }
}
