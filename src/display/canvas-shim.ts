import { encodePng } from "./png.js";

/**
 * The part of a 2D canvas that Plotly's heatmaps and images draw on: whole pixels, opaque or
 * clear, no paths and no text.
 */
export class PixelCanvas {
  readonly width: number;
  readonly height: number;
  fillStyle = "#000000";
  private readonly rgba: Uint8ClampedArray;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.rgba = new Uint8ClampedArray(4 * width * height);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const color = parseColor(this.fillStyle);
    const [left, right] = span(x, width, this.width);
    const [top, bottom] = span(y, height, this.height);
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        this.rgba.set(color, 4 * (row * this.width + column));
      }
    }
  }

  clearRect(x: number, y: number, width: number, height: number): void {
    const { fillStyle } = this;
    this.fillStyle = "rgba(0,0,0,0)";
    this.fillRect(x, y, width, height);
    this.fillStyle = fillStyle;
  }

  createImageData(
    width: number,
    height: number,
  ): { width: number; height: number; data: Uint8ClampedArray } {
    return { width, height, data: new Uint8ClampedArray(4 * width * height) };
  }

  putImageData(
    image: { width: number; height: number; data: ArrayLike<number> },
    x: number,
    y: number,
  ): void {
    for (let row = 0; row < image.height; row++) {
      for (let column = 0; column < image.width; column++) {
        if (x + column >= this.width || y + row >= this.height) continue;
        const from = 4 * (row * image.width + column);
        const to = 4 * ((y + row) * this.width + x + column);
        for (let k = 0; k < 4; k++) this.rgba[to + k] = image.data[from + k];
      }
    }
  }

  toDataURL(): string {
    const { width, height, rgba } = this;
    return `data:image/png;base64,${Buffer.from(encodePng({ width, height, rgba })).toString("base64")}`;
  }
}

function span(start: number, length: number, limit: number): [number, number] {
  const clamp = (value: number) => Math.min(limit, Math.max(0, Math.round(value)));
  const [from, to] = [clamp(start), clamp(start + length)];
  return from <= to ? [from, to] : [to, from];
}

/** "#rgb", "#rrggbb", "rgb(r, g, b)", "rgba(r, g, b, a)"; all that Plotly writes. */
function parseColor(text: string): [number, number, number, number] {
  if (text.startsWith("#")) {
    const digits = text.length === 4 ? text.replace(/[^#]/g, "$&$&") : text;
    const value = Number.parseInt(digits.slice(1), 16);
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255, 255];
  }
  const [r, g, b, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b, 255 * alpha];
}
