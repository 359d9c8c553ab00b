import type { AsymmetricUnit } from "../symmetry/asymmetric-unit.js";
import type { CellTransformation, SymmetryDataset } from "../symmetry/dataset.js";
import type { SpaceGroup } from "../symmetry/space-group.js";
import type { ToleranceScan } from "../symmetry/tolerance-scan.js";
import { formulaHtml } from "./look.js";
import type { MimeBundle } from "./mime.js";
import { escapeXml } from "./svg.js";
import { Table } from "./table.js";

/** Sites of an orbit that are named; the rest is counted. */
const namedSites = 6;
/** Triplets of a Wyckoff position that are written out. */
const namedTriplets = 4;

type Facts = readonly (readonly [string, string])[];

/** A heading, facts in two columns, and a table. */
function card(heading: string, symbol: string, facts: Facts, rows: Table): MimeBundle {
  const cell = 'style="text-align:left;padding:0.1em 0.9em"';
  const lines = facts.map(
    ([name, value]) =>
      `<tr><td ${cell}><span style="opacity:0.7">${escapeXml(name)}</span></td>` +
      `<td ${cell}>${escapeXml(value)}</td></tr>`,
  );
  const html = [
    `<div style="padding:0.2em 0.9em;font-size:1.25em">${symbolHtml(symbol)}${headingHtml(heading)}</div>`,
    `<table style="border-collapse:collapse"><tbody>${lines.join("")}</tbody></table>`,
    rows.toHtml(),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const text = [
    symbol + heading,
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    rows.toString(),
  ];
  return { "text/html": html.join(""), "text/plain": text.join("\n") };
}

/** "P4_2/mnm" with its index below the line, "Fm-3m" with a bar, letters in italics. */
export function symbolHtml(symbol: string): string {
  return escapeXml(symbol)
    .replace(/[A-Za-z]/g, "<i>$&</i>")
    .replace(/_(\d)/g, "<sub>$1</sub>")
    .replace(/-(\d)/g, '<span style="text-decoration:overline">$1</span>');
}

/** ", no. 221: SrTiO3" with its formula set as one. */
function headingHtml(heading: string): string {
  const at = heading.lastIndexOf(" ") + 1;
  return escapeXml(heading.slice(0, at)) + formulaHtml(escapeXml(heading.slice(at)));
}

export function datasetCard(dataset: SymmetryDataset): MimeBundle {
  const { spaceGroup, crystal, spaceGroupNumber, internationalSymbol } = dataset;
  const multiplicity = new Map(
    spaceGroup.wyckoffPositions.map((position) => [position.letter, position.multiplicity]),
  );
  const rows = dataset.equivalentSites.map((sites) => {
    const letter = dataset.wyckoffLetters[sites[0]];
    const names = sites.slice(0, namedSites).map((site) => crystal.labels[site]);
    const rest = sites.length - names.length;
    return {
      Wyckoff: `${multiplicity.get(letter)}${letter}`,
      "site symmetry": dataset.siteSymmetries[sites[0]],
      sites: names.join(", ") + (rest > 0 ? ` and ${rest} more` : ""),
    };
  });
  const facts: Facts = [
    ...groupFacts(spaceGroup),
    ["Pearson symbol", dataset.pearsonSymbol],
    ["standard cell", transformationText(dataset.transformation)],
    ["symprec", `${dataset.symprec} Å`],
  ];
  const heading = `, no. ${spaceGroupNumber}: ${crystal.formula}`;
  return card(heading, internationalSymbol, facts, new Table(rows, {}));
}

function groupFacts(group: SpaceGroup): Facts {
  const setting = group.setting === "" ? "" : `, setting ${group.setting}`;
  return [
    ["crystal system", group.crystalSystem],
    ["point group", `${group.pointGroup}, Laue class ${group.laueClass}`],
    ["full symbol", `${group.internationalFull}${setting}`],
    ["Hall symbol", `${group.hallSymbol} (${group.hallNumber})`],
  ];
}

export function spaceGroupCard(group: SpaceGroup): MimeBundle {
  const rows = group.wyckoffPositions.map(
    ({ letter, multiplicity, siteSymmetry, coordinates }) => ({
      Wyckoff: `${multiplicity}${letter}`,
      "site symmetry": siteSymmetry,
      coordinates:
        coordinates.slice(0, namedTriplets).map(inBrackets).join(" ") +
        (coordinates.length > namedTriplets ? " …" : ""),
    }),
  );
  const traits = [
    group.isCentrosymmetric ? "centrosymmetric" : "",
    group.isSohncke ? "Sohncke" : "",
    group.isPolar ? "polar" : "",
    group.isSymmorphic ? "symmorphic" : "",
  ].filter((trait) => trait !== "");
  const facts: Facts = [
    ...groupFacts(group),
    ["Bravais lattice", group.bravaisLattice],
    ["operations", String(group.order)],
    ["is", traits.join(", ") || "not symmorphic"],
  ];
  return card(`, no. ${group.number}`, group.internationalSymbol, facts, new Table(rows, {}));
}

const inBrackets = (triplet: string) => `(${triplet})`;

export function asymmetricUnitCard({ spaceGroup, lattice, sites }: AsymmetricUnit): MimeBundle {
  const rows = sites.map(({ label, occupants, fracPosition: [x, y, z], ...site }) => ({
    label,
    species: occupants
      .map(({ species, occupancy }) => `${species}${occupancy === 1 ? "" : ` ${occupancy}`}`)
      .join(", "),
    Wyckoff: `${site.multiplicity}${site.wyckoffLetter}`,
    "site symmetry": site.siteSymmetry,
    x,
    y,
    z,
  }));
  const facts: Facts = [["cell", String(lattice)], ...groupFacts(spaceGroup)];
  const heading = `, no. ${spaceGroup.number}: asymmetric unit`;
  return card(heading, spaceGroup.internationalSymbol, facts, new Table(rows, {}));
}

export function toleranceScanTable(scan: ToleranceScan): MimeBundle {
  const rows = scan.plateaus.map(
    ({ from, to, internationalSymbol, spaceGroupNumber, stepCount }) => ({
      "from (Å)": from.toPrecision(2),
      "to (Å)": to.toPrecision(2),
      group: internationalSymbol ?? "none found",
      number: spaceGroupNumber,
      steps: stepCount,
    }),
  );
  return new Table(rows, { title: "Space group over symprec" }).toMimeBundle();
}

/** "a+b, -a+b, c; origin 0, 0, 0.25": the standard vectors in terms of the given ones. */
function transformationText({ matrix, originShift }: CellTransformation): string {
  const vectors = [0, 1, 2].map((column) =>
    [0, 1, 2]
      .map((row) => term(matrix[3 * row + column], "abc"[row]))
      .join("")
      .replace(/^\+/, ""),
  );
  const origin = originShift.map((value) => String(Number(value.toFixed(4)) + 0));
  return `${vectors.join(", ")}; origin ${origin.join(", ")}`;
}

function term(value: number, letter: string): string {
  const size = Math.abs(value);
  if (size < 1e-6) return "";
  const factor = Math.abs(size - 1) < 1e-6 ? "" : fraction(size);
  return `${value < 0 ? "-" : "+"}${factor}${letter}`;
}

function fraction(value: number): string {
  const denominator = [1, 2, 3, 4, 6, 8].find(
    (n) => Math.abs(value * n - Math.round(value * n)) < 1e-6,
  );
  if (denominator === undefined) return value.toFixed(4);
  const numerator = Math.round(value * denominator);
  return denominator === 1 ? String(numerator) : `${numerator}/${denominator}`;
}
