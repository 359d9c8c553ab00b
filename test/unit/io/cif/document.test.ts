import { describe, expect, it } from "vitest";
import { type CifDocument, parseDocument } from "../../../../src/io/cif/document.js";
import { Source } from "../../../../src/io/source.js";

function parse(text: string): CifDocument {
  return parseDocument(new Source(text, "test.cif"));
}

function column(document: CifDocument, tag: string): (string | undefined)[] {
  const found = document.blocks[0].find(tag)!;
  return Array.from({ length: found.rowCount }, (_, row) =>
    found.isMissing(row) ? undefined : found.text(row),
  );
}

describe("parseDocument", () => {
  it("reads pairs and loops of several blocks", () => {
    const document = parse("data_A _a 1 loop_ _x _Y.z 1 2 ? . '?' 6 _b b\ndata_B _a 2");
    expect(document.blocks.map((block) => block.name)).toEqual(["A", "B"]);
    expect(column(document, "_a")).toEqual(["1"]);
    expect(column(document, "_x")).toEqual(["1", undefined, "?"]);
    expect(column(document, "_y_z")).toEqual(["2", undefined, "6"]);
    expect(document.blocks[1].find("_a")!.text(0)).toBe("2");
    expect(document.warnings).toEqual([]);
  });

  it("skips save frames", () => {
    const document = parse("data_A save_f _a 1 loop_ _b 1 2 save_ _a 2 save_ _c 3");
    expect(column(document, "_a")).toEqual(["2"]);
    expect(document.blocks[0].find("_b")).toBeUndefined();
    expect(column(document, "_c")).toEqual(["3"]);
  });

  it("reads over what it can, with a warning and its line", () => {
    const document = parse("data_A\n_a 1 stray\n_b\n_a 2\nmore words\nsave_open\n_c 1");
    expect(document.warnings.map(({ code, line }) => [code, line])).toEqual([
      ["TAG_WITHOUT_VALUE", 3],
      ["TAG_REPEATED", 4],
      ["SAVE_FRAME_OPEN", 6],
      ["VALUE_WITHOUT_TAG", 2],
    ]);
    expect(column(document, "_a")).toEqual(["1"]);
    expect(column(document, "_b")).toEqual([]);
  });

  it("does not pile up warnings", () => {
    expect(parse(`data_A\n${"_a\n".repeat(5000)}`).warnings.length).toBeLessThanOrEqual(101);
  });

  it.each([
    ["", 1, 1, /empty/],
    ["# only\n", 1, 1, /comments only/],
    ["\n hello world", 2, 2, /data_NAME/],
    ["data_A\nloop_\n_a 1\nloop_\n_x\n_y\n1 2\n3\n", 8, 1, /line 4 has 2 tags but 3 values/],
    ["data_A\nloop_ loop_", 2, 1, /not followed by a tag/],
  ])("refuses %j", (text, line, columnNumber, message) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: "PARSE_ERROR",
        message: expect.stringMatching(message),
        data: expect.objectContaining({ file: "test.cif", line, column: columnNumber }),
      }),
    );
  });
});
