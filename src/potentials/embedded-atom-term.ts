import type { PotentialTerm } from "./potential.js";
import type { FunctionValue, Spline } from "./spline.js";

const code = 2;
/**
 * Nodes of f and φ over r². Few enough for the cache of a processor; 5.5 Å are cut into steps of 0.001 Å
 * at 3 Å, where the error of a cubic is below 1e-10 eV.
 */
const nodeCount = 4096;

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
  density(at: string, from: string): (r: number) => FunctionValue;
  /** φ(r) in eV, the same for both orders. */
  pair(a: string, b: string): (r: number) => FunctionValue;
}

/** E = Σᵢ F(Σⱼ f(rᵢⱼ)) + ½ Σᵢⱼ φ(rᵢⱼ) for the engine (`native/src/forces/embedded_atom.zig`). */
export function embeddedAtomTerm(functions: EmbeddedAtomFunctions): PotentialTerm {
  return {
    code,
    name: functions.name,
    elements: functions.elements,
    numbers: (present) => {
      const embeddings = present.map((element) => embeddingNumbers(functions.embedding(element)));
      const head = embeddings.reduce((sum, each) => sum + each.length, 2);
      const numbers = new Float64Array(head + 4 * nodeCount * present.length ** 2);
      numbers.set([functions.cutoff ** 2, nodeCount]);
      let at = 2;
      for (const each of embeddings) {
        numbers.set(each, at);
        at += each.length;
      }
      for (const a of present) {
        for (const b of present) {
          const nodes = numbers.subarray(at, at + 4 * nodeCount);
          writeNodes(nodes, 0, functions.density(a, b), functions.cutoff);
          writeNodes(nodes, 2, functions.pair(a, b), functions.cutoff);
          at += nodes.length;
        }
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
  of: (r: number) => FunctionValue,
  cutoff: number,
): void {
  const step = cutoff ** 2 / (nodeCount - 0.5);
  for (let k = 0; k < nodeCount; k++) {
    const r = k === nodeCount - 1 ? cutoff : Math.sqrt((k + 0.5) * step);
    const { value, slope } = of(r);
    nodes[4 * k + offset] = value;
    nodes[4 * k + offset + 1] = (slope * step) / (2 * r);
  }
}
