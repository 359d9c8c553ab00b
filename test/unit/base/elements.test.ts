import { describe, expect, it } from "vitest";
import { elementByNumber, findElement, formulaRank } from "../../../src/base/elements.js";

describe("elements", () => {
  it("knows isotopes of hydrogen as symbols of their own", () => {
    expect(findElement("D")).toMatchObject({ number: 1, mass: 2.014101778 });
    expect(findElement("Xx")).toBeUndefined();
  });

  it("refuses an atomic number that does not exist", () => {
    expect(() => elementByNumber(0)).toThrow(/between 1 and 118, got 0/);
    expect(elementByNumber(118).symbol).toBe("Og");
  });

  it("orders a formula as the Red Book does", () => {
    const sorted = (symbols: string[]) =>
      symbols
        .map((symbol) => findElement(symbol)!)
        .sort((a, b) => formulaRank(a.number) - formulaRank(b.number))
        .map(({ symbol }) => symbol)
        .join("");
    expect(sorted(["O", "Si"])).toBe("SiO");
    expect(sorted(["O", "Al", "K", "Si"])).toBe("KAlSiO");
    expect(sorted(["B", "La"])).toBe("LaB");
    expect(sorted(["H", "N"])).toBe("NH");
    expect(sorted(["H", "O"])).toBe("HO");
    expect(sorted(["O", "Ti", "Sr", "Ba"])).toBe("BaSrTiO");
    expect(sorted(["Cl", "F", "Br"])).toBe("BrClF");
    expect(sorted(["O", "U", "Ce", "Y"])).toBe("UCeYO");
  });
});
