import { show } from "./check.js";
import { DomainError } from "./errors.js";

/**
 * Random numbers that a seed repeats on every machine: xoshiro128**, its 128 bits of state filled from
 * the seed by SplitMix32. Not for secrets.
 *
 * @see Blackman & Vigna, ACM Trans. Math. Softw. 47, 36 (2021); Steele et al., OOPSLA 2014.
 * @example new SeededRandom(1).uniform() // the same number each time
 */
export class SeededRandom {
  readonly seed: number;
  private readonly state: Uint32Array;

  /** @throws {DomainError} the seed is no whole number from 0 to 2³² − 1. */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new DomainError(`seed must be a whole number from 0 to 4294967295, got ${show(seed)}`, {
        seed,
      });
    }
    this.seed = seed;
    let word = seed;
    this.state = Uint32Array.from({ length: 4 }, () => {
      word = (word + 0x9e3779b9) | 0;
      let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return mixed ^ (mixed >>> 16);
    });
  }

  /** In [0, 1), 53 bits. */
  uniform(): number {
    const high = this.next() >>> 5;
    const low = this.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** In the ball of a radius about the origin, evenly by volume. */
  inBall(radius: number): [number, number, number] {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const z = 2 * this.uniform() - 1;
      if (x * x + y * y + z * z <= 1) return [radius * x, radius * y, radius * z];
    }
  }

  /** Puts a list into a random order, in place. */
  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }

  private next(): number {
    const s = this.state;
    const product = Math.imul(s[1], 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }
}
