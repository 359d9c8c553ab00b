import { promisify } from "node:util";
import { deflate, deflateSync } from "node:zlib";
import { type IndexedImage, toIndexed } from "./quantize.js";

const deflateAsync = promisify(deflate);

/** 8-bit RGBA, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/**
 * PNG of at most 256 colours: a third of the bytes of a full-colour one, which matters where it is
 * stored in a notebook, and no visible loss for drawings. Transparency is dropped.
 */
export async function encodeIndexedPng(pixels: Pixels): Promise<Uint8Array> {
  const { palette, indices }: IndexedImage = toIndexed(pixels.rgba);
  const { width, height } = pixels;
  const body = await deflateAsync(scanlines(indices, width, height), { level: 9 });
  return assemble(width, height, 3, [chunk("PLTE", palette), chunk("IDAT", body)]);
}

/** Full-colour PNG, at once: for the small images inside heatmaps. */
export function encodePng({ width, height, rgba }: Pixels): Uint8Array {
  const body = deflateSync(scanlines(rgba, 4 * width, height));
  return assemble(width, height, 6, [chunk("IDAT", body)]);
}

/** Each row after a 0, the mark of an unfiltered row. */
function scanlines(bytes: ArrayLike<number>, rowLength: number, rows: number): Uint8Array {
  const out = new Uint8Array(rows * (rowLength + 1));
  for (let row = 0; row < rows; row++) {
    const target = row * (rowLength + 1) + 1;
    for (let i = 0; i < rowLength; i++) out[target + i] = bytes[row * rowLength + i];
  }
  return out;
}

/** @see W3C, Portable Network Graphics (2nd edition), sections 5 and 11. */
function assemble(
  width: number,
  height: number,
  colorType: number,
  chunks: readonly Uint8Array[],
): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colorType], 8);
  const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    ...chunks,
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  out.set(Buffer.from(type, "latin1"), 4);
  out.set(body, 8);
  view.setUint32(body.length + 8, crc32(out.subarray(4, body.length + 8)));
  return out;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = crcTable[(value ^ bytes[i]) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
