import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import {
  pickProperties,
  type SiteProperties,
  type SiteProperty,
} from "../crystal/site-properties.js";
import {
  type CellChange,
  type DroppedProperty,
  propertyDropped,
  turnedProperties,
} from "../crystal/turned-properties.js";
import type { Reduction } from "./translations.js";

/**
 * The site properties of a cell made of another: one value a site goes with the site, vectors and
 * tensors turn with the crystal. Left out with a warning is what differs between sites that the new
 * cell holds once, and what has no meaning in it.
 *
 * @param sources The given site that each new one came from; undefined where that cannot be told.
 */
export function carriedProperties(
  { siteProperties, siteCount }: Crystal,
  reduction: Reduction,
  sources: Int32Array | undefined,
  change: CellChange,
): { siteProperties: SiteProperties | undefined; warnings: CrystalWarning[] } {
  if (sources === undefined) {
    const reason = "its sites could not be told from the given ones";
    const lost = Object.keys(siteProperties).map((name) => propertyDropped({ name, reason }));
    return { siteProperties: undefined, warnings: lost };
  }
  const { even, lost } = evenProperties(siteProperties, siteCount, reduction);
  const { properties, dropped } = turnedProperties(even, siteCount, change);
  const warnings = [...lost, ...dropped].map(propertyDropped);
  const picked = pickProperties(properties, siteCount, sources.length, (site) => sources[site]);
  return { siteProperties: picked, warnings };
}

/** Those properties in which the sites that a pure translation relates are equal, and the others. */
export function evenProperties(
  properties: SiteProperties,
  siteCount: number,
  reduction: Pick<Reduction, "primitiveSite" | "firstSite">,
): { even: SiteProperties; lost: DroppedProperty[] } {
  const even: [string, SiteProperty][] = [];
  const lost: DroppedProperty[] = [];
  for (const [name, values] of Object.entries(properties)) {
    const isLost = isUneven(values, values.length / siteCount, reduction);
    if (!isLost) even.push([name, values]);
    else lost.push({ name, reason: "sites that a pure translation relates differ in it" });
  }
  return { even: Object.fromEntries(even), lost };
}

function isUneven(
  values: SiteProperty,
  width: number,
  { primitiveSite, firstSite }: Pick<Reduction, "primitiveSite" | "firstSite">,
): boolean {
  return Array.from<number | string>(values).some((value, i) => {
    const site = Math.floor(i / width);
    const first = values[width * firstSite[primitiveSite[site]] + (i % width)];
    return typeof value === "number" && typeof first === "number"
      ? Math.abs(value - first) > 1e-6 * Math.max(1, Math.abs(first))
      : value !== first;
  });
}
