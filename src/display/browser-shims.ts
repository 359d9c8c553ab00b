import { PixelCanvas } from "./canvas-shim.js";
import { textWidthEm } from "./text-metrics.js";

/** The constructors and globals of a jsdom window that need help before Plotly runs in it. */
export interface ShimmedWindow {
  readonly URL: Record<string, unknown>;
  readonly Element: { prototype: object };
  readonly SVGElement: { prototype: object };
  readonly HTMLCanvasElement: { prototype: object };
  [name: string]: unknown;
}

interface MeasuredElement {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly parentElement: MeasuredElement | null;
  readonly style?: { readonly fontSize?: string; readonly fontWeight?: string };
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<MeasuredElement>;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const emptyBox: Box = { left: 0, top: 0, right: 0, bottom: 0 };
/** In em, as Plotly sets its lines. */
const lineHeight = 1.3;
const ascent = 0.95;
const descent = 0.25;

/**
 * Gives jsdom what Plotly's 2D traces ask of a browser: sizes of text, by the widths of the font
 * that the picture is set in; a canvas of pixels for heatmaps; and some names that must exist.
 */
export function shimWindow(window: ShimmedWindow): void {
  window.TextDecoder = TextDecoder;
  window.TextEncoder = TextEncoder;
  window.URL.createObjectURL = () => "blob:";
  window.URL.revokeObjectURL = () => undefined;
  const ignore = () => undefined;
  window.matchMedia = () => ({
    matches: false,
    addListener: ignore,
    removeListener: ignore,
    addEventListener: ignore,
    removeEventListener: ignore,
  });
  window.ResizeObserver = class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  shimMeasures(window);
  shimCanvas(window);
}

function shimMeasures(window: ShimmedWindow): void {
  const identity = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0, inverse: () => identity };
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: MeasuredElement) {
      return rectangle(measure(this, this));
    },
    getComputedTextLength(this: MeasuredElement) {
      const { left, right } = measure(this, this);
      return right - left;
    },
    getScreenCTM: () => identity,
  });
  Object.assign(window.Element.prototype, {
    getBoundingClientRect(this: MeasuredElement) {
      return rectangle(measure(this, null));
    },
  });
}

function shimCanvas(window: ShimmedWindow): void {
  const canvases = new WeakMap<object, PixelCanvas>();
  const canvasOf = (element: { width: number; height: number }) => {
    const known = canvases.get(element);
    if (known?.width === element.width && known.height === element.height) return known;
    const fresh = new PixelCanvas(element.width, element.height);
    canvases.set(element, fresh);
    return fresh;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: { width: number; height: number }, kind: string) {
      return kind === "2d" ? canvasOf(this) : null;
    },
    toDataURL(this: { width: number; height: number }) {
      return canvasOf(this).toDataURL();
    },
  });
}

function rectangle(box: Box): object {
  const { left, top, right, bottom } = box;
  return { ...box, x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * The box of a text, or around the texts in any other element, in the coordinates of `frame`; null
 * is the page.
 */
function measure(element: MeasuredElement, frame: MeasuredElement | null): Box {
  const tag = element.tagName.toLowerCase();
  const texts = tag === "text" || tag === "tspan" ? [element] : element.querySelectorAll("text");
  const boxes = Array.from(texts, (text) => inFrame(textBox(text), text, frame));
  if (boxes.length === 0) return emptyBox;
  return boxes.reduce((all, box) => ({
    left: Math.min(all.left, box.left),
    top: Math.min(all.top, box.top),
    right: Math.max(all.right, box.right),
    bottom: Math.max(all.bottom, box.bottom),
  }));
}

/** Carries the box of a text up to a frame, through the translations and rotations of the way. */
function inFrame(box: Box, text: MeasuredElement, frame: MeasuredElement | null): Box {
  let out = box;
  for (let at: MeasuredElement | null = text; at && at !== frame; at = at.parentElement) {
    const steps = (at.getAttribute("transform") ?? "").matchAll(/(translate|rotate)\(([^)]*)\)/g);
    for (const [, kind, list] of [...steps].reverse()) {
      const numbers = list.split(/[ ,]+/).map(Number);
      const [first, second = 0, third = 0] = numbers;
      out = kind === "translate" ? shifted(out, first, second) : turned(out, first, second, third);
    }
  }
  return out;
}

function shifted({ left, top, right, bottom }: Box, x: number, y: number): Box {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

/** The upright box around a turned one; degrees, clockwise on the page. */
function turned({ left, top, right, bottom }: Box, angle: number, x: number, y: number): Box {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const corners = [left, right].flatMap((cx) => [top, bottom].map((cy) => [cx - x, cy - y]));
  const xs = corners.map(([dx, dy]) => x + cos * dx - sin * dy);
  const ys = corners.map(([dx, dy]) => y + sin * dx + cos * dy);
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

function textBox(element: MeasuredElement): Box {
  const size = Number.parseFloat(element.style?.fontSize ?? "") || 12;
  const weight = Number(element.style?.fontWeight) >= 600 ? 1.06 : 1;
  const spans = Array.from(element.querySelectorAll("tspan.line"), (line) => line.textContent);
  const lines = spans.length > 0 ? spans : [element.textContent];
  const width = size * weight * Math.max(...lines.map((line) => textWidthEm(line ?? "")));
  const anchor = element.getAttribute("text-anchor");
  const before = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  const x = Number(element.getAttribute("x") ?? 0) - before;
  const y = Number(element.getAttribute("y") ?? 0);
  return {
    left: x,
    right: x + width,
    top: y - ascent * size,
    bottom: y + (descent + (lines.length - 1) * lineHeight) * size,
  };
}
