import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { Kinds, setProperty, speciesNamed } from "../draft.js";
import type { Lines } from "../lines.js";
import { parseNumber } from "../numbers.js";
import { clip } from "../source.js";
import { orderOfIds, picked } from "./data-atoms.js";
import { nameTheTypes, speciesOfType } from "./types.js";
import type { Units } from "./units.js";

const coordinates = [
  { names: ["x", "y", "z"], isScaled: false },
  { names: ["xs", "ys", "zs"], isScaled: true },
  { names: ["xu", "yu", "zu"], isScaled: false },
  { names: ["xsu", "ysu", "zsu"], isScaled: true },
] as const;

/** Columns of a snapshot that are not site properties of their own. */
const used: ReadonlySet<string> = new Set([
  ...["id", "type", "element", "mass", "q", "mol"],
  ...coordinates.flatMap(({ names }) => names),
  ...["vx", "vy", "vz", "fx", "fy", "fz", "ix", "iy", "iz"],
]);

/** The table below "ITEM: ATOMS id type x y z". */
export class DumpColumns {
  readonly names: readonly string[];
  private readonly lines: Lines;
  private readonly numbers: Float64Array[];
  /** Columns in which something is no number. */
  private readonly texts = new Map<number, string[]>();
  private readonly atomCount: number;
  private knownOrder: Int32Array | undefined;

  /** The current line is that of the names. */
  constructor(lines: Lines, atomCount: number) {
    lines.rewind();
    this.names = lines.words().slice(2);
    this.lines = lines;
    this.atomCount = atomCount;
    const { names } = this;
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw lines.error(`expected no column twice, got ${clip(twice)}`);
    if (!coordinates.some((one) => one.names.every((name) => names.includes(name)))) {
      throw lines.error(
        `expected columns x y z, xs ys zs, xu yu zu or xsu ysu zsu, got ${clip(names.join(" "))}`,
      );
    }
    // Checked before the columns are allocated.
    lines.requireLines(atomCount, 2 * names.length, "atoms");
    this.numbers = names.map((name) => new Float64Array(name === "element" ? 0 : atomCount));
    const element = names.indexOf("element");
    if (element >= 0) this.texts.set(element, new Array<string>(atomCount).fill(""));
  }

  read(row: number): void {
    const { lines, names, numbers } = this;
    for (let k = 0; k < names.length; k++) {
      if (!lines.nextWord()) throw lines.error(`expected ${names[k]}, but the line ends`);
      const texts = this.texts.get(k);
      if (texts !== undefined) {
        texts[row] = lines.word;
        continue;
      }
      const value = parseNumber(lines.text, lines.wordStart, lines.wordEnd);
      if (Number.isFinite(value)) numbers[k][row] = value;
      else this.startTexts(k, row);
    }
  }

  species(elements: readonly string[] | undefined): { kinds: Kinds; kindOfSite: Int32Array } {
    const kinds = new Kinds();
    const kindOfName = new Map<string, number>();
    const { order } = this;
    const [element, type, mass] = ["element", "type", "mass"].map((name) => this.textAt(name));
    const kindOfSite = Int32Array.from(order, (row) => {
      const key = element?.(row) ?? (type ? `${type(row)} ${mass?.(row) ?? ""}` : undefined);
      const known = kindOfName.get(key ?? "");
      if (known !== undefined) return known;
      const kind = this.kindOf(kinds, elements, element?.(row), type?.(row), mass?.(row));
      kindOfName.set(key ?? "", kind);
      return kind;
    });
    return { kinds, kindOfSite };
  }

  positions(): { isScaled: boolean; values: Float64Array } {
    const found = coordinates.find(({ names }) =>
      names.every((name) => this.names.includes(name)),
    )!;
    return { isScaled: found.isScaled, values: this.vectors(found.names)! };
  }

  siteProperties(units: Units, warnings: CrystalWarning[]): Record<string, SiteProperty> {
    const properties: Record<string, SiteProperty> = {};
    const add = (
      name: string,
      values: Float64Array | undefined,
      factor: number | undefined = 1,
    ) => {
      if (values === undefined) return;
      properties[name] = factor === 1 ? values : values.map((value) => value * factor);
    };
    if (units.velocity !== undefined)
      add("velocities", this.vectors(["vx", "vy", "vz"]), units.velocity);
    if (units.force !== undefined) add("forces", this.vectors(["fx", "fy", "fz"]), units.force);
    add("charge", this.scalars("q"));
    add("moleculeId", this.scalars("mol"));
    const image = this.vectors(["ix", "iy", "iz"]);
    if (image?.some((count) => count !== 0)) add("image", image);
    const groups = this.groups();
    const grouped = new Set([...groups.values()].flat());
    this.names.forEach((name, k) => {
      if (used.has(name)) return;
      const texts = this.texts.get(k);
      if (texts === undefined || !texts.some((text) => /^[+-]?(nan|inf)/i.test(text))) {
        if (texts)
          setProperty(
            properties,
            name,
            Array.from(this.order, (row) => texts[row]),
          );
        else if (!grouped.has(name)) setProperty(properties, name, this.scalars(name)!);
        return;
      }
      const message = `"${name.slice(0, 40)}" is not finite for all atoms and was left out`;
      warnings.push({ code: "PROPERTY_NOT_FINITE", message, line: this.lines.lineNumber });
    });
    for (const [name, names] of groups) setProperty(properties, name, this.vectors(names)!);
    return properties;
  }

  /** Rows in the order of their ids, once all are read. */
  private get order(): Int32Array {
    const id = this.scalarColumn("id");
    this.knownOrder ??=
      id === undefined
        ? Int32Array.from({ length: this.atomCount }, (_, i) => i)
        : orderOfIds(this.numbers[id]);
    return this.knownOrder;
  }

  private scalarColumn(name: string): number | undefined {
    const k = this.names.indexOf(name);
    return k < 0 || this.texts.has(k) ? undefined : k;
  }

  private scalars(name: string): Float64Array | undefined {
    const k = this.scalarColumn(name);
    return k === undefined ? undefined : picked(this.numbers[k], 1, this.order);
  }

  private vectors(names: readonly string[]): Float64Array | undefined {
    const columns = names.map((name) => this.names.indexOf(name));
    if (columns.some((k) => k < 0)) return undefined;
    const text = columns.find((k) => this.texts.has(k));
    if (text !== undefined) {
      throw this.lines.error(`expected finite numbers in the column ${this.names[text]}`);
    }
    const width = columns.length;
    const out = new Float64Array(width * this.atomCount);
    this.order.forEach((row, i) => {
      for (let k = 0; k < width; k++) out[width * i + k] = this.numbers[columns[k]][row];
    });
    return out;
  }

  /** c_stress[1], c_stress[2], ... from 1 on are one property. */
  private groups(): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const name of this.names) {
      const first = /^([^[\]]+)\[1\]$/.exec(name)?.[1];
      if (first === undefined || used.has(first) || this.names.includes(first)) continue;
      const members: string[] = [];
      for (let k = 1; this.scalarColumn(`${first}[${k}]`) !== undefined; k++) {
        members.push(`${first}[${k}]`);
      }
      if (members.length > 0) groups.set(first, members);
    }
    return groups;
  }

  private textAt(name: string): ((row: number) => string) | undefined {
    const k = this.names.indexOf(name);
    if (k < 0) return undefined;
    const texts = this.texts.get(k);
    return texts ? (row) => texts[row] : (row) => String(this.numbers[k][row]);
  }

  private kindOf(
    kinds: Kinds,
    elements: readonly string[] | undefined,
    element: string | undefined,
    type: string | undefined,
    mass: string | undefined,
  ): number {
    const named = elements?.[Number(type) - 1];
    const species =
      named !== undefined
        ? speciesNamed(named)
        : element !== undefined
          ? speciesNamed(element)
          : speciesOfType({
              ...(type !== undefined && { label: type }),
              ...(mass !== undefined && { mass: Number(mass) }),
            });
    if (species !== undefined) return kinds.of([{ species, occupancy: 1 }]);
    const found = clip(named ?? element ?? `type ${type ?? "?"}`);
    throw this.lines.error(`the element of ${found} is not known; ${nameTheTypes}`);
  }

  private startTexts(k: number, row: number): void {
    const { numbers, lines } = this;
    if (/^[xyz]s?u?$/.test(this.names[k])) {
      throw lines.error(`expected ${this.names[k]}, a finite number, got ${clip(lines.word)}`);
    }
    const texts = Array.from(numbers[k], (value, i) => (i < row ? String(value) : ""));
    texts[row] = lines.word;
    this.texts.set(k, texts);
  }
}
