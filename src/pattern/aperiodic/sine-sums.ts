/**
 * Sums of whole multiples of sines, Σ cᵢ sin(2π tᵢ/n), with their exact sign. With ζ = exp(2πi/n) such
 * a sum is (Σ cᵢ (ζ^tᵢ − ζ^−tᵢ))/2i, which is zero exactly where the remainder of the polynomial by the
 * n-th cyclotomic one is.
 */
export interface SineSums {
  readonly n: number;
  /** φ(n): the number of coefficients of a remainder. */
  readonly degree: number;
  /** [n, degree]: the remainder of ζ^t − ζ^−t. */
  readonly remainders: Float64Array;
}

export function sineSums(n: number): SineSums {
  const modulus = cyclotomic(n);
  const degree = modulus.length - 1;
  const remainders = new Float64Array(n * degree);
  for (let t = 0; t < n; t++) {
    const polynomial = new Array<number>(n).fill(0);
    polynomial[t] += 1;
    polynomial[(n - t) % n] -= 1;
    remainders.set(remainder(polynomial, modulus), t * degree);
  }
  return { n, degree, remainders };
}

/**
 * Sign of a sin(2πs/n) + b sin(2πt/n) + c sin(2πu/n), exactly: -1, 0 or 1.
 *
 * @param s Between 0 and n - 1, as are t and u. @param a A whole number, as are b and c.
 */
export function signOfSines(
  { n, degree, remainders }: SineSums,
  a: number,
  s: number,
  b: number,
  t: number,
  c: number,
  u: number,
): -1 | 0 | 1 {
  let isZero = true;
  for (let i = 0; i < degree && isZero; i++) {
    const coefficient =
      a * remainders[s * degree + i] +
      b * remainders[t * degree + i] +
      c * remainders[u * degree + i];
    isZero = coefficient === 0;
  }
  if (isZero) return 0;
  const sum = BigInt(a) * bigSine(s, n) + BigInt(b) * bigSine(t, n) + BigInt(c) * bigSine(u, n);
  return sum > 0n ? 1 : -1;
}

/** Coefficients of the n-th cyclotomic polynomial, constant first: xⁿ − 1 over those of all divisors. */
function cyclotomic(n: number): number[] {
  let quotient = [-1, ...new Array<number>(n - 1).fill(0), 1];
  for (let d = 1; d < n; d++) {
    if (n % d === 0) quotient = divide(quotient, cyclotomic(d)).quotient;
  }
  return quotient;
}

function remainder(polynomial: readonly number[], modulus: readonly number[]): number[] {
  return divide(polynomial, modulus).rest.slice(0, modulus.length - 1);
}

/** By a polynomial whose highest coefficient is 1. */
function divide(polynomial: readonly number[], divisor: readonly number[]) {
  const rest = [...polynomial];
  const degree = divisor.length - 1;
  const quotient = new Array<number>(Math.max(1, rest.length - degree)).fill(0);
  for (let i = rest.length - 1; i >= degree; i--) {
    const factor = rest[i];
    quotient[i - degree] = factor;
    for (let k = 0; k <= degree; k++) rest[i - degree + k] -= factor * divisor[k];
  }
  while (rest.length < degree) rest.push(0);
  return { quotient, rest };
}

/**
 * Binary digits after the point. A sum that is not zero is at least 10^-170 for n up to 30 and
 * coefficients up to 10^13: the product of its conjugates is a whole number.
 */
const one = 1n << 640n;
const sines = new Map<string, bigint>();

/** sin(2πt/n) in units of 2^-640, off by less than 2^10 of them: Taylor's series. */
function bigSine(t: number, n: number): bigint {
  const key = `${t}/${n}`;
  const known = sines.get(key);
  if (known !== undefined) return known;
  const x = (2n * pi() * BigInt(t)) / BigInt(n);
  const square = (x * x) / one;
  let sum = 0n;
  let term = x;
  for (let k = 2n; term !== 0n; k += 2n) {
    sum += term;
    term = -(term * square) / (one * k * (k + 1n));
  }
  sines.set(key, sum);
  return sum;
}

/** Machin's formula, π = 16 arctan(1/5) − 4 arctan(1/239). */
function pi(): bigint {
  return 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n);
}

function arctanOfInverse(x: bigint): bigint {
  let sum = 0n;
  let power = one / x;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power = -power / (x * x);
  }
  return sum;
}
