/** Of `applyPattern` up to "verify", of `optimizeCrystal` from "evaluate"; one of the last two ends both. */
export type FlowStepName =
  | "check"
  | "reserve"
  | "generate"
  | "update"
  | "optimise"
  | "verify"
  | "evaluate"
  | "strategy"
  | "improve"
  | "stability"
  | "validate"
  | "commit"
  | "rollback";

/** One step of a flow. */
export interface FlowStep {
  readonly step: FlowStepName;
  readonly status: "running" | "done" | "skipped" | "failed" | "cancelled";
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** How long it took, or has taken so far. */
  readonly ms: number;
  /** What it found or did, in words. */
  readonly detail: string;
  /** Why it failed. */
  readonly reason?: FlowReason;
}

/** Stable names of what keeps a flow from its commit. */
export type FlowReasonCode =
  | "MAX_NODES"
  | "MEMORY"
  | "PATTERN"
  | "MISFIT"
  | "OVERLAP"
  | "NOT_CONVERGED"
  | "COLLAPSED"
  | "ENERGY_ROSE"
  | "CHANGED"
  | "NOT_REPRODUCED"
  | "UNSTABLE"
  | "CONFIGURATION";

/** Why nothing was committed. */
export interface FlowReason {
  /** The step that said so. */
  readonly step: FlowStepName;
  readonly code: FlowReasonCode;
  readonly message: string;
  /** The numbers of it. */
  readonly data?: unknown;
}

/** Thrown by a step: the flow rolls back. It never leaves the flow. */
export class Refusal extends Error {
  readonly code: FlowReasonCode;
  readonly data: unknown;

  constructor(code: FlowReasonCode, message: string, data?: unknown, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
