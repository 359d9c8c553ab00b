// The kernels that run on a thread of their own: the same code as on the JavaScript thread.
import { PrismError } from "../base/errors.js";
import type { ModuleCall } from "../runtime/remote/module-kernels.js";
import { toPortable } from "../runtime/remote/portable-error.js";
import { planOf } from "./generate-parts.js";
import { finishedPattern } from "./generate-pattern.js";
import { PatternMetrics } from "./metrics/pattern-metrics.js";
import type { PointCloud } from "./metrics/point-cloud.js";
import { packed, unpacked } from "./packed.js";
import type { PatternConfig } from "./pattern-config.js";
import { dataOf } from "./travelling-pattern.js";

class Stopped extends Error {}

/** inputs: a packed `PatternConfig`; outputs: a packed pattern. */
export function generate(call: ModuleCall): readonly ArrayBufferView[] {
  return replying(() => {
    const plan = planOf(received(call) as PatternConfig);
    // The last step puts the points where they belong; what it costs is like one of nine.
    const pattern = finishedPattern(plan, (done, total) => {
      if (call.isCancelled()) throw new Stopped();
      call.progress(Math.floor((900 * done) / total), 1000);
    });
    return dataOf(pattern);
  });
}

interface MeasureRequest {
  readonly cloud: PointCloud;
  readonly measure: keyof PatternMetrics;
  readonly options: object;
}

/** inputs: a packed `MeasureRequest`; outputs: the packed measure. */
export function measure(call: ModuleCall): readonly ArrayBufferView[] {
  return replying(() => {
    const { cloud, measure: name, options } = received(call) as MeasureRequest;
    const metrics = new PatternMetrics(cloud, false);
    const found: unknown = metrics[name];
    return typeof found === "function" ? found.call(metrics, options) : found;
  });
}

function received({ inputs }: ModuleCall): unknown {
  return unpacked(
    inputs.map(({ buffer, byteOffset, byteLength }) =>
      (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength),
    ),
  );
}

/** An error of ours is a reply, so that it arrives as it is and not as the failure of a kernel. */
function replying(work: () => unknown): readonly ArrayBufferView[] {
  try {
    return packed({ value: work() });
  } catch (error) {
    if (error instanceof Stopped) return [];
    if (error instanceof PrismError) return packed({ error: toPortable(error) });
    throw error;
  }
}
