import type { Crystal } from "../crystal/crystal.js";
import type { Potential } from "../potentials/potential.js";
import type { RunPart } from "../runtime/procedure.js";
import type { TaskOptions } from "../runtime/task-options.js";
import type { CheckedOptions } from "./options.js";

/** What every check works with. */
export interface Trial {
  /** Makes a part of the task. */
  readonly run: RunPart;
  readonly crystal: Crystal;
  readonly potential: Potential;
  readonly checked: CheckedOptions;
  /** Of the parts. */
  readonly options: TaskOptions;
}

/** Shares of the progress, about those of the time. */
export const weights = {
  relax: 20,
  energetic: 4,
  geometric: 1,
  mechanical: 15,
  dynamical: 60,
} as const;
