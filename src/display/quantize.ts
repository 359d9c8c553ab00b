export interface IndexedImage {
  /** r, g, b of each colour, at most 256. */
  readonly palette: Uint8Array;
  /** One a pixel. */
  readonly indices: Uint8Array;
}

/** Colours are told apart by their upper six bits a channel. */
const bits = 6;
const binCount = 1 << (3 * bits);

interface Bin {
  readonly key: number;
  readonly color: readonly [number, number, number];
  readonly count: number;
}

/**
 * Reduces RGBA pixels to a palette by median cut: the colours are split again and again at the
 * median of the widest channel, the box of the largest spread first. Drawings of up to 256 colours
 * keep each of them.
 *
 * @see P. Heckbert, Computer Graphics 16(3), 297 (1982).
 */
export function toIndexed(rgba: ArrayLike<number>): IndexedImage {
  const bins = histogram(rgba);
  const boxes = medianCut(bins, 256);
  const palette = new Uint8Array(3 * boxes.length);
  const indexOfBin = new Uint8Array(binCount);
  boxes.forEach((box, index) => {
    const total = box.reduce((sum, { count }) => sum + count, 0);
    for (let k = 0; k < 3; k++) {
      const sum = box.reduce((all, { color, count }) => all + color[k] * count, 0);
      palette[3 * index + k] = Math.round(sum / total);
    }
    for (const { key } of box) indexOfBin[key] = index;
  });
  const indices = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < indices.length; i++) {
    indices[i] = indexOfBin[binOf(rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2])];
  }
  return { palette, indices };
}

function binOf(r: number, g: number, b: number): number {
  const drop = 8 - bits;
  return ((r >> drop) << (2 * bits)) | ((g >> drop) << bits) | (b >> drop);
}

function histogram(rgba: ArrayLike<number>): Bin[] {
  const counts = new Uint32Array(binCount);
  const sums = new Float64Array(3 * binCount);
  for (let i = 0; i + 3 < rgba.length; i += 4) {
    const key = binOf(rgba[i], rgba[i + 1], rgba[i + 2]);
    counts[key]++;
    for (let k = 0; k < 3; k++) sums[3 * key + k] += rgba[i + k];
  }
  const bins: Bin[] = [];
  counts.forEach((count, key) => {
    if (count === 0) return;
    const mean = (k: number) => sums[3 * key + k] / count;
    bins.push({ key, count, color: [mean(0), mean(1), mean(2)] });
  });
  return bins;
}

function medianCut(bins: readonly Bin[], limit: number): Bin[][] {
  const boxes = [measure([...bins])];
  while (boxes.length < limit) {
    boxes.sort((a, b) => b.weight - a.weight);
    const { bins: widest, channel, weight } = boxes[0];
    if (weight === 0) break;
    boxes.splice(0, 1, ...split(widest, channel).map(measure));
  }
  return boxes.map((box) => box.bins);
}

interface Box {
  readonly bins: Bin[];
  readonly channel: number;
  /** 0 for a single colour, which cannot be split. */
  readonly weight: number;
}

/** Spread counts more than the number of pixels: thin coloured lines must not turn grey. */
function measure(bins: Bin[]): Box {
  if (bins.length < 2) return { bins, channel: 0, weight: 0 };
  const spreads = [0, 1, 2].map((k) => {
    const values = bins.map(({ color }) => color[k]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const spread = Math.max(...spreads);
  const pixels = bins.reduce((sum, { count }) => sum + count, 0);
  return { bins, channel: spreads.indexOf(spread), weight: spread * Math.cbrt(pixels) + 1e-9 };
}

function split(bins: Bin[], channel: number): [Bin[], Bin[]] {
  bins.sort((a, b) => a.color[channel] - b.color[channel]);
  const weightOf = ({ count }: Bin) => Math.sqrt(count);
  const half = bins.reduce((sum, bin) => sum + weightOf(bin), 0) / 2;
  let at = 1;
  for (let sum = weightOf(bins[0]); at < bins.length - 1; at++) {
    if (sum >= half) break;
    sum += weightOf(bins[at]);
  }
  return [bins.slice(0, at), bins.slice(at)];
}
