import { describe, expect, it } from "vitest";
import { InvalidConfiguration } from "../../../src/base/errors.js";
import { displaySymbol, type MimeBundle } from "../../../src/display/mime.js";
import { table } from "../../../src/display/table.js";

const rows = [
  { pair: "Si1-O1", distance: 1.60531, count: 2 },
  { pair: "Si1-<O2>", distance: -12.5, count: 10 },
];

describe("table", () => {
  it("aligns numbers on the right and text on the left", () => {
    expect(table(rows, { title: "Distances" }).toString().split("\n")).toEqual([
      "Distances",
      "pair      distance  count",
      "Si1-O1      1.6053      2",
      "Si1-<O2>  −12.5000     10",
    ]);
  });

  it("escapes what is no HTML", () => {
    const html = table(rows).toHtml();
    expect(html).toContain("Si1-&lt;O2&gt;");
    expect(html).not.toContain("<O2>");
    expect(html).toContain("text-align:right");
  });

  it("shows chosen columns and counts the rows that it leaves out", () => {
    const shown = table(rows, { columns: ["count"], maxRows: 1 });
    expect(shown.toString()).toBe("count\n    2\n… and 1 more rows");
  });

  it("takes rows with missing members, arrays and numbers of any size", () => {
    const shown = table([
      { hkl: Int32Array.of(1, 0, -1) },
      { value: 1.5e-9 },
      { value: Number.NaN },
    ]);
    expect(shown.toString().split("\n").slice(1)).toEqual([
      "1 0 −1",
      "        1.5000e−9",
      "              NaN",
    ]);
  });

  it("shows objects by their members, and every minus as one", () => {
    const text = table([{ small: -2e-9, inner: { x: 1 } }]).toString();
    expect(text).toContain("{ x: 1 }");
    expect(text).toContain("−2.0000e−9");
  });

  it("shows itself in a notebook", () => {
    const shown = table(rows) as unknown as Record<symbol, () => MimeBundle>;
    expect(Object.keys(shown[displaySymbol]())).toEqual(["text/html", "text/plain"]);
  });

  it("refuses what is no list of objects", () => {
    expect(() => table([1, 2] as unknown as object[])).toThrow(InvalidConfiguration);
    expect(() => table({} as unknown as object[])).toThrow(/array of objects/);
  });
});
