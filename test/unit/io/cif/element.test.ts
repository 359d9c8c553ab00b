import { describe, expect, it } from "vitest";
import {
  elementsOfFormula,
  speciesOfLabel,
  speciesOfSymbol,
} from "../../../../src/io/cif/element.js";

describe("speciesOfSymbol", () => {
  it.each([
    ["Si", "Si"],
    ["SI", "Si"],
    ["Si4+", "Si4+"],
    ["O2-", "O2-"],
    ["Fe+3", "Fe3+"],
    ["Na+", "Na1+"],
    ["Cl1-", "Cl1-"],
    ["Ca2", "Ca"],
    ["D", "D"],
    ["Wat", "O"],
    ["OH", "O"],
  ])("%s is %s", (symbol, species) => {
    expect(String(speciesOfSymbol(symbol)?.species)).toBe(species);
  });

  it.each(["Xx", "", "Uuo", "4", "Sil"])("%j is none", (symbol) => {
    expect(speciesOfSymbol(symbol)).toBeUndefined();
  });
});

describe("speciesOfLabel", () => {
  it.each([
    ["O1A", "O"],
    ["Si12b", "Si"],
    ["FE2", "Fe"],
    ["Ow3", "O"],
    ["Wat1", "O"],
    ["WatX2", "O"],
    ["CaX1", "Ca"],
    ["H(12)", "H"],
    ["Fe3+", "Fe3+"],
    ["D2", "D"],
    ["OXT", "O"],
  ])("%s is %s", (label, species) => {
    expect(String(speciesOfLabel(label, new Set())?.species)).toBe(species);
  });

  it("asks the formula where the case does not tell", () => {
    expect(speciesOfLabel("CA1", elementsOfFormula("C2 H6 O"))).toEqual({
      species: speciesOfSymbol("C")!.species,
    });
    expect(speciesOfLabel("CA1", elementsOfFormula("Ca C O3"))?.species.symbol).toBe("Ca");
    expect(speciesOfLabel("CA1", new Set())?.remark).toMatch(/Ca or C/);
  });

  it.each(["M1", "1", "", "Xy2"])("%j is none", (label) => {
    expect(speciesOfLabel(label, new Set())).toBeUndefined();
  });
});
