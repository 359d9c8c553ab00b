import { ResourceExhausted } from "../base/errors.js";
import { type CrystalConfig, requireNodes } from "../crystal/config.js";

/** What a builder makes within some seconds, and memory holds while it does. */
export const siteLimit = 5e6;

/** @throws {ResourceExhausted} more sites than the crystal may have, or than a builder makes. */
export function requireSiteCount(what: string, siteCount: number, config?: CrystalConfig): void {
  requireNodes(what, siteCount, config);
  if (siteCount <= siteLimit) return;
  throw new ResourceExhausted(
    `${what} would have ${siteCount.toPrecision(3)} sites; at most ${siteLimit} are built`,
    { siteCount, siteLimit },
  );
}
