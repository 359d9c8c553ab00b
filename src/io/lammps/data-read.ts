import type { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { AtomStyle, FormatContext } from "../../crystal/formats.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { Lattice } from "../../lattice/lattice.js";
import { crystalOf, Kinds, speciesNamed } from "../draft.js";
import { Lines } from "../lines.js";
import { clip } from "../source.js";
import { type AtomTable, readAtoms } from "./data-atoms.js";
import { type Header, readHeader, skipToFilled, uncommented } from "./data-header.js";
import { type AtomType, nameTheTypes, speciesOfType } from "./types.js";
import { type Units, unitsNamed } from "./units.js";

/** Everything a data file was found to hold. */
interface DataFile {
  readonly header: Header;
  readonly units: Units;
  readonly types: Map<number, AtomType>;
  readonly warnings: CrystalWarning[];
  atoms?: AtomTable;
  velocities?: Float64Array;
}

/** @throws {ParseError} with file, line and column. */
export function parseLammpsData(text: string, context: FormatContext): Crystal {
  const lines = Lines.of(text, context.file);
  lines.expectLine("a title");
  const warnings: CrystalWarning[] = [];
  const unitName = /\bunits\s*=\s*(\w+)/.exec(lines.line.slice(0, 1000))?.[1];
  const units = unitsNamed(lines, unitName, warnings);
  const header = readHeader(lines);
  const data: DataFile = { header, units, types: new Map(), warnings };
  do {
    readSection(lines, data, context);
  } while (skipToFilled(lines));
  const { atoms } = data;
  if (atoms === undefined) throw lines.ended('the section "Atoms"');
  return crystalOf(draftOf(lines, data, atoms, context), (message) => lines.error(message));
}

/** The current line is the section's name. */
function readSection(lines: Lines, data: DataFile, context: FormatContext): void {
  const [name] = uncommented(lines);
  const { atomCount, typeCount } = data.header;
  if (name === "Masses") readMasses(lines, data);
  else if (name === "Atom Type Labels") readLabels(lines, data);
  else if (name === "Atoms") {
    const style = styleOf(lines) ?? context.atomStyle;
    data.atoms = readAtoms(lines, { atomCount, typeCount, style }, data.types, data.warnings);
  } else if (name === "Velocities") readVelocities(lines, data);
  else if (/^[A-Z][A-Za-z ]*$/.test(name)) skipSection(lines);
  else throw lines.error(`expected the name of a section, such as "Atoms", got ${clip(name)}`);
}

/** "Atoms # full" */
function styleOf(lines: Lines): AtomStyle | undefined {
  const [, comment] = uncommented(lines);
  const style = comment?.trim().split(/\s+/)[0];
  if (style === undefined || style === "") return undefined;
  const styles: readonly string[] = ["atomic", "charge", "molecular", "full"];
  if (styles.includes(style)) return style as AtomStyle;
  if (["bond", "angle"].includes(style)) return "molecular";
  throw lines.error(
    `expected the atom style ${styles.join(", ")}, bond or angle, got ${clip(style)}`,
  );
}

function skipSection(lines: Lines): void {
  if (!skipToFilled(lines)) return;
  do {
    lines.rewind();
    if (/^\s*[A-Z][A-Za-z ]*(#|$)/.test(lines.line.slice(0, 200))) {
      lines.back();
      return;
    }
  } while (skipToFilled(lines));
}

function readMasses(lines: Lines, { header, types }: DataFile): void {
  for (let i = 0; i < header.typeCount; i++) {
    if (!skipToFilled(lines)) throw lines.ended("a mass");
    const comment = uncommented(lines)[1];
    const type = typeAt(lines, types, header.typeCount);
    const mass = lines.takeNumber("a mass");
    types.set(type, { ...types.get(type), mass, ...(comment !== undefined && { comment }) });
  }
}

function readLabels(lines: Lines, { header, types }: DataFile): void {
  for (let i = 0; i < header.typeCount; i++) {
    if (!skipToFilled(lines)) throw lines.ended("a type label");
    const type = lines.takeInteger("an atom type", 1, header.typeCount);
    types.set(type, { ...types.get(type), label: lines.takeWord("a type label") });
  }
}

/** A number, or a label where the file has labels. */
function typeAt(lines: Lines, types: ReadonlyMap<number, AtomType>, typeCount: number): number {
  const word = lines.takeWord("an atom type");
  for (const [type, { label }] of types) if (label === word) return type;
  lines.rewind();
  return lines.takeInteger("an atom type", 1, typeCount);
}

function readVelocities(lines: Lines, data: DataFile): void {
  const { atoms, header, units, warnings } = data;
  const line = lines.lineNumber;
  if (atoms === undefined) throw lines.error('expected the section "Atoms" before "Velocities"');
  const values = new Float64Array(3 * header.atomCount);
  for (let i = 0; i < header.atomCount; i++) {
    if (!skipToFilled(lines)) throw lines.ended(`velocity ${i + 1} of ${header.atomCount}`);
    const id = lines.takeInteger("an atom id", 0);
    const site = atoms.siteOfId.get(id);
    if (site === undefined) throw lines.error(`no atom has the id ${id}`);
    const velocity = lines.takeVector("a velocity");
    values.set(
      velocity.map((v) => v * (units.velocity ?? 1)),
      3 * site,
    );
  }
  if (units.velocity !== undefined) data.velocities = values;
  else {
    const message = "velocities in these units were left out";
    warnings.push({ code: "VELOCITIES_LEFT_OUT", message, line });
  }
}

function draftOf(
  lines: Lines,
  { header, units, types, velocities, warnings }: DataFile,
  atoms: AtomTable,
  context: FormatContext,
): Parameters<typeof crystalOf>[0] {
  const lattice = lines.located(() =>
    Lattice.fromMatrix(header.matrix.map((x) => x * units.length)),
  );
  const cartPositions = atoms.positions;
  for (let i = 0; i < cartPositions.length; i++) {
    cartPositions[i] = units.length * (cartPositions[i] - header.origin[i % 3]);
  }
  const kinds = new Kinds();
  const kindOfType = new Map<number, number>();
  const kindOfSite = atoms.types.map((type) => {
    const known = kindOfType.get(type);
    if (known !== undefined) return known;
    const kind = kindOf(lines, kinds, type, types, context);
    kindOfType.set(type, kind);
    return kind;
  });
  const isShared = kindOfType.size > new Set(kindOfType.values()).size;
  const siteProperties: Record<string, SiteProperty> = {
    ...(isShared && { atomType: Float64Array.from(atoms.types) }),
    ...(atoms.moleculeIds && { moleculeId: atoms.moleculeIds }),
    ...(atoms.charges && { charge: atoms.charges }),
    ...(atoms.images?.some((n) => n !== 0) && { image: atoms.images }),
    ...(velocities && { velocities }),
  };
  return { lattice, kinds, kindOfSite, cartPositions, siteProperties, warnings };
}

function kindOf(
  lines: Lines,
  kinds: Kinds,
  type: number,
  types: ReadonlyMap<number, AtomType>,
  { elements }: FormatContext,
): number {
  const given = elements?.[type - 1];
  const species = given !== undefined ? speciesNamed(given) : speciesOfType(types.get(type) ?? {});
  if (species !== undefined) return kinds.of([{ species, occupancy: 1 }]);
  const { mass } = types.get(type) ?? {};
  const found =
    given !== undefined ? `elements says ${clip(given)}` : mass ? `mass ${mass}` : "no mass";
  throw lines.error(`the element of atom type ${type} is not known (${found}); ${nameTheTypes}`, {
    type,
  });
}
