import type { PotentialTerm } from "./potential.js";
import type { FunctionValue, Spline } from "./spline.js";

const code = 2;
/** Nodes of f and φ over r²: no more than they need, so that they stay in the cache of a processor. */
const fewestNodes = 2048;
/** Functions with kinks cannot be met by any number. */
const mostNodes = 16384;
/** Of slopes, relative to the steepest from there outwards, and to the steepest of the outer half. */
const tolerance = 1e-6;

type DistanceFunction = (r: number) => FunctionValue;

/** F(ρ) of one element: a table, or −root √ρ. */
export type Embedding = Spline | { readonly root: number };

/** The functions of an embedded atom potential. */
export interface EmbeddedAtomFunctions {
  readonly name: string;
  readonly elements: readonly string[];
  /** Å. */
  readonly cutoff: number;
  embedding(element: string): Embedding;
  /** Density at an atom of the first element, from one of the second at r. */
  density(at: string, from: string): DistanceFunction;
  /** φ(r) in eV, the same for both orders. */
  pair(a: string, b: string): DistanceFunction;
}

/** E = Σᵢ F(Σⱼ f(rᵢⱼ)) + ½ Σᵢⱼ φ(rᵢⱼ) for the engine (`native/src/forces/embedded_atom.zig`). */
export function embeddedAtomTerm(functions: EmbeddedAtomFunctions): PotentialTerm {
  return {
    code,
    name: functions.name,
    elements: functions.elements,
    numbers: (present) => {
      const { cutoff } = functions;
      const embeddings = present.map((element) => embeddingNumbers(functions.embedding(element)));
      const pairs = present.flatMap((a) =>
        present.map((b) => ({ density: functions.density(a, b), pair: functions.pair(a, b) })),
      );
      const nodeCount = nodesFor(
        pairs.flatMap(({ density, pair }) => [density, pair]),
        cutoff,
      );
      const head = embeddings.reduce((sum, each) => sum + each.length, 2);
      const numbers = new Float64Array(head + 4 * nodeCount * pairs.length);
      numbers.set([cutoff ** 2, nodeCount]);
      let at = 2;
      for (const each of embeddings) {
        numbers.set(each, at);
        at += each.length;
      }
      for (const { density, pair } of pairs) {
        const nodes = numbers.subarray(at, at + 4 * nodeCount);
        writeNodes(nodes, 0, density, cutoff);
        writeNodes(nodes, 2, pair, cutoff);
        at += nodes.length;
      }
      return numbers;
    },
  };
}

function embeddingNumbers(embedding: Embedding): number[] | Float64Array {
  if ("root" in embedding) return [2, 1, embedding.root, 0, 0, 0, 0];
  const { step, values, slopes } = embedding;
  const numbers = new Float64Array(3 + 2 * values.length);
  numbers.set([values.length, step, 0]);
  for (let k = 0; k < values.length; k++) {
    numbers[3 + 2 * k] = values[k];
    numbers[4 + 2 * k] = slopes[k];
  }
  return numbers;
}

/** Value and slope over x = r² · scale at x = k + ½; the last node lies at the cutoff. */
function writeNodes(
  nodes: Float64Array,
  offset: number,
  of: DistanceFunction,
  cutoff: number,
): void {
  const nodeCount = nodes.length / 4;
  const step = stepOf(cutoff, nodeCount);
  for (let k = 0; k < nodeCount; k++) {
    const r = k === nodeCount - 1 ? cutoff : Math.sqrt((k + 0.5) * step);
    const { value, slope } = of(r);
    nodes[4 * k + offset] = value;
    nodes[4 * k + offset + 1] = (slope * step) / (2 * r);
  }
}

/** Å² between nodes. */
function stepOf(cutoff: number, nodeCount: number): number {
  return cutoff ** 2 / (nodeCount - 0.5);
}

function nodesFor(functions: readonly DistanceFunction[], cutoff: number): number {
  let nodeCount = fewestNodes;
  for (const of of functions) {
    while (nodeCount < mostNodes && !isMet(of, cutoff, nodeCount)) nodeCount *= 2;
  }
  return nodeCount;
}

/** Whether cubics between so many nodes have the slopes of the function, beyond a quarter of the cutoff. */
function isMet(of: DistanceFunction, cutoff: number, nodeCount: number): boolean {
  const step = stepOf(cutoff, nodeCount);
  const samples = 256;
  let steepest = 0;
  for (let k = 0; k < samples; k++) {
    steepest = Math.max(steepest, Math.abs(of(cutoff * (1 - k / (2 * samples))).slope));
  }
  let right = of(cutoff);
  for (let k = nodeCount - 2; (k + 0.5) * step > cutoff ** 2 / 16; k--) {
    const left = of(Math.sqrt((k + 0.5) * step));
    // The slope of a smooth function is missed there most.
    const r = Math.sqrt((k + 0.75) * step);
    const { slope } = of(r);
    steepest = Math.max(steepest, Math.abs(slope));
    const first = (left.slope * step) / (2 * Math.sqrt((k + 0.5) * step));
    const last = (right.slope * step) / (2 * Math.sqrt((k + 1.5) * step));
    const quarter = (18 * (right.value - left.value) + 3 * first - 5 * last) / 16;
    const met = (quarter * 2 * r) / step;
    if (Math.abs(met - slope) > tolerance * steepest) return false;
    right = left;
  }
  return true;
}
