import { Crystal, type Format, InvalidConfiguration, registerFormat } from "prism-lab";
import { describe, expect, it } from "vitest";

const fromText = Crystal.fromText as (...args: unknown[]) => Crystal;

describe("Crystal.fromText", () => {
  it.each([[42], [undefined], [null], [Buffer.from("data_x")], [{}]])(
    "refuses %s, which is no text",
    (text) => {
      for (const options of [{}, { format: "cif" }]) {
        expect(() => fromText(text, options)).toThrow(InvalidConfiguration);
        expect(() => fromText(text, options)).toThrow(/expected the text of a structure file/);
      }
    },
  );

  it("refuses options that are none, and formats that are no names", () => {
    expect(() => fromText("data_x", null)).toThrow(InvalidConfiguration);
    expect(() => fromText("data_x", { format: 42 })).toThrow(/unknown structure format 42/);
  });
});

describe("registerFormat", () => {
  it("refuses what could not read a file", () => {
    for (const format of [undefined, { name: "x" }, { name: "x", extensions: "x" }]) {
      expect(() => registerFormat(format as unknown as Format)).toThrow(InvalidConfiguration);
    }
  });
});
