import { describe, expect, it } from "vitest";
import { parseDocument } from "../../../../src/io/cif/document.js";
import { unfolded } from "../../../../src/io/cif/text-field.js";
import { Source } from "../../../../src/io/source.js";

describe("text fields of a CIF", () => {
  it.each([
    ["plain\ntext", "plain\ntext"],
    ["\\\none \\\ntwo\nthree", "one two\nthree"],
    ["\\\r\none \\\r\ntwo", "one two"],
    ["CIF>\\\nCIF>;a\nCIF>b", ";a\nb"],
    ["CIF>\\\\\nCIF>a\\\nCIF>b", "ab"],
    ["CIF>\\\nCIF>a\nno prefix", "CIF>\\\nCIF>a\nno prefix"],
    ["a\\b\nc", "a\\b\nc"],
  ])("%j stands for %j", (field, text) => {
    expect(unfolded(field)).toBe(text);
  });

  it("are unfolded where a value is asked for", () => {
    const source = new Source("data_x\n_symop\n;\\\n-x,\\\n-y,-z\n;\n_q '\\\\'\n");
    const [block] = parseDocument(source).blocks;
    expect(block.find("_symop")!.text(0)).toBe("-x,-y,-z");
    expect(block.find("_q")!.text(0)).toBe("\\\\");
  });
});
