import { describe, expect, it } from "vitest";
import {
  ammannBeenkerTiling,
  multigridTiling,
} from "../../../src/pattern/aperiodic/multigrid-tiling.js";
import { expectTiling, kindCounts, pointKeys } from "./aperiodic-checks.js";

const orders = Array.from({ length: 28 }, (_, i) => i + 3);

describe("multigridTiling", () => {
  it.each(orders)("of order %i leaves no gap and no overlap", (symmetry) => {
    expectTiling(multigridTiling({ symmetry, radius: 9 }), 6);
  });

  it.each(orders)("of order %i with all lines through one point, too", (symmetry) => {
    expectTiling(multigridTiling({ symmetry, radius: 9, offsets: 0 }), 6);
  });
});
