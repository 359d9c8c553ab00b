// Random tasks: each with what is asked of the runtime and all that may become of it.
import { Crystal, Lattice, structureFactors } from "prism-lab";

const priorities = ["background", "normal", "interactive", "critical"];
const valuesPerSumChunk = 4096;
const bytesPerNumber = 8;
/** More than any runtime here has. */
const tooMuch = 2 ** 40;

/** Shares of the kinds, and of what is done to them. */
const kinds = [
  [60, empty],
  [15, sum],
  [8, alloc],
  [8, spin],
  [3, panic],
  [2, invalid],
  [1, badDecode],
  [0.2, factors],
  [0.1, endless],
];

export class Mix {
  /** @param random Numbers in [0, 1). */
  constructor(random) {
    this.random = random;
    this.sums = sumInputs(random);
    this.factors = undefined;
  }

  /**
   * - `start(runtime, options, decoded)` submits the task; `decoded` is called with every result.
   * - `value`: the result it must have; `failure`: the code it must fail with instead.
   * - `need`: bytes that it takes.
   * - `plan`: how it is stopped: "now", "later", "signal" (one that others share), "before", or not.
   */
  next() {
    const kind = this.pick(kinds);
    const spec = { name: kind.name, need: 0, plan: this.plan(), ...kind(this) };
    spec.options = this.options(spec);
    if (spec.options.memoryLimit > 0 && spec.options.memoryLimit < spec.need) spec.isShort = true;
    if (spec.options.memoryLimit === tooMuch) spec.isShort = true;
    return spec;
  }

  chance(share) {
    return this.random() < share;
  }

  below(count) {
    return Math.floor(this.random() * count);
  }

  pick(weighted) {
    let left = this.random() * weighted.reduce((total, [weight]) => total + weight, 0);
    for (const [weight, value] of weighted) {
      left -= weight;
      if (left < 0) return value;
    }
    return weighted[0][1];
  }

  plan() {
    return this.pick([
      [86, undefined],
      [5, "now"],
      [5, "later"],
      [3, "signal"],
      [1, "before"],
    ]);
  }

  options({ need, plan, failure, isEndless, isUnlimited }) {
    const options = {};
    if (this.chance(0.7)) options.priority = priorities[this.below(4)];
    if (isEndless && plan === undefined) options.timeoutMs = 1 + this.below(10);
    else if (this.chance(0.03)) options.timeoutMs = 0.05 + 30 * this.random();
    if (!isUnlimited) options.memoryLimit = this.memoryLimit(need);
    if (failure === "TASK_FAILED" && this.chance(0.2)) {
      const attempts = 2 + this.below(2);
      options.retry = { attempts, backoffMs: this.below(2), on: ["TASK_FAILED"] };
    }
    return options;
  }

  memoryLimit(need) {
    const shortage = need > 1 ? 5 : 0;
    return this.pick([
      [84, undefined],
      [10, 2 * need + 65_536],
      [shortage, Math.max(1, Math.floor(need / 2))],
      [1, tooMuch],
    ]);
  }
}

function empty() {
  return { ...ofCall({ kernel: "empty" }, () => 7), value: 7 };
}

/** Whole numbers, so that their sum is exact; in memory that is copied and in shared memory. */
function sumInputs(random) {
  return [1, 10, 100, 1000, 5000, 9000].flatMap((length) => {
    const input = Float64Array.from({ length }, () => Math.floor(1000 * random()));
    const shared = new Float64Array(new SharedArrayBuffer(input.byteLength));
    shared.set(input);
    const value = input.reduce((total, each) => total + each, 0);
    const scratch = bytesPerNumber * (Math.ceil(length / valuesPerSumChunk) + 1);
    return [
      { input, value, need: scratch + input.byteLength },
      { input: shared, value, need: scratch },
    ];
  });
}

function sum(mix) {
  const { input, value, need } = mix.sums[mix.below(mix.sums.length)];
  const decode = ([total]) => new Float64Array(total)[0];
  return { ...ofCall({ kernel: "test.sum", inputs: [input] }, decode), value, need };
}

function alloc(mix) {
  const params = [1 + mix.below(8), 64 + mix.below(50_000)];
  return {
    ...ofCall({ kernel: "test.alloc", params }, () => "taken"),
    value: "taken",
    need: params[0] * params[1],
  };
}

function spin(mix) {
  const params = [mix.random() * 0.05, 1 + mix.below(4)];
  return { ...ofCall({ kernel: "test.spin", params }, () => "spun"), value: "spun" };
}

function panic(mix) {
  const where = mix.below(2);
  return {
    ...ofCall({ kernel: "test.panic", params: [where] }, () => "never"),
    failure: "TASK_FAILED",
    need: where === 0 ? 4 : 0,
    isUnlimited: true,
  };
}

function invalid() {
  return {
    ...ofCall({ kernel: "test.spin", params: [-1, 1] }, () => "never"),
    failure: "DOMAIN_ERROR",
  };
}

function badDecode() {
  const decode = () => {
    throw Object.assign(new Error("no such result"), { code: "MINE" });
  };
  return { ...ofCall({ kernel: "empty" }, decode), failure: "MINE" };
}

/** Two results of 80 kB each, which JavaScript gets without a copy. */
function factors(mix) {
  mix.factors ??= {
    crystal: Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Po"],
      fracPositions: [0, 0, 0],
    }),
    hkl: Int32Array.from({ length: 30_000 }, (_, i) => Math.floor(i / 3) % 7),
  };
  const { crystal, hkl } = mix.factors;
  return {
    start: (runtime, options) => structureFactors(crystal, hkl, { ...options, runtime }),
    // f(0) is the number of electrons, within the error of the fit.
    check: ({ re, im }) =>
      Math.abs(re[0] - 84) < 0.1 && re.length === 10_000 && im.length === 10_000,
    need: 1,
    isUnlimited: true,
  };
}

/** Ends only by being stopped, in one of four ways; without a plan it has a timeout. */
function endless(mix) {
  const params = [1e6, 1 + mix.below(4)];
  const plan = ["now", "later", "signal", undefined][mix.below(4)];
  return { ...ofCall({ kernel: "test.spin", params }, () => "never"), isEndless: true, plan };
}

function ofCall(call, decode) {
  return {
    start: (runtime, options, decoded) =>
      runtime.run(
        {
          name: call.kernel,
          ...call,
          decode(outputs) {
            decoded();
            return decode(outputs);
          },
        },
        options,
      ),
  };
}
