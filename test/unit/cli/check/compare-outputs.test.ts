import { describe, expect, it } from "vitest";
import { compareOutputs } from "../../../../kernel/cli/check/compare-outputs.js";
import type { MimeBundle, Output } from "../../../../kernel/cli/notebook/document.js";

const stdout = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const stderr = (text: string): Output => ({ output_type: "stream", name: "stderr", text });
const show = (data: MimeBundle): Output => ({ output_type: "display_data", data, metadata: {} });
const result = (text: string, count: number): Output => ({
  output_type: "execute_result",
  data: { "text/plain": text },
  metadata: {},
  execution_count: count,
});
const error = (evalue: string, traceback: string): Output => ({
  output_type: "error",
  ename: "Error",
  evalue,
  traceback: [traceback],
});

/** Header of a PNG of that size. */
function png(width: number, height: number, rest = ""): string {
  const header = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([header, size, Buffer.from(rest)]).toString("base64");
}

function differences(stored: readonly Output[], now: readonly Output[], tolerance = 1e-6): unknown {
  return compareOutputs(stored, now, tolerance).map(({ where, lines }) => [where, ...lines]);
}

describe("compareOutputs", () => {
  it.each<[string, Output, Output]>([
    ["equal texts", stdout("a\nb"), stdout("a\nb")],
    ["numbers within the tolerance", stdout("E = -1.00000001 eV"), stdout("E = -1.00000002 eV")],
    ["1.0 and 1", stdout("x 1.0"), stdout("x 1")],
    ["exponents", stdout("1.0000001e-5"), stdout("1e-5")],
    ["colours", stdout("\x1b[33m1.5\x1b[39m"), stdout("1.5000000001")],
    ["execution counts", result("x", 1), result("x", 7)],
    ["tracebacks", error("no", "at /a"), error("no", "at /b")],
    [
      "another picture of one size",
      show({ "image/png": png(4, 3, "a") }),
      show({ "image/png": png(4, 3, "b") }),
    ],
    [
      "another picture of one size inside HTML",
      show({ "text/html": `<img src="data:image/png;base64,${png(4, 3, "aaa")}"> x` }),
      show({ "text/html": `<img src="data:image/png;base64,${png(4, 3, "bbb")}"> x` }),
    ],
    [
      "JSON in another order of keys",
      show({ "application/json": { a: [1, 2.0000000001], b: null } }),
      show({ "application/json": { b: null, a: [1, 2] } }),
    ],
  ])("takes %s for equal", (_name, stored, now) => {
    expect(differences([stored], [now])).toEqual([]);
  });

  it.each<[string, Output, Output, readonly string[]]>([
    ["a word", stdout("a\nb c\nd"), stdout("a\nb x\nd"), ["stdout", "- b c", "+ b x"]],
    [
      "a number beyond the tolerance",
      stdout("E = 1.00001 eV"),
      stdout("E = 1.00000 eV"),
      ["stdout", "- E = 1.00001 eV", "+ E = 1.00000 eV"],
    ],
    [
      "a whole number, however large",
      stdout("12345678 atoms"),
      stdout("12345679 atoms"),
      ["stdout", "- 12345678 atoms", "+ 12345679 atoms"],
    ],
    ["a name with digits", stdout("P3_221"), stdout("P3_121"), ["stdout", "- P3_221", "+ P3_121"]],
    ["a sign", stdout("-1.5"), stdout("1.5"), ["stdout", "- -1.5", "+ 1.5"]],
    ["a line more", stdout("a\n"), stdout("a\nb\n"), ["stdout", "+ b"]],
    ["the stream", stdout("a"), stderr("a"), ["stdout", "- a", "+ "]],
    [
      "the message of an error",
      error("no", ""),
      error("yes", ""),
      ["output 1", "- error Error: no", "+ error Error: yes"],
    ],
    [
      "the kind of an output",
      result("x", 1),
      show({ "text/plain": "x" }),
      ["output 1", "- execute_result of text/plain", "+ display_data of text/plain"],
    ],
    [
      "the size of a picture",
      show({ "image/png": png(4, 3) }),
      show({ "image/png": png(4, 5) }),
      ["image/png of output 1", "- 4 × 3", "+ 4 × 5"],
    ],
    [
      "the size of a drawing",
      show({ "image/svg+xml": '<svg viewBox="0 0 4 3"/>' }),
      show({ "image/svg+xml": '<svg width="4" height="5"/>' }),
      ["image/svg+xml of output 1", "- 4 × 3", "+ 4 × 5"],
    ],
    [
      "a form that is gone",
      show({ "image/png": png(4, 3), "text/plain": "x" }),
      show({ "text/plain": "x" }),
      ["image/png of output 1", "- image/png", "+ nothing"],
    ],
    [
      "a value of JSON",
      show({ "application/json": { rows: [{ e: 1.5 }, { e: 2 }] } }),
      show({ "application/json": { rows: [{ e: 1.6 }, { e: 2 }] } }),
      ["rows[0].e in application/json of output 1", "- 1.5", "+ 1.6"],
    ],
    [
      "a value of JSON that is new",
      show({ "application/json": { a: [1] } }),
      show({ "application/json": { a: [1, null] } }),
      ["a[1] in application/json of output 1", "- nothing", "+ null"],
    ],
    [
      "the type of a value",
      show({ "application/json": { a: 1 } }),
      show({ "application/json": { a: "1" } }),
      ["a in application/json of output 1", "- 1", '+ "1"'],
    ],
  ])("shows that %s differs", (name, stored, now, expected) => {
    const found = differences([stored], [now]) as unknown[];
    expect(found[0]).toEqual(expected);
    expect(found).toHaveLength(name === "the stream" ? 2 : 1);
  });

  it("joins the parts of a stream, and counts the other outputs", () => {
    const stored = [stdout("a"), show({ "text/plain": "x" }), stdout("b")];
    expect(differences(stored, [stdout("ab"), show({ "text/plain": "x" })])).toEqual([]);
    expect(differences(stored, [stdout("ab")])).toEqual([
      ["output 1", "- display_data of text/plain", "+ nothing"],
    ]);
    expect(differences([], stored)).toHaveLength(2);
  });

  it("holds to the tolerance it is given", () => {
    const [a, b] = [stdout("1.0005"), stdout("1.0006")];
    expect(differences([a], [b], 1e-3)).toEqual([]);
    expect(differences([a], [b], 1e-5)).toHaveLength(1);
    expect(differences([stdout("0.1")], [stdout("0.10")], 0)).toEqual([]);
    expect(differences([stdout("0.1")], [stdout("0.1000000001")], 0)).toHaveLength(1);
  });

  it("shows a long line where it differs, and of many lines the first", () => {
    const line = (word: string): Output => stdout(`${"x".repeat(500)}${word}${"y".repeat(500)}`);
    const [[, before, after]] = differences([line("one")], [line("two")]) as [string[]];
    expect(before).toMatch(/^- …x{40}oney+…$/);
    expect(after).toMatch(/^\+ …x{40}twoy+…$/);
    const many = stdout(Array.from({ length: 50 }, (_, n) => `line ${n}\n`).join(""));
    const [lines] = differences([many], [stdout("")]) as [string[]];
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("  … and 42 more lines");
  });
});
