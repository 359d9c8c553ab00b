// The addon without the library: one function that runs a kernel, for tests of the native side in
// any thread or process. The offsets are those of native/src/record.zig.
const { createRequire } = require("node:module");

const intsPerRecord = 64;
const recordsPerSlab = 256;

/** `control`, if given, gets `cancel()`, `withdraw()` and `words()` once the task is submitted. */
exports.callerOf = (addon) => {
  const slabs = [];
  const free = [];
  const waiting = new Map();
  const finished = new Int32Array(new SharedArrayBuffer(4 * 513));

  function grow() {
    const slab = new Int32Array(new SharedArrayBuffer(4 * intsPerRecord * recordsPerSlab));
    addon.addRecords(slab);
    const first = slabs.push(slab) * recordsPerSlab - recordsPerSlab;
    for (let i = recordsPerSlab - 1; i >= 0; i--) free.push(first + i);
  }

  function recordOf(slot) {
    const { buffer } = slabs[Math.floor(slot / recordsPerSlab)];
    const offset = (slot % recordsPerSlab) * intsPerRecord * 4;
    return {
      ints: new Int32Array(buffer, offset, intsPerRecord),
      floats: new Float64Array(buffer, offset, intsPerRecord / 2),
    };
  }

  function settle() {
    for (let i = 1; i <= finished[0]; i++) {
      const slot = finished[i];
      const { ints, floats } = recordOf(slot);
      const { message, outputs } = ints[9] ? addon.takeResult(slot) : { message: "", outputs: [] };
      const resolve = waiting.get(slot);
      waiting.delete(slot);
      resolve({
        status: ints[4],
        message,
        outputs,
        peakBytes: floats[11],
        queuedMs: floats[9] - floats[7],
        runMs: floats[10] - floats[9],
        worker: ints[5],
      });
      free.push(slot);
    }
    finished[0] = 0;
  }
  addon.setOnFinished(settle, finished, setImmediate);

  return (poolId, kernel, inputs = [], params = [], options = {}) => {
    if (free.length === 0) grow();
    const slot = free.pop();
    const { ints, floats } = recordOf(slot);
    ints.fill(0, 0, 32);
    ints[6] = options.priority ?? 1;
    ints[7] = typeof kernel === "number" ? kernel : addon.kernels.indexOf(kernel);
    ints[8] = params.length;
    floats[6] = slot;
    floats[12] = options.memoryLimit ?? 0;
    floats[13] = options.timeoutMs ?? 0;
    floats.set(params.slice(0, 16), 16);
    let refusal = -1;
    try {
      refusal = addon.submit(poolId, slot, inputs);
    } finally {
      if (refusal !== 0 && refusal !== 1) free.push(slot);
    }
    if (refusal > 1) throw new RangeError(`submit refused with ${refusal}`);
    if (refusal === 1) void Promise.resolve().then(() => addon.flush());
    if (options.control) {
      options.control.cancel = () => Atomics.store(ints, 0, 1);
      options.control.withdraw = () => addon.withdraw(slot);
      options.control.progress = () => [ints[1], ints[2]];
    }
    return new Promise((resolve) => waiting.set(slot, resolve));
  };
};

exports.load = (path) => createRequire(__filename)(path);
