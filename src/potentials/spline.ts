/**
 * A function on an even grid from 0 by the cubic splines that LAMMPS uses, so that energies agree:
 * Hermite's cubics through the values with slopes from five points (three and two near the ends). Behind
 * the last node it stays constant.
 */
export interface Spline {
  readonly step: number;
  readonly values: Float64Array;
  /** df/dx, x = r / step, at the nodes. */
  readonly slopes: Float64Array;
}

/** @param values At least five. */
export function splineOf(step: number, values: Float64Array): Spline {
  const last = values.length - 1;
  const slopes = new Float64Array(values.length);
  slopes[0] = values[1] - values[0];
  slopes[1] = (values[2] - values[0]) / 2;
  for (let k = 2; k < last - 1; k++) {
    slopes[k] = (values[k - 2] - values[k + 2] + 8 * (values[k + 1] - values[k - 1])) / 12;
  }
  slopes[last - 1] = (values[last] - values[last - 2]) / 2;
  slopes[last] = values[last] - values[last - 1];
  return { step, values, slopes };
}

export interface FunctionValue {
  readonly value: number;
  /** df/dr. */
  readonly slope: number;
}

export function valueAt({ step, values, slopes }: Spline, r: number): FunctionValue {
  const last = values.length - 1;
  const at = r / step;
  if (at >= last) return { value: values[last], slope: 0 };
  const k = Math.floor(at);
  const x = at - k;
  const rise = values[k + 1] - values[k];
  const square = 3 * rise - 2 * slopes[k] - slopes[k + 1];
  const cubic = slopes[k] + slopes[k + 1] - 2 * rise;
  return {
    value: values[k] + x * (slopes[k] + x * (square + x * cubic)),
    slope: (slopes[k] + x * (2 * square + 3 * x * cubic)) / step,
  };
}

/**
 * The same function on another even grid, by Lagrange's cubic through four points, as LAMMPS brings
 * functions of several files together.
 */
export function resampled(
  step: number,
  values: Float64Array,
  newStep: number,
  newCount: number,
): Float64Array {
  return Float64Array.from({ length: newCount }, (_, index) => {
    const at = (index * newStep) / step;
    const k = Math.max(1, Math.min(Math.floor(at), values.length - 3));
    const p = Math.min(at - k, 2);
    return (
      (-p * (p - 1) * (p - 2) * values[k - 1]) / 6 +
      ((p * p - 1) * (p - 2) * values[k]) / 2 -
      (p * (p + 1) * (p - 2) * values[k + 1]) / 2 +
      (p * (p * p - 1) * values[k + 2]) / 6
    );
  });
}
