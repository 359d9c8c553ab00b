import { tmpdir } from "node:os";
import path from "node:path";
import * as prism from "prism-lab";
import { Crystal, InvalidConfiguration, Lattice, Pattern, Runtime } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";

const nacl = Crystal.create({
  lattice: Lattice.cubic(5.64),
  species: ["Na", "Na", "Na", "Na", "Cl", "Cl", "Cl", "Cl"],
  fracPositions: [
    [0, 0, 0],
    [0, 0.5, 0.5],
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
    [0.5, 0.5, 0.5],
    [0.5, 0, 0],
    [0, 0.5, 0],
    [0, 0, 0.5],
  ],
});
const { lattice } = nacl;
const found = await prism.bonds(nacl);
const lines = await prism.powderPattern(nacl, { wavelength: "CuKa1", twoTheta: [20, 90] });
const honeycomb = prism.generatePattern({ patternType: "honeycomb", spacing: 1.42, counts: 3 });
const chart = prism.figure([{ type: "scatter", x: [1], y: [1] }]);
const attraction = prism.lennardJones({ epsilon: 0.01, sigma: 2.5, cutoff: 5 });
const vibrations = await prism.phonons(nacl, attraction, { supercell: [1, 1, 1] });
const tracker = prism.createNeighborTracker({ cutoff: 3 });
const runtime = new Runtime({ threadCount: 1 });
afterAll(() => runtime.close());
const file = path.join(tmpdir(), "prism-misspelt.cif");

/** Calls that are right but for one option that means nothing, by the exported function. */
const functions: Readonly<Record<string, (wrong: never) => unknown>> = {
  buckingham: (wrong) =>
    prism.buckingham({ a: 1000, rho: 0.3, c: 0, cutoff: 6, ...(wrong as object) }),
  harmonic: (wrong) => prism.harmonic({ k: 1, r0: 2, cutoff: 3, ...(wrong as object) }),
  lennardJones: (wrong) =>
    prism.lennardJones({ epsilon: 1, sigma: 3, cutoff: 6, ...(wrong as object) }),
  morse: (wrong) => prism.morse({ depth: 1, alpha: 1, r0: 2, cutoff: 6, ...(wrong as object) }),
  stillingerWeber: (wrong) => prism.stillingerWeber({ element: "Si", ...(wrong as object) }),
  tersoff: (wrong) => prism.tersoff({ elements: ["Si"], ...(wrong as object) }),
  relax: (wrong) => prism.relax(nacl, attraction, wrong),
  molecularDynamics: (wrong) =>
    prism.molecularDynamics(nacl, attraction, {
      steps: 1,
      temperature: 300,
      ...(wrong as object),
    }),
  phonons: (wrong) => prism.phonons(nacl, attraction, wrong),
  resonance: (wrong) => prism.resonance(vibrations, wrong),
  kPath: (wrong) => prism.kPath(nacl, wrong),
  applyPattern: (wrong) =>
    prism.applyPattern(nacl, honeycomb.withoutCell(), {
      species: "Na",
      potential: attraction,
      ...(wrong as object),
    }),
  optimizeCrystal: (wrong) => prism.optimizeCrystal(nacl, attraction, wrong),
  asymmetricUnit: (wrong) => prism.asymmetricUnit(nacl, wrong),
  bonds: (wrong) => prism.bonds(nacl, wrong),
  centrosymmetry: (wrong) => prism.centrosymmetry(nacl, wrong),
  commonNeighborAnalysis: (wrong) => prism.commonNeighborAnalysis(nacl, wrong),
  conventional: (wrong) => prism.conventional(nacl, wrong),
  createNeighborTracker: (wrong) =>
    prism.createNeighborTracker({ cutoff: 3, ...(wrong as object) }),
  densePacking: (wrong) =>
    prism.densePacking({
      composition: { Ar: 4 },
      lattice,
      seed: 1,
      ...(wrong as object),
    } as never),
  diff: (wrong) => prism.diff(nacl, nacl, wrong),
  coulomb: (wrong) => prism.coulomb({ cutoff: 6, ...(wrong as object) }),
  ewald: (wrong) => prism.ewald(wrong),
  springs: (wrong) => prism.springs(nacl, { k: 1, cutoff: 3, ...(wrong as object) }),
  stability: (wrong) => prism.stability(nacl, attraction, wrong),
  elasticTensor: (wrong) => prism.elasticTensor(nacl, attraction, wrong),
  equationOfState: (wrong) => prism.equationOfState(nacl, attraction, wrong),
  embeddedAtom: (wrong) => prism.embeddedAtom({ text: "Cu" }, wrong),
  embeddedAtomOf: (wrong) => prism.embeddedAtomOf("Cu", wrong),
  fromPrototype: (wrong) => prism.fromPrototype("fcc", wrong),
  fromSpaceGroup: (wrong) =>
    prism.fromSpaceGroup({
      group: 225,
      lattice: { a: 4 },
      species: ["Cu"],
      fracPositions: [0, 0, 0],
      ...(wrong as object),
    }),
  generatePattern: (wrong) =>
    prism.generatePattern({ patternType: "kagome", counts: 2, ...(wrong as object) }),
  generatePatternAsync: (wrong) =>
    prism.generatePatternAsync({ patternType: "kagome", counts: 2 }, wrong),
  globalSearch: (wrong) =>
    prism.globalSearch({
      potential: attraction,
      composition: { Ar: 3 },
      method: "basinHopping",
      seed: 1,
      ...(wrong as object),
    }),
  groupStructures: (wrong) => prism.groupStructures([nacl], wrong),
  icosahedralQuasicrystal: (wrong) =>
    prism.icosahedralQuasicrystal({ spacing: 1, radius: 2, ...(wrong as object) }),
  interstitial: (wrong) =>
    prism.interstitial(nacl, {
      species: "Li",
      fracPosition: [0.25, 0.25, 0.25],
      ...(wrong as object),
    }),
  interstitialSites: (wrong) => prism.interstitialSites(nacl, wrong),
  matchStructures: (wrong) => prism.matchStructures(nacl, nacl, wrong),
  measurePattern: (wrong) => prism.measurePattern(honeycomb, "coordination", {}, wrong),
  nanoparticle: (wrong) =>
    prism.nanoparticle(nacl, { shape: "sphere", radius: 5, ...(wrong as object) }),
  nanotube: (wrong) => prism.nanotube({ n: 4, m: 4, ...(wrong as object) }),
  penroseTiling: (wrong) => prism.penroseTiling({ spacing: 1, radius: 3, ...(wrong as object) }),
  polyhedra: (wrong) => prism.polyhedra(nacl, found, wrong),
  powderPattern: (wrong) =>
    prism.powderPattern(nacl, {
      wavelength: "CuKa1",
      twoTheta: [20, 90],
      ...(wrong as object),
    }),
  primitive: (wrong) => prism.primitive(nacl, wrong),
  primitiveMapping: (wrong) => prism.primitiveMapping(nacl, wrong),
  prototypeOf: (wrong) => prism.prototypeOf(nacl, wrong),
  randomAlloy: (wrong) =>
    prism.randomAlloy(nacl, {
      site: 0,
      fractions: { Na: 0.5, K: 0.5 },
      seed: 1,
      ...(wrong as object),
    } as never),
  randomPacking: (wrong) =>
    prism.randomPacking({
      composition: { Ar: 4 },
      lattice,
      seed: 1,
      ...(wrong as object),
    } as never),
  readTrajectory: (wrong) => prism.readTrajectory(file, wrong).next(),
  registerKernel: (wrong) =>
    prism.registerKernel({ name: "misspelt", module: "node:fs", ...(wrong as object) }),
  runtimeTimeline: (wrong) => prism.runtimeTimeline([], { threadCount: 1, ...(wrong as object) }),
  show: (wrong) => prism.show(nacl, wrong),
  slab: (wrong) => prism.slab(nacl, { hkl: [1, 0, 0], layers: 1, ...(wrong as object) }),
  slabTerminations: (wrong) =>
    prism.slabTerminations(nacl, { hkl: [1, 0, 0], ...(wrong as object) }),
  suttonChen: (wrong) => prism.suttonChen(wrong),
  steinhardt: (wrong) => prism.steinhardt(nacl, wrong),
  structureFactors: (wrong) => prism.structureFactors(nacl, [1, 1, 1], wrong),
  structuresMatch: (wrong) => prism.structuresMatch(nacl, nacl, wrong),
  symmetrized: (wrong) => prism.symmetrized(nacl, wrong),
  symmetry: (wrong) => prism.symmetry(nacl, wrong),
  symmetryAsync: (wrong) => prism.symmetryAsync(nacl, wrong),
  table: (wrong) => prism.table([{ a: 1 }], wrong),
  toleranceScanAsync: (wrong) => prism.toleranceScanAsync(nacl, wrong),
  toleranceScan: (wrong) => prism.toleranceScan(nacl, wrong),
  trajectoryOf: (wrong) => prism.trajectoryOf(nacl.toText("cif"), wrong),
  trajectoryText: (wrong) => prism.trajectoryText([nacl], "cif", wrong),
  twistedBilayer: (wrong) => prism.twistedBilayer({ m: 1, r: 1, ...(wrong as object) }),
  twistedBilayerCells: (wrong) => prism.twistedBilayerCells(wrong),
  voronoiCells: (wrong) => prism.voronoiCells(nacl, wrong),
  writeTrajectory: (wrong) => prism.writeTrajectory([nacl], file, wrong),
};

/** Exported functions that take no options, or whose object is open: Plotly's layout, a plugin. */
const withoutOptions = [
  ...[
    "bondValenceSums",
    "coordination",
    "figure",
    "fitEquationOfState",
    "formFactor",
    "miller",
    "millerBravais",
  ],
  ...["millerBravaisDirection", "millerDirection", "nanotubeGeometry", "planeOfDirections"],
  ...["polyhedronConnections", "prototypes", "registerFormat", "runtimeInfo", "spaceGroup"],
  ...["spaceGroups", "substitution", "vacancy", "zoneAxis"],
];

/** The same of methods, and of what the functions above choose by their first argument. */
const methods: Readonly<Record<string, (wrong: never) => unknown>> = {
  "Potential.evaluate": (wrong) => attraction.withNames({ Na: "X", Cl: "X" }).evaluate(nacl, wrong),
  "Crystal.create": (wrong) =>
    Crystal.create({ lattice, species: ["Na"], fracPositions: [0, 0, 0], ...(wrong as object) }),
  "Crystal.fromFile": (wrong) => Crystal.fromFile(file, wrong),
  "Crystal.fromSites": (wrong) =>
    Crystal.fromSites({ lattice, sites: nacl.sites, ...(wrong as object) }),
  "Crystal.fromText": (wrong) => Crystal.fromText(nacl.toText("cif"), wrong),
  "crystal.neighborList": (wrong) => nacl.neighborList(3, wrong),
  "crystal.perturbed": (wrong) =>
    nacl.perturbed({ maxDistance: 0.1, seed: 1, ...(wrong as object) }),
  "crystal.strained": (wrong) => nacl.strained([0, 0, 0, 0, 0, 0], wrong),
  "crystal.toFile": (wrong) => nacl.toFile(file, wrong),
  "crystal.toText": (wrong) => nacl.toText("cif", wrong),
  "crystal.translated": (wrong) => nacl.translated([0, 0, 0], wrong),
  "crystal.withConfig": (wrong) => nacl.withConfig(wrong),
  "crystal.withSite": (wrong) =>
    nacl.withSite({ species: "Li", fracPosition: [0, 0, 0.1], ...(wrong as object) }),
  "ElasticTensor.fromVoigtGPa": (wrong) =>
    prism.ElasticTensor.fromVoigtGPa(Array(21).fill(1), wrong),
  "figure.toHtml": (wrong) => chart.toHtml(wrong),
  "figure.toPng": (wrong) => chart.toPng(wrong),
  "lattice.bravais": (wrong) => lattice.bravais(wrong),
  "lattice.brillouinZone": (wrong) => lattice.brillouinZone(wrong),
  "lattice.delaunay": (wrong) => lattice.delaunay(wrong),
  "lattice.distance": (wrong) => lattice.distance([0, 0, 0], [0, 0, 0.1], wrong),
  "lattice.lll": (wrong) => lattice.lll(wrong),
  "lattice.mappings": (wrong) => lattice.mappings(lattice, wrong).next(),
  "lattice.minimumImage": (wrong) => lattice.minimumImage([0, 0, 0.1], wrong),
  "lattice.niggli": (wrong) => lattice.niggli(wrong),
  "lattice.niggliCharacter": (wrong) => lattice.niggliCharacter(wrong),
  "lattice.rotated": (wrong) => lattice.rotated([0, 0, 1], 5, wrong),
  "lattice.strained": (wrong) => lattice.strained([0, 0, 0, 0, 0, 0], wrong),
  "lattice.wignerSeitzCell": (wrong) => lattice.wignerSeitzCell(wrong),
  "measurePattern without options": (wrong) =>
    prism.measurePattern(honeycomb, "hyperuniformity", wrong),
  "metrics.bondOrder": (wrong) => honeycomb.metrics.bondOrder(wrong),
  "metrics.coordination": (wrong) => honeycomb.metrics.coordination(wrong),
  "metrics.nearestDistanceHistogram": (wrong) => honeycomb.metrics.nearestDistanceHistogram(wrong),
  "metrics.steinhardt": (wrong) => honeycomb.metrics.steinhardt(wrong),
  "metrics.structureFactor": (wrong) => honeycomb.metrics.structureFactor(wrong),
  "new Figure": (wrong) => new prism.Figure({ data: [], ...(wrong as object) }),
  "new Runtime": (wrong) => new Runtime(wrong),
  "pattern.clipped": (wrong) => honeycomb.clipped(wrong),
  "pattern.decorate": (wrong) => honeycomb.decorate("C", wrong),
  "Pattern.fromPositions": (wrong) => Pattern.fromPositions([[0, 0, 0]], wrong),
  "pattern.glided": (wrong) => honeycomb.glided(wrong),
  "Pattern.merge": (wrong) => Pattern.merge([honeycomb], wrong),
  "pattern.mirrored": (wrong) => honeycomb.mirrored(wrong),
  "pattern.rotated": (wrong) => honeycomb.rotated(wrong),
  "pattern.screwed": (wrong) => honeycomb.screwed(wrong),
  "pattern.sheared": (wrong) => honeycomb.sheared(wrong),
  "Pattern.stack": (wrong) =>
    Pattern.stack([honeycomb, honeycomb], { separation: 3, ...(wrong as object) }),
  profile: (wrong) => lines.profile(wrong),
  "runtime.all": (wrong) => runtime.all([], wrong),
  "runtime.close": (wrong) => runtime.close(wrong),
  "show of an elastic tensor": (wrong) =>
    prism.show(prism.ElasticTensor.fromVoigtGPa(Array(21).fill(1)), wrong),
  "show of a diffraction pattern": (wrong) => prism.show(lines, wrong),
  "show of a pattern": (wrong) => prism.show(honeycomb, wrong),
  "show of a runtime": (wrong) => (prism.show as (...args: unknown[]) => unknown)(runtime, wrong),
  "show of a zone": (wrong) => prism.show(lattice.brillouinZone(), wrong),
  "task.pipe": (wrong) => nacl.neighborList(3).pipe((list) => list, wrong),
  "tracker.update": (wrong) => tracker.update(nacl, wrong),
};

async function refusal(call: (wrong: never) => unknown, wrong: object): Promise<unknown> {
  try {
    await call(wrong as never);
  } catch (error) {
    return error;
  }
  throw new Error("it was not refused");
}

describe("an option that means nothing", () => {
  it.each(Object.entries({ ...functions, ...methods }))("is refused by %s", async (_, call) => {
    const error = await refusal(call, { nonsense: 1 });
    expect(error).toBeInstanceOf(InvalidConfiguration);
    const { message, data } = error as InvalidConfiguration;
    const { field, known } = data as { field: string; known: readonly string[] };
    expect(field).toBe("nonsense");
    expect(message).toContain('"nonsense"');
    expect(message).toContain(
      known.length === 0 ? "there are none" : `the fields are ${known.join(", ")}`,
    );
  });

  it("was tried with every function that Prism exports", () => {
    const exported = Object.entries(prism)
      .filter(([, value]) => typeof value === "function" && !/^class\b/.test(String(value)))
      .map(([name]) => name);
    expect([...Object.keys(functions), ...withoutOptions].sort()).toEqual(exported.sort());
  });
});

describe("a misspelt option", () => {
  it.each([
    ["wavelenght", functions.powderPattern, "wavelength"],
    ["minIntensty", functions.powderPattern, "minIntensity"],
    ["timeoutMS", functions.powderPattern, "timeoutMs"],
    ["symPrec", functions.symmetry, "symprec"],
    ["tolerence", methods["lattice.niggli"], "tolerance"],
    ["mesure", methods["crystal.strained"], "measure"],
    ["styl", functions.show, "style"],
    ["fromat", methods["Crystal.fromFile"], "format"],
    ["on_loss", methods["crystal.toText"], "onLoss"],
  ])("%s is answered with what was meant", async (typed, call, meant) => {
    const error = await refusal(call, { [typed]: 1 });
    expect((error as Error).message).toContain(`did you mean ${meant}?`);
  });
});
