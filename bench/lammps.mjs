// Potentials of LAMMPS' own folder, where it is installed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { embeddedAtom } from "prism-lab";

const folder = process.env.LAMMPS_POTENTIALS ?? "/usr/share/lammps/potentials";

/** Mishin's copper, as the peers have it; undefined where there is no such file. */
export async function mishinCopper() {
  const file = join(folder, "Cu_mishin1.eam.alloy");
  return existsSync(file) ? embeddedAtom(file) : undefined;
}
