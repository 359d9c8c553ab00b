import { DomainError } from "../base/errors.js";
import { solveDense } from "../math/dense.js";
import { type EquationFormName, type EquationParameters, formOf } from "./equation-forms.js";

const mostIterations = 200;
const fieldNames = ["e0", "v0", "bulkModulus", "bulkModulusDerivative"] as const;

/**
 * Least squares. Birch and Murnaghan's is a cubic in V^(−2/3), so that one linear system gives it; the
 * others start from there and go on by Levenberg and Marquardt's steps.
 *
 * @throws {DomainError} energies without a minimum.
 */
export function fittedParameters(
  volumes: Float64Array,
  energies: Float64Array,
  form: EquationFormName,
): EquationParameters {
  const start = birchMurnaghan(volumes, energies);
  return form === "birch-murnaghan" ? start : descended(volumes, energies, form, start);
}

function birchMurnaghan(volumes: Float64Array, energies: Float64Array): EquationParameters {
  const middle = mean(volumes);
  const level = mean(energies);
  const t = volumes.map((volume) => (middle / volume) ** (2 / 3) - 1);
  const width = t.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const coefficients = polynomial(
    t.map((value) => value / width),
    energies.map((energy) => energy - level),
  );
  if (coefficients === undefined) throw noMinimum(volumes);
  const [c0, c1, c2, c3] = Array.from(coefficients, (value, k) => value / width ** k);
  // c1 + 2 c2 t + 3 c3 t² = 0 where the second derivative is positive.
  const root = c2 * c2 - 3 * c1 * c3;
  const t0 = -c1 / (c2 + Math.sqrt(root));
  const curvature = 2 * c2 + 6 * c3 * t0;
  if (!(root >= 0 && curvature > 0 && t0 > -1)) throw noMinimum(volumes);
  const scale = 1 + t0;
  const v0 = middle * scale ** -1.5;
  // E = e0 + 9/8 B v0 s² + 9/16 B v0 (B' − 4) s³ with s = (v0/V)^(2/3) − 1.
  const bulkModulus = ((4 / 9) * curvature * scale ** 2) / v0;
  return {
    e0: level + c0 + t0 * (c1 + t0 * (c2 + t0 * c3)),
    v0,
    bulkModulus,
    bulkModulusDerivative: 4 + ((16 / 9) * c3 * scale ** 3) / (bulkModulus * v0),
  };
}

/** Coefficients of the cubic with the least squares. */
function polynomial(x: Float64Array, y: Float64Array): Float64Array | undefined {
  const normal = new Float64Array(16);
  const right = new Float64Array(4);
  for (let point = 0; point < x.length; point++) {
    for (let i = 0; i < 4; i++) {
      right[i] += x[point] ** i * y[point];
      for (let j = 0; j < 4; j++) normal[4 * i + j] += x[point] ** (i + j);
    }
  }
  return solveDense(normal, right);
}

function descended(
  volumes: Float64Array,
  energies: Float64Array,
  form: EquationFormName,
  start: EquationParameters,
): EquationParameters {
  const { energy } = formOf[form];
  // In units in which all four are near 1, the energy from that of the start.
  const units = [start.bulkModulus * start.v0, start.v0, start.bulkModulus, 1];
  const at = (x: Float64Array): EquationParameters => ({
    e0: x[0] * units[0],
    v0: x[1] * units[1],
    bulkModulus: x[2] * units[2],
    bulkModulusDerivative: x[3],
  });
  const residuals = (x: Float64Array) =>
    volumes.map((volume, k) => (energy(at(x), volume) - (energies[k] - start.e0)) / units[0]);
  let x: Float64Array = Float64Array.of(0, 1, 1, start.bulkModulusDerivative);
  let errors = residuals(x);
  let damping = 1e-6;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const step = levenberg(x, errors, residuals, damping);
    if (step === undefined) break;
    const next = x.map((value, k) => value + step[k]);
    const there = residuals(next);
    if (!(squares(there) < squares(errors))) {
      damping *= 10;
      if (damping > 1e6) break;
      continue;
    }
    x = next;
    errors = there;
    damping = Math.max(damping / 10, 1e-12);
    if (step.every((value) => Math.abs(value) < 1e-12)) break;
  }
  const { e0, v0, bulkModulus, bulkModulusDerivative } = at(x);
  const found = { e0: e0 + start.e0, v0, bulkModulus, bulkModulusDerivative };
  const isFit = fieldNames.every((name) => Number.isFinite(found[name]));
  if (!isFit || !(v0 > 0 && bulkModulus > 0)) throw noMinimum(volumes);
  return found;
}

/** The step that solves (JᵀJ + λ diag JᵀJ) d = −Jᵀ r. */
function levenberg(
  x: Float64Array,
  errors: Float64Array,
  residuals: (x: Float64Array) => Float64Array,
  damping: number,
): Float64Array | undefined {
  const columns = Array.from(x, (_, k) => {
    const h = 1e-5;
    const [plus, minus] = [h, -h].map((shift) =>
      residuals(x.map((value, i) => (i === k ? value + shift : value))),
    );
    return plus.map((value, i) => (value - minus[i]) / (2 * h));
  });
  const normal = new Float64Array(16);
  const right = new Float64Array(4);
  columns.forEach((a, i) => {
    right[i] = -dot(a, errors);
    columns.forEach((b, j) => {
      normal[4 * i + j] = dot(a, b) * (i === j ? 1 + damping : 1);
    });
  });
  return solveDense(normal, right);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}

function squares(values: Float64Array): number {
  return dot(values, values);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function noMinimum(volumes: Float64Array): DomainError {
  return new DomainError(
    `the energies of ${volumes.length} volumes have no minimum that an equation of state could be fitted to; take volumes about the equilibrium`,
    { volumes: Array.from(volumes) },
  );
}
