import * as prism from "prism-lab";
import { expect, it } from "vitest";

it("exports what users rely on: a change here is a change of the public interface", () => {
  expect(Object.keys(prism).sort()).toMatchInlineSnapshot(`
    [
      "AddonUnavailable",
      "Crystal",
      "DiffractionPattern",
      "DomainError",
      "Figure",
      "FileError",
      "InvalidConfiguration",
      "Lattice",
      "OutOfMemory",
      "ParseError",
      "PrismError",
      "QuotaExceeded",
      "ResourceExhausted",
      "Runtime",
      "ShapeError",
      "Species",
      "SymmetryError",
      "Table",
      "Task",
      "TaskCancelled",
      "TaskFailed",
      "TaskTimeout",
      "ThreadCreationFailed",
      "conventional",
      "figure",
      "formFactor",
      "interruptCounters",
      "plotlyPath",
      "powderPattern",
      "primitive",
      "progressBundle",
      "radiations",
      "registerFormat",
      "runtimeInfo",
      "show",
      "spaceGroup",
      "structureFactors",
      "symmetry",
      "table",
    ]
  `);
});
