import { expect, it } from "vitest";
import { nearest } from "../../../src/base/suggest.js";

it("finds the word that was probably meant", () => {
  expect(nearest("Layer", ["layers", "vacuum"])).toBe("layers");
  expect(nearest("x".repeat(50), ["layers", "vacuum"])).toBeUndefined();
});

it("does not compare a text of any length", () => {
  expect(nearest(`layer${"s".repeat(200)}`, ["layers"])).toBeUndefined();
});
