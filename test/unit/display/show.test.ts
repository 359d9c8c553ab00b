import { describe, expect, it } from "vitest";
import { InvalidConfiguration } from "../../../src/base/errors.js";
import type { Crystal } from "../../../src/crystal/crystal.js";
import { Figure } from "../../../src/display/figure.js";
import { displaySymbol, type MimeBundle } from "../../../src/display/mime.js";
import "../../../src/display/register.js";
import { show } from "../../../src/display/show.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";
import { quartz, siliconPattern } from "./fixtures.js";

const bundleOf = (value: object) =>
  (value as Record<symbol, () => Promise<MimeBundle>>)[displaySymbol]();

describe("show", () => {
  it("makes figures of crystals and patterns", () => {
    expect(show(quartz, { title: "quartz" })).toBeInstanceOf(Figure);
    expect(show(quartz, { title: "quartz" }).title).toBe("quartz");
    expect(show(siliconPattern, { range: [25, 50] }).title).toBe("Powder pattern of Si");
  });

  it("says what to do with anything else", () => {
    const attempt = (value: unknown) => () => show(value as Crystal);
    expect(attempt({ a: 1 })).toThrow(InvalidConfiguration);
    expect(attempt(Promise.resolve(quartz))).toThrow(/await it first/);
    expect(attempt(symmetry(quartz))).toThrow(
      /SymmetryDataset .* shows itself: .* display\(value\)/,
    );
  });
});

describe("register", () => {
  it("lets crystals and patterns show themselves, for all front ends", async () => {
    const media = ["application/vnd.plotly.v1+json", "text/html", "image/png", "text/plain"];
    expect(Object.keys(await bundleOf(quartz))).toEqual(media);
    expect(Object.keys(await bundleOf(siliconPattern))).toEqual(media);
  });

  it("adds nothing that can be enumerated", () => {
    const symbols = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(quartz), displaySymbol);
    expect(symbols?.enumerable).toBe(false);
  });
});
