import type { Crystal } from "../../crystal/crystal.js";
import type { WriteOptions } from "../../crystal/formats.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { hasOwnLabels, oneLine, reportLosses, requireOrdered } from "../losses.js";
import { numberText } from "../numbers.js";
import { infoText } from "./comment.js";
import { isExtended } from "./read.js";

/** One column or several of the sites, as text. */
interface WrittenColumn {
  readonly description: string;
  text(site: number): string;
}

const fileNames: Readonly<Record<string, string>> = {
  selectiveDynamics: "move_mask",
  magneticMoment: "magmoms",
};
const reservedColumns = ["species", "pos", "Z", "label", "oxidation_state"];
const reservedKeys = ["lattice", "properties", "pbc"];

/**
 * Elements and Cartesian coordinates alone.
 *
 * @throws {InvalidConfiguration} shared or partly occupied sites.
 */
export function writeXyz(crystal: Crystal, options: WriteOptions): string {
  const species = requireOrdered("xyz", crystal);
  const { comment } = crystal.info;
  const given = oneLine(options.comment ?? (typeof comment === "string" ? comment : ""));
  const remark = isExtended(given) ? crystal.cellFormula : given;
  reportLosses("xyz", crystal, options, { info: remark === given ? ["comment"] : [] });
  if (crystal.periodic.some(Boolean)) {
    options.onLoss?.({ code: "CELL_LOST", message: '"xyz" does not keep the cell; "extxyz" does' });
  }
  const { cartPositions, kindOfSite } = crystal;
  const lines = Array.from(kindOfSite, (kind, i) => {
    return `${species[kind].symbol} ${rowText(cartPositions, i, 3)}`;
  });
  return `${crystal.siteCount}\n${remark}\n${lines.join("\n")}\n`;
}

/**
 * Extended XYZ with cell, periodicity, site properties, labels and info, every digit of each.
 *
 * @throws {InvalidConfiguration} shared or partly occupied sites.
 */
export function writeExtxyz(crystal: Crystal, options: WriteOptions): string {
  requireOrdered("extxyz", crystal);
  const columns = columnsOf(crystal);
  const info = Object.entries(crystal.info).filter(
    ([key]) => key !== "" && !reservedKeys.includes(key.toLowerCase()),
  );
  const keptInfo = info.map(([key]) => key);
  reportLosses("extxyz", crystal, options, {
    oxidationStates: hasAllStates(crystal),
    labels: canBeColumn("label", crystal.labels),
    siteProperties: Object.entries(crystal.siteProperties)
      .filter(([name, values]) => isKept(name, values))
      .map(([name]) => name),
    info: keptInfo,
  });
  const head = [
    `Lattice="${Array.from(crystal.lattice.matrix, numberText).join(" ")}"`,
    `Properties=${columns.map(({ description }) => description).join(":")}`,
    `pbc="${crystal.periodic.map((flag) => (flag ? "T" : "F")).join(" ")}"`,
    ...infoText(Object.fromEntries(info)),
  ];
  const lines: string[] = [];
  for (let i = 0; i < crystal.siteCount; i++) {
    let line = columns[0].text(i);
    for (let k = 1; k < columns.length; k++) line += ` ${columns[k].text(i)}`;
    lines.push(line);
  }
  return `${crystal.siteCount}\n${head.join(" ")}\n${lines.join("\n")}\n`;
}

function columnsOf(crystal: Crystal): WrittenColumn[] {
  const { kinds, kindOfSite, cartPositions, labels, siteProperties, siteCount } = crystal;
  const symbols = kinds.map(([{ species }]) => species.symbol);
  const columns: WrittenColumn[] = [
    { description: "species:S:1", text: (i) => symbols[kindOfSite[i]] },
    { description: "pos:R:3", text: (i) => rowText(cartPositions, i, 3) },
  ];
  if (hasAllStates(crystal)) {
    const states = kinds.map(([{ species }]) => numberText(species.oxidationState!));
    columns.push({ description: "oxidation_state:R:1", text: (i) => states[kindOfSite[i]] });
  }
  if (hasOwnLabels(crystal) && canBeColumn("label", labels)) {
    columns.push({ description: "label:S:1", text: (i) => labels[i] });
  }
  for (const [name, values] of Object.entries(siteProperties)) {
    if (isKept(name, values)) columns.push(propertyColumn(name, values, siteCount));
  }
  return columns;
}

function propertyColumn(name: string, values: SiteProperty, siteCount: number): WrittenColumn {
  const fileName = fileNames[name] ?? name;
  if (!(values instanceof Float64Array)) {
    return { description: `${fileName}:S:1`, text: (i) => values[i] };
  }
  const width = values.length / siteCount;
  if (name === "selectiveDynamics" && values.every((value) => value === 0 || value === 1)) {
    const flag = (value: number) => (value === 1 ? "T" : "F");
    return {
      description: `${fileName}:L:${width}`,
      text: (i) => Array.from(values.subarray(width * i, width * (i + 1)), flag).join(" "),
    };
  }
  return { description: `${fileName}:R:${width}`, text: (i) => rowText(values, i, width) };
}

function isKept(name: string, values: SiteProperty): boolean {
  if (reservedColumns.includes(name)) return false;
  return values instanceof Float64Array ? isColumnName(name) : canBeColumn(name, values);
}

function canBeColumn(name: string, texts: readonly string[]): boolean {
  return isColumnName(name) && texts.every((text) => /^[^\s\0]+$/.test(text));
}

function isColumnName(name: string): boolean {
  return /^[^\s:="'{}[\]\\]+$/.test(name);
}

function hasAllStates({ kinds }: Crystal): boolean {
  return kinds.every(([{ species }]) => species.oxidationState !== undefined);
}

function rowText(values: Float64Array, i: number, width: number): string {
  let text = numberText(values[width * i]);
  for (let k = 1; k < width; k++) text += ` ${numberText(values[width * i + k])}`;
  return text;
}
