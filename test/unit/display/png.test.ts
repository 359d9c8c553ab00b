import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeIndexedPng, encodePng } from "../../../src/display/png.js";
import { toIndexed } from "../../../src/display/quantize.js";

function chunks(png: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const found = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    const type = Buffer.from(png.subarray(at + 4, at + 8)).toString("latin1");
    found.set(type, png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return found;
}

const gradient = (count: number) =>
  Uint8Array.from({ length: 4 * count }, (_, i) => {
    const pixel = i >> 2;
    return [(pixel * 7) & 255, (pixel >> 3) & 255, (pixel * 13) & 255, 255][i & 3];
  });

describe("encodePng", () => {
  it("keeps every byte", () => {
    const rgba = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0);
    const parts = chunks(encodePng({ width: 2, height: 1, rgba }));
    expect([...parts.keys()]).toEqual(["IHDR", "IDAT", "IEND"]);
    expect([...inflateSync(parts.get("IDAT")!)]).toEqual([0, ...rgba]);
  });

  it("writes the CRC that the format asks for", () => {
    const png = encodePng({ width: 1, height: 1, rgba: Uint8Array.of(0, 0, 0, 255) });
    // Of the chunk IEND, always the same: AE 42 60 82.
    expect([...png.subarray(-4)]).toEqual([0xae, 0x42, 0x60, 0x82]);
  });
});

describe("encodeIndexedPng", () => {
  it("keeps the colours of a drawing that has few of them", async () => {
    const rgba = Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0, 255, 255, 255, 255, 255);
    const parts = chunks(await encodeIndexedPng({ width: 2, height: 2, rgba }));
    const palette = parts.get("PLTE")!;
    const rows = inflateSync(parts.get("IDAT")!);
    const colors = [1, 2, 4, 5].map((i) => [...palette.subarray(3 * rows[i], 3 * rows[i] + 3)]);
    expect(colors).toEqual([
      [255, 0, 0],
      [0, 0, 255],
      [255, 0, 0],
      [255, 255, 255],
    ]);
  });
});

describe("toIndexed", () => {
  it("reduces many colours to 256 that are near them", () => {
    const rgba = gradient(20_000);
    const { palette, indices } = toIndexed(rgba);
    expect(palette).toHaveLength(3 * 256);
    let sum = 0;
    indices.forEach((index, i) => {
      for (let k = 0; k < 3; k++) sum += Math.abs(palette[3 * index + k] - rgba[4 * i + k]);
    });
    expect(sum / (3 * indices.length)).toBeLessThan(16);
  });

  it("gives one colour for one colour", () => {
    expect(toIndexed(Uint8Array.of(9, 9, 9, 255)).palette).toEqual(Uint8Array.of(9, 9, 9));
  });
});
