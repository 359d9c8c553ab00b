// Eigenvalues and eigenvectors of random Hermitian matrices on one thread, in turn with numpy's on one
// thread, where `python3` has it.
import { spawnSync } from "node:child_process";
import { Runtime } from "prism-lab";
import { elapsedMs, inTurn, quantile } from "./measure.mjs";
import { mulberry32 } from "./structures.mjs";

const program = `
import json, sys, time
import numpy as np
n, runs = int(sys.argv[1]), int(sys.argv[2])
random = np.random.default_rng(n)
a = random.normal(size=(n, n)) + 1j * random.normal(size=(n, n))
a += a.conj().T
out = []
for solve in (np.linalg.eigh, np.linalg.eigvalsh):
    times = []
    for run in range(runs + 1):
        start = time.perf_counter()
        solve(a)
        times.append(1e3 * (time.perf_counter() - start))
    out.append(times[1:])
print(json.dumps(out))
`;

/** Milliseconds of all runs with vectors, and of all without; or why not. */
function numpy(n, runs) {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program, n, runs], { env });
  if (status === 0) return JSON.parse(String(stdout));
  return {
    reason: String(stderr ?? "no python3")
      .trim()
      .split("\n")
      .at(-1),
  };
}

/** Milliseconds a matrix of all runs; one task has as many as make it worth while. */
async function own(runtime, n, vectors, runs) {
  const count = Math.max(1, Math.floor(1e6 / n ** 3));
  const random = mulberry32(n);
  const matrices = Float64Array.from({ length: 2 * count * n * n }, () => random() - 0.5);
  const call = { kernel: "hermitianEigen", inputs: [matrices], params: [n, vectors] };
  const times = [];
  for (let run = 0; run <= runs; run++) {
    times.push((await elapsedMs(() => runtime.run({ ...call, decode: () => undefined }))) / count);
  }
  return times.slice(1);
}

const median = (rounds) => quantile(rounds.flat(), 0.5);
const least = (rounds) => quantile(rounds.flat(), 0);

function numpyValues(rounds) {
  const { reason } = rounds[0];
  if (reason !== undefined) return { numpyMs: null, numpyReason: reason };
  const [withVectors, values] = [0, 1].map((which) => rounds.map((round) => round[which]));
  return {
    numpyMs: median(withVectors),
    numpyMinMs: least(withVectors),
    numpyValuesMs: median(values),
  };
}

export async function* run({ quick = false, wants = () => true } = {}) {
  const runtime = new Runtime({ threadCount: 1 });
  for (const n of quick ? [6, 30] : [6, 60, 300, 900]) {
    if (!wants(`eigen-${n}`)) continue;
    const runs = quick ? 1 : n > 500 ? 2 : 20;
    const rounds = quick ? 1 : 3;
    const [withVectors, values, peer] = await inTurn(
      [() => own(runtime, n, 1, runs), () => own(runtime, n, 0, runs), () => numpy(n, runs)],
      rounds,
    );
    yield {
      case: `eigen-${n}`,
      size: n,
      secondsMedian: median(withVectors) / 1e3,
      runs: rounds * runs,
      values: { minMs: least(withVectors), valuesMs: median(values), ...numpyValues(peer) },
    };
  }
  runtime.close();
}
