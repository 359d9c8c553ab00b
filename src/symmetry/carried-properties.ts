import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import {
  pickProperties,
  type SiteProperties,
  type SiteProperty,
} from "../crystal/site-properties.js";
import type { Reduction } from "./translations.js";

/**
 * The site properties of a cell made of another. One value a site goes with the site. Left out with a
 * warning is what differs between sites that the new cell holds once; and vectors and tensors where
 * the axes turn, because it is not known whether they are Cartesian.
 *
 * @param sources The given site that each new one came from; undefined where that cannot be told.
 */
export function carriedProperties(
  { siteProperties, siteCount }: Crystal,
  reduction: Reduction,
  sources: Int32Array | undefined,
  keepsAxes = false,
): { siteProperties: SiteProperties | undefined; warnings: CrystalWarning[] } {
  const kept: Record<string, SiteProperty> = {};
  const warnings: CrystalWarning[] = [];
  for (const [name, values] of Object.entries(siteProperties)) {
    const width = values.length / siteCount;
    const reason =
      sources === undefined
        ? "its sites could not be told from the given ones"
        : width > 1 && !keepsAxes
          ? `it has ${width} values a site, whose frame is not known`
          : isUneven(values, width, reduction)
            ? "sites that a pure translation relates differ in it"
            : undefined;
    if (reason === undefined) kept[name] = values;
    else {
      const message = `the site property "${name}" was left out of the new cell: ${reason}`;
      warnings.push({ code: "SITE_PROPERTY_DROPPED", message });
    }
  }
  if (sources === undefined || Object.keys(kept).length === 0) {
    return { siteProperties: undefined, warnings };
  }
  const picked = pickProperties(kept, siteCount, sources.length, (site) => sources[site]);
  return { siteProperties: picked, warnings };
}

function isUneven(
  values: SiteProperty,
  width: number,
  { primitiveSite, firstSite }: Reduction,
): boolean {
  return Array.from<number | string>(values).some((value, i) => {
    const site = Math.floor(i / width);
    const first = values[width * firstSite[primitiveSite[site]] + (i % width)];
    return typeof value === "number" && typeof first === "number"
      ? Math.abs(value - first) > 1e-6 * Math.max(1, Math.abs(first))
      : value !== first;
  });
}
