import { requireFlag } from "../base/check.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { type ModeSource, runModes } from "./mode-source.js";
import type { CellOperation } from "./phonon-cells.js";
import { PhononMesh } from "./phonon-mesh.js";
import { qMesh } from "./q-mesh.js";

export interface MeshOptions extends TaskOptions {
  /**
   * Whether Γ is a point of the mesh. Default false: half a step off it along even counts, as H. J. Monkhorst
   * & J. D. Pack, Phys. Rev. B 13, 5188 (1976), have it; that costs some of the symmetry of lattices such
   * as hexagonal ones, for which true is the better choice.
   */
  readonly gammaCentred?: boolean;
  /** Also eigenvectors, for projected densities and mean square displacements; default false. */
  readonly eigenvectors?: boolean;
}

/** @see Phonons.mesh */
export function phononMesh(
  source: ModeSource,
  operations: readonly CellOperation[],
  counts: ArrayLike<number>,
  options: MeshOptions,
): Task<PhononMesh> {
  const known = ["gammaCentred", "eigenvectors"] as const;
  const {
    gammaCentred = false,
    eigenvectors = false,
    ...task
  } = requireTaskOptions("mesh", options, known, "{ gammaCentred: true }");
  requireFlag("gammaCentred", gammaCentred);
  const mesh = qMesh(operations, counts, gammaCentred);
  return runModes(source, "mesh", mesh.qPoints, { ...task, eigenvectors }, (modes) =>
    PhononMesh.of(source, mesh, modes),
  );
}
