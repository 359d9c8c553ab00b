import { Task, type TaskProgress } from "../runtime/task.js";
import type { CompositeOptions, TaskOptions } from "../runtime/task-options.js";
import { checkedTaskOptions } from "../runtime/task-options.js";
import type { End, TaskStats, Work, WorkRecord } from "../runtime/work.js";
import type { FlowStep, FlowStepName } from "./flow-record.js";
import { FlowRun } from "./flow-run.js";

/** Progress of a flow, with the step that it is at. */
export interface FlowProgress extends TaskProgress {
  /** Undefined before the first one. */
  readonly step: FlowStepName | undefined;
}

/** Options of every flow. */
export interface FlowTaskOptions extends Omit<TaskOptions, "onProgress"> {
  /** Called some times a second, and once at the end. */
  readonly onProgress?: (progress: FlowProgress) => void;
  /** Called when a step begins, and when it has ended. If it throws, the flow ends with that error. */
  readonly onStep?: (step: FlowStep) => void;
}

type Weights = Partial<Readonly<Record<FlowStepName, number>>>;

/** Transient failures pass without a word, as they do in a transaction of a database. */
const usualRetry = { attempts: 3 } as const;

/** The work of a flow: its steps. */
class FlowWork<T> implements Work<T> {
  readonly phase = "running";
  readonly run: FlowRun;
  private readonly body: (run: FlowRun) => Promise<T>;
  private readonly weights: Weights;
  private readonly priority: WorkRecord["priority"];
  private most = 0;

  constructor(
    run: FlowRun,
    weights: Weights,
    priority: WorkRecord["priority"],
    body: (run: FlowRun) => Promise<T>,
  ) {
    this.run = run;
    this.weights = weights;
    this.priority = priority;
    this.body = body;
  }

  start(end: End<T>, timeoutMs: number): void {
    const failed = (error: unknown) => {
      const { outcome, reason } = this.run.explained(error, timeoutMs);
      end.fail(outcome, reason);
    };
    this.body(this.run).then((value) => {
      // It may have been stopped when its last step was over.
      if (this.run.isStopped) failed(undefined);
      else end.succeed(value);
    }, failed);
  }

  stop(why: "cancelled" | "timedOut"): boolean {
    this.run.stop(why);
    return true;
  }

  retried(): void {} // the parts run again, not the flow

  closed(): void {}

  chunks(): { readonly done: number; readonly total: number } {
    const weightOf = (step: FlowStepName) => this.weights[step] ?? 0;
    const total = Object.values(this.weights).reduce((sum, weight) => sum + weight, 0);
    const done = this.run.record.reduce(
      (sum, { step, status }) =>
        sum + weightOf(step) * (status === "running" ? this.run.shareDone : 1),
      0,
    );
    // A part that is tried again begins anew.
    this.most = Math.max(this.most, done);
    return { done: this.most, total };
  }

  record(): WorkRecord {
    const none = undefined;
    return {
      priority: this.priority,
      worker: none,
      steps: { evaluated: none, scheduled: none, allocated: none, executed: none, freed: none },
    };
  }

  stats(): TaskStats | undefined {
    return undefined;
  }
}

/** A task that knows at which step it is. */
class FlowTask<T> extends Task<T> {
  private readonly run: FlowRun;

  constructor(work: FlowWork<T>, options: CompositeOptions) {
    super(work.run.name, work, options);
    this.run = work.run;
  }

  override measure(): FlowProgress {
    // Reports may come before the constructor is through.
    const running = this.run?.current;
    return { ...super.measure(), step: running?.step };
  }

  override get progress(): AsyncIterable<FlowProgress> {
    return super.progress as AsyncIterable<FlowProgress>;
  }
}

/**
 * Starts a flow.
 *
 * @throws {DomainError | InvalidConfiguration} options of tasks that are none.
 */
export function startFlow<T>(
  name: string,
  weights: Weights,
  options: FlowTaskOptions,
  body: (run: FlowRun) => Promise<T>,
): FlowTask<T> {
  const { runtime, signal, timeoutMs, priority, memoryLimit, retry, isolation } = options;
  const { onProgress, onStep } = options;
  const given = { signal, timeoutMs, onProgress } as CompositeOptions;
  const parts = { runtime, priority, memoryLimit, retry: retry ?? usualRetry, isolation };
  checkedTaskOptions({ ...given, ...parts } as TaskOptions);
  const run = new FlowRun(name, defined(parts), onStep);
  const work = new FlowWork(run, weights, priority ?? "normal", body);
  return new FlowTask(work, defined(given));
}

/** Without the members that are undefined. */
function defined<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
