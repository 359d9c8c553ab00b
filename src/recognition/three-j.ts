/**
 * Wigner's 3j symbols (l l l; m₁ m₂ −m₁−m₂) as a [2l + 1, 2l + 1] table over m₁ and m₂ from −l to l, 0
 * where the third leaves the range: Racah's formula, exact to some digits at l = 12.
 *
 * @see Edmonds, Angular Momentum in Quantum Mechanics (1957), eq. 3.6.10.
 */
export function threeJTable(l: number): Float64Array {
  const edge = 2 * l + 1;
  const table = new Float64Array(edge * edge);
  for (let first = -l; first <= l; first++) {
    for (let second = -l; second <= l; second++) {
      const third = -first - second;
      if (Math.abs(third) > l) continue;
      table[(first + l) * edge + second + l] = threeJ(l, first, second, third);
    }
  }
  return table;
}

function threeJ(l: number, m1: number, m2: number, m3: number): number {
  const triangle = factorial(l) ** 3 / factorial(3 * l + 1);
  const sizes = [m1, m2, m3].reduce((sum, m) => sum * factorial(l + m) * factorial(l - m), 1);
  let sum = 0;
  for (let t = Math.max(0, m2, -m1); t <= Math.min(l, l - m1, l + m2); t++) {
    const below =
      factorial(t) *
      factorial(l - t) *
      factorial(l - m1 - t) *
      factorial(l + m2 - t) *
      factorial(t + m1) *
      factorial(t - m2);
    sum += (t % 2 === 0 ? 1 : -1) / below;
  }
  const sign = m3 % 2 === 0 ? 1 : -1;
  return sign * Math.sqrt(triangle * sizes) * sum;
}

function factorial(n: number): number {
  let product = 1;
  for (let factor = 2; factor <= n; factor++) product *= factor;
  return product;
}
