import { aperiodicGenerators } from "./aperiodic/generators.js";
import { bravais } from "./kinds/bravais.js";
import { circle } from "./kinds/circle.js";
import { grid } from "./kinds/grid.js";
import { line } from "./kinds/line.js";
import { spiral } from "./kinds/spiral.js";
import { archimedean, honeycomb, kagome, triangular } from "./kinds/tilings.js";
import type { PatternOptions, PatternType } from "./pattern-config.js";
import type { PatternKind } from "./pattern-kind.js";
import { twistedGenerators } from "./twisted/generators.js";

/** Every kind of pattern: a new one is a line here and one in `PatternOptions`. */
export const patternKinds: { readonly [Type in PatternType]: PatternKind<PatternOptions[Type]> } = {
  line,
  circle,
  spiral,
  grid,
  bravais,
  honeycomb,
  kagome,
  triangular,
  archimedean,
  ...aperiodicGenerators,
  ...twistedGenerators,
};
