import type { FormatContext } from "../crystal/formats.js";
import type { Portable } from "../runtime/remote/portable-error.js";

/** What the thread of a trajectory is to read. */
export interface TrajectoryRequest {
  readonly format: string;
  readonly context: FormatContext;
  readonly path: string;
  /** Structures that it may be ahead. */
  readonly ahead: number;
}

/** A piece of the file, or its end; or that a structure was taken. */
export type ToTrajectory =
  | { readonly kind: "text"; readonly text: string | undefined }
  | { readonly kind: "taken" };

export type FromTrajectory =
  | { readonly kind: "more" }
  | { readonly kind: "frame"; readonly buffers: readonly ArrayBuffer[] }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly error: Portable };
