import type { Lines } from "../lines.js";
import { clip } from "../source.js";

export interface Header {
  readonly atomCount: number;
  readonly typeCount: number;
  /** Rows a, b, c in the file's units. */
  readonly matrix: Float64Array;
  readonly origin: readonly [number, number, number];
}

/** The line without what stands behind "#", and that. */
export function uncommented(lines: Lines): [text: string, comment: string | undefined] {
  const { line } = lines;
  const hash = line.indexOf("#");
  return hash < 0 ? [line.trim(), undefined] : [line.slice(0, hash).trim(), line.slice(hash + 1)];
}

/** Goes to the next line that is neither blank nor a comment. */
export function skipToFilled(lines: Lines): boolean {
  while (lines.nextFilled()) if (!/^\s*#/.test(lines.line.slice(0, 200))) return true;
  return false;
}

/** Reads up to the first section, whose name is then the current line. */
export function readHeader(lines: Lines): Header {
  let atomCount: number | undefined;
  let typeCount = 0;
  const bounds: ([number, number] | undefined)[] = [undefined, undefined, undefined];
  let tilt: readonly number[] = [0, 0, 0];
  const vectors: number[][] = [];
  let origin: [number, number, number] | undefined;
  for (;;) {
    if (!skipToFilled(lines)) throw lines.ended('the section "Atoms"');
    const [text] = uncommented(lines);
    if (/^[A-Z]/.test(text)) break;
    const keyword = /[a-z][a-z ]*$/.exec(text.slice(-200))?.[0] ?? "";
    const axis = ["xlo xhi", "ylo yhi", "zlo zhi"].indexOf(keyword);
    const vector = ["avec", "bvec", "cvec"].indexOf(keyword);
    if (keyword === "atoms") atomCount = lines.takeInteger("the number of atoms", 1);
    else if (keyword === "atom types")
      typeCount = lines.takeInteger("the number of atom types", 1, 1e6);
    else if (axis >= 0) bounds[axis] = [lines.takeNumber("a bound"), lines.takeNumber("a bound")];
    else if (keyword === "xy xz yz") tilt = lines.takeVector("a tilt factor");
    else if (vector >= 0) vectors[vector] = lines.takeVector("a cell vector");
    else if (keyword === "abc origin") origin = lines.takeVector("the origin");
    else if (keyword === "") {
      throw lines.error(`expected a line such as "8 atoms" or "0 5.6 xlo xhi", got ${clip(text)}`);
    }
  }
  if (atomCount === undefined)
    throw lines.error('expected a line "N atoms" above the first section');
  if (vectors.filter(Boolean).length === 3) {
    const matrix = Float64Array.from(vectors.flat());
    return { atomCount, typeCount, matrix, origin: origin ?? [0, 0, 0] };
  }
  return { atomCount, typeCount, ...boxOf(lines, bounds, tilt) };
}

/** The cell of the bounds and the tilt factors xy, xz, yz. */
export function boxOf(
  lines: Lines,
  bounds: readonly (readonly [number, number] | undefined)[],
  tilt: readonly number[],
): { matrix: Float64Array; origin: [number, number, number] } {
  const edges = bounds.map((bound, axis) => {
    const [low, high] = bound ?? [0, 0];
    if (high > low) return high - low;
    const name = "xyz"[axis];
    const found = bound === undefined ? "none" : `${low} and ${high}`;
    throw lines.error(`expected bounds ${name}lo < ${name}hi, got ${found}`);
  });
  const [xy, xz, yz] = tilt;
  const [x, y, z] = bounds.map((bound) => bound![0]);
  return {
    matrix: Float64Array.of(edges[0], 0, 0, xy, edges[1], 0, xz, yz, edges[2]),
    origin: [x, y, z],
  };
}
