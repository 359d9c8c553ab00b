import { show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";

/** Numbers, [n] or [n, k] row-major, or one text a site, [n]. */
export type SiteProperty = Float64Array | readonly string[];

/** By name: "magneticMoment", "forces", "residueName". Read, do not write. */
export type SiteProperties = Readonly<Record<string, SiteProperty>>;

/** Numbers, flat or as rows, or one text a site. */
export type SitePropertyInput =
  | ArrayLike<number>
  | readonly ArrayLike<number>[]
  | readonly string[];

/**
 * Checks and copies what `Crystal.create` was given.
 *
 * @throws {ShapeError} not the same number of values for every site. @throws {DomainError} not finite.
 */
export function sitePropertiesOf(
  given: Readonly<Record<string, SitePropertyInput>> | undefined,
  siteCount: number,
): SiteProperties | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "object" || given === null) {
    throw new InvalidConfiguration(
      `siteProperties must be values by name, such as { magneticMoment: [1, -1] }, got ${show(given)}`,
      { siteProperties: given },
    );
  }
  const entries = Object.entries(given).map(([name, values]) => {
    return [name, propertyOf(name, values, siteCount)] as const;
  });
  return entries.length === 0 ? undefined : Object.freeze(Object.fromEntries(entries));
}

function propertyOf(name: string, given: SitePropertyInput, siteCount: number): SiteProperty {
  const list: ArrayLike<unknown> | undefined =
    Array.isArray(given) || ArrayBuffer.isView(given) ? (given as ArrayLike<unknown>) : undefined;
  const flat = list === undefined ? [] : Array.from(list).flatMap(asList);
  if (flat.length === 0 || flat.length % siteCount !== 0) {
    throw new ShapeError(
      `the site property "${name}" must hold the same number of values for each of the ` +
        `${siteCount} sites, got ${list === undefined ? show(given) : `${flat.length} values`}`,
      { name, siteCount, length: flat.length },
    );
  }
  if (flat.every((value) => typeof value === "string")) {
    if (flat.length === siteCount) return flat;
    throw new ShapeError(`the site property "${name}" must hold one text a site`, { name });
  }
  const bad = flat.findIndex((value) => typeof value !== "number" || !Number.isFinite(value));
  if (bad < 0) return Float64Array.from(flat as number[]);
  throw new DomainError(
    `the site property "${name}" must hold finite numbers or texts, got ${show(flat[bad])}`,
    { name, index: bad, value: flat[bad] },
  );
}

function asList(value: unknown): unknown[] {
  const isRow = Array.isArray(value) || ArrayBuffer.isView(value);
  return isRow ? Array.from(value as ArrayLike<unknown>) : [value];
}

/**
 * The properties of sites made from others: site i was `source(i)` of `oldCount`. Vectors and tensors
 * are taken as they are: turning them is the caller's.
 */
export function pickProperties(
  properties: SiteProperties | undefined,
  oldCount: number,
  siteCount: number,
  source: (site: number) => number,
): SiteProperties | undefined {
  if (properties === undefined) return undefined;
  const picked = Object.entries(properties).map(([name, values]) => {
    return [name, pickSites(values, oldCount, siteCount, source)] as const;
  });
  return Object.freeze(Object.fromEntries(picked));
}

function pickSites(
  values: SiteProperty,
  oldCount: number,
  siteCount: number,
  source: (site: number) => number,
): SiteProperty {
  if (!(values instanceof Float64Array)) {
    return Array.from({ length: siteCount }, (_, i) => values[source(i)]);
  }
  const width = values.length / oldCount;
  const picked = new Float64Array(width * siteCount);
  for (let i = 0; i < siteCount; i++) {
    const from = width * source(i);
    picked.set(values.subarray(from, from + width), width * i);
  }
  return picked;
}

/**
 * The properties with those of one more site.
 *
 * @throws {InvalidConfiguration} a property that is missing, unknown or of another width.
 */
export function joinProperties(
  properties: SiteProperties | undefined,
  given: Readonly<Record<string, number | string | ArrayLike<number>>> | undefined,
  siteCount: number,
): SiteProperties | undefined {
  const added = given ?? {};
  const known = Object.entries(properties ?? {});
  const unknown = Object.keys(added).find((name) => !(name in (properties ?? {})));
  if (unknown !== undefined) {
    throw new InvalidConfiguration(
      `the other sites have no property ${show(unknown)}: add it to all of them by withSiteProperties`,
      { name: unknown, known: known.map(([name]) => name) },
    );
  }
  if (known.length === 0) return properties;
  const joined = known.map(([name, values]) => {
    const value = added[name];
    if (value === undefined) {
      throw new InvalidConfiguration(
        `the new site needs the property ${show(name)}, as all others have it: give ` +
          `properties: { ${name}: ... }, or take it off by withSiteProperties({ ${name}: undefined })`,
        { name },
      );
    }
    const rows = asList(value);
    const own = propertyOf(name, rows as number[], 1);
    if (own.length * siteCount !== values.length || typeof own[0] !== typeof values[0]) {
      throw new ShapeError(
        `the property "${name}" must hold ${values.length / siteCount} values of one kind for each site, ` +
          `got ${show(value)}`,
        { name, value },
      );
    }
    const all = [...values, ...own] as number[];
    return [name, values instanceof Float64Array ? Float64Array.from(all) : all] as const;
  });
  return Object.freeze(Object.fromEntries(joined)) as SiteProperties;
}
