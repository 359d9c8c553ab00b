import { describe, expect, it } from "vitest";
import type { Output, StreamOutput } from "../../../../kernel/cli/notebook/document.js";
import { TextLimit } from "../../../../kernel/cli/notebook/text-limit.js";

const LINES = 700_000;
const line = (n: number): string => `line ${String(n).padStart(6, "0")}\n`;

/** Adds the lines in pieces of that many; what is kept of 1000 characters at both ends. */
function flooded(piece: number): { text: string; missing: number; longest: number } {
  const limit = new TextLimit(1000);
  const output: StreamOutput = { output_type: "stream", name: "stdout", text: "" };
  const outputs: Output[] = [output];
  let longest = 0;
  for (let n = 0; n < LINES; n += piece) {
    const added = Array.from({ length: Math.min(piece, LINES - n) }, (_, i) => line(n + i)).join(
      "",
    );
    output.text += added;
    limit.added(outputs, added.length);
    longest = Math.max(longest, output.text.length);
  }
  limit.cut(outputs);
  return { text: output.text, missing: limit.missing, longest };
}

describe("TextLimit", () => {
  it("keeps beginning and end of a flood, and says how much is missing", () => {
    const { text, missing, longest } = flooded(1000);
    const note = `\n[... ${missing} characters are left out ...]\n`;
    expect(text).toHaveLength(2000 + note.length);
    expect(text.startsWith(line(0) + line(1))).toBe(true);
    expect(text.endsWith(line(LINES - 2) + line(LINES - 1))).toBe(true);
    expect(text.slice(1000, -1000)).toBe(note);
    expect(missing).toBe(LINES * line(0).length - 2000);
    expect(longest).toBeLessThan(5e6);
  });

  it("keeps the same whatever pieces the text comes in", () => {
    expect(flooded(777).text).toBe(flooded(10_000).text);
  });

  it("leaves a short text and what is no text as they are", () => {
    const limit = new TextLimit(10);
    const picture: Output = { output_type: "display_data", data: {}, metadata: {} };
    const outputs: Output[] = [
      { output_type: "stream", name: "stdout", text: "0123456789" },
      picture,
      { output_type: "stream", name: "stderr", text: "abcdefghij" },
    ];
    limit.added(outputs, 20);
    limit.cut(outputs);
    expect(outputs).toHaveLength(3);
    expect(limit.missing).toBe(0);
    outputs.splice(1, 0, { output_type: "stream", name: "stderr", text: "left out" });
    limit.added(outputs, 8);
    limit.cut(outputs);
    expect(outputs).toEqual([
      { output_type: "stream", name: "stdout", text: "0123456789" },
      { output_type: "stream", name: "stderr", text: "\n[... 8 characters are left out ...]\n" },
      picture,
      { output_type: "stream", name: "stderr", text: "abcdefghij" },
    ]);
  });
});
