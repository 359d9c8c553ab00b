import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { setProperty } from "../draft.js";
import type { JsonDocument } from "./document.js";
import type { JsonPath } from "./scan.js";

/**
 * The site properties of objects, one a site, with names turned into Prism's. What is not the same kind
 * of value for every site is left out with a warning.
 *
 * @param names Pairs of the file's name and Prism's.
 */
export function collectProperties(
  document: JsonDocument,
  objects: readonly unknown[],
  pathOf: (site: number) => JsonPath,
  names: readonly (readonly [string, string])[],
): { siteProperties: Record<string, SiteProperty>; warnings: CrystalWarning[] } {
  const siteProperties: Record<string, SiteProperty> = {};
  const warnings: CrystalWarning[] = [];
  const [first] = objects;
  if (typeof first !== "object" || first === null) return { siteProperties, warnings };
  for (const fileName of Object.keys(first)) {
    const values = objects.map(
      (one) => (one as Record<string, unknown> | null | undefined)?.[fileName],
    );
    const name = names.find(([file]) => file === fileName)?.[1] ?? fileName;
    const property = propertyOf(values);
    if (property !== undefined) setProperty(siteProperties, name, property);
    else if (!values.every((value) => value === null)) {
      const message = `the site property ${JSON.stringify(fileName.slice(0, 40))} is not of one kind and was left out`;
      warnings.push({ code: "PROPERTY_LEFT_OUT", message, line: document.lineOf(pathOf(0)) });
    }
  }
  return { siteProperties, warnings };
}

/** Numbers, booleans (1 and 0), rows of as many of them, or texts; undefined: something else. */
export function propertyOf(values: readonly unknown[]): SiteProperty | undefined {
  if (values.every((value) => typeof value === "string")) return values;
  const rows = values.map((value) =>
    Array.isArray(value) ? (value as readonly unknown[]) : [value],
  );
  const width = rows[0].length;
  if (width === 0 || rows.some((row) => row.length !== width)) return undefined;
  const numbers = rows.flatMap((row) =>
    row.map((item) => (typeof item === "boolean" ? Number(item) : item)),
  );
  const areFinite = numbers.every((item) => typeof item === "number" && Number.isFinite(item));
  return areFinite ? Float64Array.from(numbers as number[]) : undefined;
}

/** Row i of [n, width] numbers. */
export function rowOf(values: Float64Array, i: number, width: number): number[] {
  return Array.from(values.subarray(width * i, width * (i + 1)));
}
