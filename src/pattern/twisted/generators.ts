import type { PatternGenerator } from "../pattern-parts.js";
import {
  bilayerFields,
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
    fields: bilayerFields,
    pointEstimate: twistedBilayerPointEstimate,
    generate: twistedBilayer,
  },
};
