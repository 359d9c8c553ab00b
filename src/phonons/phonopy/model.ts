import { Source } from "../../io/source.js";
import type { ForceConstantRows } from "./force-constants-text.js";
import { type ForceSet, severalMoved } from "./force-sets.js";
import { Pause } from "./pause.js";
import { type Section, sectionsOf, YamlPart } from "./sections.js";
import { Words } from "./words.js";

/** A cell of a phonopy.yaml, in the units of the program. */
export interface PhonopyCell {
  /** Rows. */
  readonly lattice: Float64Array;
  readonly symbols: readonly string[];
  readonly fracPositions: Float64Array;
  /** u; NaN where none is given. */
  readonly masses: Float64Array;
  /** Of collinear spins; undefined where there are none. */
  readonly moments: Float64Array | undefined;
  readonly part: YamlPart;
}

/** What a phonopy.yaml, phonopy_disp.yaml or phonopy_params.yaml says, in the units of the program. */
export interface PhonopyModel {
  readonly calculator: string | undefined;
  readonly primitive: PhonopyCell;
  readonly supercell: PhonopyCell;
  readonly forceSets: readonly ForceSet[] | undefined;
  readonly forceConstants: ForceConstantRows | undefined;
  readonly bornCharges: Float64Array | undefined;
  readonly dielectric: Float64Array | undefined;
  readonly coulomb: number | undefined;
}

/** Points of a cell that are read at once. */
const pointsAtOnce = 100;

/** @throws {ParseError} what is no YAML of phonopy, or lacks a cell. */
export async function modelOf(text: string, file?: string): Promise<PhonopyModel> {
  const reader = new ModelReader(new Source(text, file));
  const supercell = await reader.cell("supercell");
  if (supercell === undefined) {
    throw reader.source.error(
      "expected a phonopy.yaml with a supercell, as phonopy -d and phonopy --save write it; there is none",
      0,
    );
  }
  const primitive = await reader.primitive();
  const siteCount = supercell.symbols.length;
  const header = reader.part("phonopy");
  const born = reader.part("born_effective_charge")?.numbers(9 * primitive.symbols.length);
  const dielectric = reader.part("dielectric_constant")?.numbers(9);
  return {
    calculator: header?.get("calculator")?.text(),
    primitive,
    supercell,
    forceSets: await reader.forceSets(siteCount),
    forceConstants: await reader.forceConstants(siteCount),
    bornCharges: born,
    dielectric,
    coulomb: header?.get("nac_unit_conversion_factor")?.number(),
  };
}

class ModelReader {
  readonly source: Source;
  private readonly sections: ReadonlyMap<string, Section>;

  constructor(source: Source) {
    this.source = source;
    const sections = sectionsOf(source.text);
    this.sections = new Map(sections.map((section) => [section.key, section]));
    if (this.sections.size < sections.length) {
      const twice = sections.find((section) => this.sections.get(section.key) !== section);
      throw source.error(`${twice!.key} stands here and once more`, twice!.start);
    }
  }

  part(key: string): YamlPart | undefined {
    const section = this.sections.get(key);
    return section && YamlPart.of(this.source, section.start, section.end, "").get(key);
  }

  /** That, or the unit cell where it is its own primitive one. */
  async primitive(): Promise<PhonopyCell> {
    const given = await this.cell("primitive_cell");
    if (given !== undefined) return given;
    const unit = await this.cell("unit_cell");
    const matrix = this.part("primitive_matrix")?.numbers(9);
    const isUnit = matrix?.every((value, i) => value === (i % 4 === 0 ? 1 : 0)) ?? true;
    if (unit !== undefined && isUnit) return unit;
    throw this.source.error("expected a primitive_cell; there is none", 0);
  }

  /** The points a hundred at a time: trees of values take long to grow. */
  async cell(key: string): Promise<PhonopyCell | undefined> {
    const section = this.sections.get(key);
    if (section === undefined) return undefined;
    const { text } = this.source;
    const pattern = /^[ \t]*points:[ \t]*(?:#.*)?$/gm;
    pattern.lastIndex = section.start;
    const found = pattern.exec(text);
    const isLong = found !== null && found.index < section.end;
    const head = isLong ? pattern.lastIndex : section.end;
    const whole = YamlPart.of(this.source, section.start, head, "").need(key);
    const points = isLong
      ? await this.points(head, section.end, `${key}.points`)
      : whole.need("points").items();
    if (points.length === 0) throw whole.error(`${key} has no points`);
    return cellOf(whole, points);
  }

  private async points(start: number, end: number, name: string): Promise<YamlPart[]> {
    const starts = itemsOf(this.source.text, start, end);
    const parts: YamlPart[] = [];
    const pause = new Pause();
    for (let at = 0; at < starts.length - 1; at += pointsAtOnce) {
      const to = starts[Math.min(at + pointsAtOnce, starts.length - 1)];
      parts.push(...YamlPart.of(this.source, starts[at], to, name).items());
      await pause.rest();
    }
    return parts;
  }

  async forceConstants(siteCount: number): Promise<ForceConstantRows | undefined> {
    const words = this.words("force_constants");
    if (words === undefined) return undefined;
    if (words.takeKey("format")) words.next();
    words.expectKey("shape");
    const rowCount = words.integer("the number of rows", 1, siteCount);
    words.integer("the number of sites of the supercell", siteCount, siteCount);
    words.expectKey("elements");
    const count = 9 * rowCount * siteCount;
    words.requireRoom(count, "force constants");
    const values = new Float64Array(count);
    await words.fill(values, 0, count, "a force constant");
    if (words.kind !== "end") throw words.expected(`no more than ${count} force constants`);
    return { sites: undefined, siteCount, values };
  }

  /** Undefined where there are none, or displacements without forces. */
  async forceSets(siteCount: number): Promise<ForceSet[] | undefined> {
    const words = this.words("displacements");
    if (words === undefined || words.kind === "end") return undefined;
    const sets = words.kind === "key" && words.word === "atom" ? oneByOne : snapshots;
    return sets(words, siteCount);
  }

  private words(key: string): Words | undefined {
    const section = this.sections.get(key);
    if (section === undefined) return undefined;
    const words = new Words(this.source, section.start, section.end);
    words.next();
    return words;
  }
}

async function oneByOne(words: Words, siteCount: number): Promise<ForceSet[] | undefined> {
  const sets: ForceSet[] = [];
  let without = 0;
  while (words.kind !== "end") {
    words.expectKey("atom");
    const site = words.integer("the number of the displaced atom", 1, siteCount) - 1;
    words.expectKey("displacement");
    const vector = words.vector("a component of the displacement");
    while (words.kind === "key" && words.word !== "atom" && words.word !== "forces") {
      words.skipEntry();
    }
    if (!words.takeKey("forces")) {
      without++;
      continue;
    }
    words.requireRoom(3 * siteCount, "components of forces");
    const forces = new Float64Array(3 * siteCount);
    await words.fill(forces, 0, forces.length, "a component of a force");
    while (words.kind === "key" && words.word !== "atom") {
      words.skipEntry();
    }
    sets.push({ site, vector, forces });
  }
  if (sets.length === 0) return undefined;
  if (without > 0) throw words.error(`${without} of the displacements have no forces`);
  return sets;
}

async function snapshots(words: Words, siteCount: number): Promise<ForceSet[] | undefined> {
  const sets: ForceSet[] = [];
  const pause = new Pause();
  for (let index = 0; words.kind !== "end"; index++) {
    const moved: [number, readonly [number, number, number]][] = [];
    const forces = new Float64Array(3 * siteCount);
    for (let site = 0; site < siteCount; site++) {
      words.expectKey("displacement");
      const vector = words.vector("a component of the displacement");
      if (Math.hypot(...vector) > 1e-8) moved.push([site, vector]);
      if (!words.takeKey("force")) return undefined;
      forces.set(words.vector("a component of a force"), 3 * site);
      await pause.rest();
    }
    if (moved.length !== 1) throw words.error(severalMoved(moved.length, index));
    sets.push({ site: moved[0][0], vector: moved[0][1], forces });
  }
  return sets;
}

function cellOf(whole: YamlPart, points: readonly YamlPart[]): PhonopyCell {
  const fracPositions = new Float64Array(3 * points.length);
  const moments = new Float64Array(points.length);
  let isMagnetic = false;
  const masses = new Float64Array(points.length);
  const symbols = points.map((point, site) => {
    fracPositions.set(point.need("coordinates").numbers(3), 3 * site);
    const mass = point.get("mass");
    masses[site] = mass?.number() ?? Number.NaN;
    if (masses[site] <= 0) throw mass!.error(`expected a mass above 0 u, got ${masses[site]}`);
    const moment = point.get("magnetic_moment");
    if (moment !== undefined) {
      moments[site] = moment.number();
      isMagnetic ||= moments[site] !== 0;
    }
    return point.need("symbol").text();
  });
  return {
    lattice: whole.need("lattice").numbers(9),
    symbols,
    fracPositions,
    masses,
    moments: isMagnetic ? moments : undefined,
    part: whole,
  };
}

/** Where the items of the list after an offset begin, and where the last of them ends. */
function itemsOf(text: string, start: number, end: number): number[] {
  const starts: number[] = [];
  let indent = -1;
  let at = text.indexOf("\n", start) + 1;
  while (at > 0 && at < end) {
    const [, spaces, rest = ""] = /^( *)(-(?= )|\S)?/.exec(text.slice(at, at + 200))!;
    const isBlank = rest === "" || rest === "#";
    if (!isBlank) {
      const isItem = rest === "-" && (indent < 0 || spaces.length === indent);
      if (isItem) indent = spaces.length;
      if (!isItem && spaces.length <= indent) break;
      if (isItem) starts.push(at);
    }
    at = text.indexOf("\n", at) + 1;
  }
  return [...starts, at > 0 ? Math.min(at, end) : end];
}
