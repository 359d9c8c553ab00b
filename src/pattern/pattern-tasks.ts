import { requireObject, requireOneOf } from "../base/check.js";
import { requireKnownFields } from "../base/suggest.js";
import { registerKernel } from "../runtime/register-kernel.js";
import { fromPortable, type Portable } from "../runtime/remote/portable-error.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { planOf } from "./generate-parts.js";
import { cloudOf } from "./metrics/cloud-of.js";
import type { PatternMetrics } from "./metrics/pattern-metrics.js";
import { StructureFactorMap } from "./metrics/structure-factor.js";
import { packed, unpacked } from "./packed.js";
import { type Pattern, requirePattern } from "./pattern.js";
import type { PatternConfig } from "./pattern-config.js";
import { requireFeasibleSize } from "./size-limit.js";
import { patternOf } from "./travelling-pattern.js";

/** What `measurePattern` computes: the measures of `pattern.metrics` that take long. */
export type PatternMeasure =
  | "nearestDistances"
  | "nearestDistanceHistogram"
  | "coordination"
  | "bondOrder"
  | "steinhardt"
  | "structureFactor"
  | "hyperuniformity";

const measures: readonly PatternMeasure[] = [
  "nearestDistances",
  "nearestDistanceHistogram",
  "coordination",
  "bondOrder",
  "steinhardt",
  "structureFactor",
  "hyperuniformity",
];

type MeasureMethod<M extends PatternMeasure> = PatternMetrics[M];

/** Options of a measure: those of the method of this name. */
export type MeasureOptions<M extends PatternMeasure> =
  MeasureMethod<M> extends (options?: infer Options) => unknown ? NonNullable<Options> : object;

/** What the method of this name returns. */
export type MeasureResult<M extends PatternMeasure> =
  MeasureMethod<M> extends (...options: never[]) => infer Result ? Result : MeasureMethod<M>;

/**
 * `generatePattern` on a thread of its own, for patterns of millions of points: the same code, with
 * progress, a deadline and a stop.
 *
 * @throws {InvalidConfiguration | DomainError | ShapeError} as `generatePattern`, at once.
 * @throws {ResourceExhausted} more points than fit in this machine's memory.
 * @throws {QuotaExceeded} a result larger than `memoryLimit`, when awaited.
 * @example
 * const iron = await generatePatternAsync({
 *   patternType: "bravais", lattice: "cI", a: 2.87, counts: [200, 200, 200],
 * });
 */
export function generatePatternAsync(
  config: PatternConfig,
  options: TaskOptions = {},
): Task<Pattern> {
  const plan = planOf(config);
  requireFeasibleSize(plan.config.patternType, plan.pointEstimate);
  return run("generatePatternAsync", "generate", plan.config, options, (value) =>
    patternOf(value, plan.config),
  );
}

/**
 * A measure of `pattern.metrics` on a thread of its own, for patterns of more points than the
 * JavaScript thread should be held by.
 *
 * @param measure Name of the method or property of `pattern.metrics`.
 * @param measureOptions Its options.
 * @throws {InvalidConfiguration} an unknown measure. Errors of the measure when awaited.
 * @example
 * const { local } = await measurePattern(pattern, "bondOrder", { n: 4 }, { timeoutMs: 60_000 });
 */
export function measurePattern<M extends PatternMeasure>(
  pattern: Pattern,
  measure: M,
  measureOptions: MeasureOptions<M> = {} as MeasureOptions<M>,
  options: TaskOptions = {},
): Task<MeasureResult<M>> {
  requirePattern(pattern);
  requireOneOf("measure", measure, measures);
  requireObject("the options of the measure", measureOptions, "{ cutoff: 3 }");
  const hasNone = measure === "nearestDistances" || measure === "hyperuniformity";
  if (hasNone) requireKnownFields(`the options of ${measure}`, measureOptions, []);
  const request = { cloud: cloudOf(pattern), measure, options: { ...measureOptions } };
  return run("measurePattern", "measure", request, options, (value) => {
    // Classes do not travel between threads.
    const isMap = measure === "structureFactor";
    return (
      isMap ? new StructureFactorMap(value as StructureFactorMap) : value
    ) as MeasureResult<M>;
  });
}

function run<T>(
  name: string,
  exported: string,
  request: unknown,
  options: TaskOptions,
  finish: (value: unknown) => T,
): Task<T> {
  requireTaskOptions(name, options, [], "{ timeoutMs: 60_000 }");
  const runtime = Runtime.of(options);
  const kernel = registerKernel({
    name: `prism/${name}`,
    module: workerModule(),
    export: exported,
  });
  return runtime.run(
    {
      kernel: kernel.name,
      name,
      inputs: packed(request),
      decode: (outputs) => {
        const reply = unpacked(outputs) as { value: unknown } | { error: Portable };
        if ("error" in reply) throw fromPortable(reply.error);
        return finish(reply.value);
      },
    },
    options,
  );
}

/** Compiled, also when the sources run as they are, as the tests do. */
function workerModule(): URL {
  const worker = new URL("./pattern-worker.js", import.meta.url);
  if (!import.meta.url.endsWith(".ts")) return worker;
  return new URL("../../dist/src/pattern/pattern-worker.js", import.meta.url);
}
