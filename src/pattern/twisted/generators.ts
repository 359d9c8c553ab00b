import type { PatternGenerator } from "../pattern-parts.js";
import {
  type TwistedBilayerOptions,
  twistedBilayer,
  twistedBilayerPointEstimate,
} from "./twisted-bilayer.js";

/** Its lengths are those of the layers: a `spacing` has no meaning here. */
export interface BilayerGenerator extends PatternGenerator<TwistedBilayerOptions> {
  readonly fields: readonly string[];
  readonly refusesSpacing: true;
  pointEstimate(options: TwistedBilayerOptions): number;
}

export interface TwistedGenerators {
  readonly twistedBilayer: BilayerGenerator;
}

export const twistedGenerators: TwistedGenerators = {
  twistedBilayer: {
    patternType: "twistedBilayer",
    refusesSpacing: true,
    fields: [
      "layers",
      "m",
      "r",
      "angle",
      "angleTolerance",
      "maxStrain",
      "maxAtoms",
      "cell",
      "strainShare",
      "interlayer",
      "vacuum",
      "shift",
    ],
    pointEstimate: twistedBilayerPointEstimate,
    generate: twistedBilayer,
  },
};
