import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const shared = ["lammps.mjs", "measure.mjs", "run.mjs", "structures.mjs"];

async function bench(...args: string[]) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["bench/run.mjs", ...args, "--json"],
    { cwd: root },
  );
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

it("a benchmark prints one line of JSON for each case", async () => {
  const results = await bench("powder");
  expect(results.length).toBeGreaterThan(2);
  for (const result of results) {
    expect(result).toEqual({
      case: expect.stringMatching(/^powder-/),
      size: expect.any(Number),
      secondsMedian: expect.any(Number),
      runs: expect.any(Number),
      values: expect.any(Object),
    });
  }
});

it("lists neighbours on one thread and on all with the same sums", async () => {
  const results = await bench("neighbors", "--quick");
  const names = ["full", "half", "half-pairs", "step", "voronoi"].map(
    (name) => `neighbors-${name}`,
  );
  expect(results.map((result) => result.case)).toEqual([...names, ...names]);
  for (let n = 0; n < names.length; n++) {
    const [one, all] = [n, n + names.length].map((at) => {
      const { threads, engineMs, engineMinMs, ...values } = results[at].values;
      return values;
    });
    expect(all).toEqual(one);
  }
  expect(results[3].values.builds).toBe(1);
});

it("makes a supercell, with its pace and its memory", async () => {
  const [{ size, values }] = await bench("generate", "--quick");
  expect(size).toBe(500);
  expect(values.sitesPerSecond).toBeGreaterThan(0);
  expect(values.bytesPerSiteBeside).toEqual(expect.any(Number));
});

it("measures the tasks beside their peers, each number above zero", async () => {
  const results = await bench("tasks", "--quick");
  expect(results.map((result) => result.case)).toEqual([
    "tasks-round-trip",
    "tasks-throughput",
    "tasks-throughput",
    "tasks-fork-join",
    "tasks-scaling",
    "tasks-cancel-running",
    "tasks-cancel-timeout",
    "tasks-cancel-queued",
    "tasks-submit-input",
  ]);
  const [roundTrip, throughput] = results;
  expect(Object.keys(roundTrip.values)).toEqual([
    "p50Us",
    "p99Us",
    "libuvP50Us",
    "libuvP99Us",
    "workerThreadsP50Us",
    "workerThreadsP99Us",
    "piscinaP50Us",
    "piscinaP99Us",
  ]);
  for (const { values } of [roundTrip, throughput]) {
    for (const [name, value] of Object.entries(values)) expect(value, name).toBeGreaterThan(0);
  }
}, 60_000);

it("reads CIFs beside its peers, with as many sites", async () => {
  const results = await bench("cif", "--quick");
  expect(results.map((result) => result.case)).toEqual([
    "cif-symmetric",
    "cif-p1",
    "cif-file",
    "cif-large",
  ]);
  for (const { values } of results) {
    expect(values.sites).toBeGreaterThan(100);
    for (const peer of ["gemmi", "ase", "pymatgen"]) {
      // Not on every machine.
      if (values[`${peer}Sites`] !== undefined) expect(values[`${peer}Sites`]).toBe(values.sites);
    }
  }
}, 60_000);

it("measures the kernels side by side, each number above zero", async () => {
  const [{ values }] = await bench("kernel-one-plus-one", "--quick");
  // Debian's ipykernel is not on every machine.
  const { ipykernelReason, ...measured } = values;
  if (ipykernelReason !== undefined) delete measured.ipykernelMs;
  expect(Object.keys(measured)).toEqual(
    expect.arrayContaining(["ms", "minMs", "p95Ms", "p99Ms", "tslabMs", "tslabP99Ms"]),
  );
  for (const [name, value] of Object.entries(measured)) expect(value, name).toBeGreaterThan(0);
}, 60_000);

it("prints the cases that were asked for", async () => {
  const results = await bench("tasks-cancel", "--quick");
  expect(results.map((result) => result.case)).toEqual([
    "tasks-cancel-running",
    "tasks-cancel-timeout",
    "tasks-cancel-queued",
  ]);
});

it("every benchmark loads", async () => {
  const files = (await readdir(`${root}/bench`)).filter((file) => file.endsWith(".mjs"));
  for (const file of files.filter((each) => !shared.includes(each))) {
    expect(await import(`../../bench/${file}`), file).toHaveProperty("run");
  }
});

it("judges silicon and copper alike on one thread and on all", async () => {
  const results = await bench("stability", "--quick");
  expect(results.map((result) => result.case)).toEqual([
    ...["stability-si", "stability-si", "stability-cu", "stability-cu"],
  ]);
  for (const { values } of results) expect(values.index).toBeGreaterThan(0);
  expect(results[0].values.lowestTHz).toBe(results[1].values.lowestTHz);
});
