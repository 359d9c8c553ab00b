import { type Format, registerFormat } from "../crystal/formats.js";
import { cif } from "./cif/format.js";
import { aseJson } from "./json/ase.js";
import { optimade } from "./json/optimade.js";
import { pymatgenJson } from "./json/pymatgen.js";
import { lammpsData, lammpsDump } from "./lammps/format.js";
import { pdb } from "./pdb/format.js";
import { poscar } from "./vasp/poscar.js";
import { xdatcar } from "./vasp/xdatcar.js";
import { xsf } from "./xsf/format.js";
import { extxyz, xyz } from "./xyz/format.js";

/** Those that Prism has by itself, in the order in which they are tried. */
export const builtInFormats: readonly Format[] = [
  ...[cif, poscar, xdatcar, extxyz, xyz, pdb, lammpsData, lammpsDump, xsf],
  ...[optimade, aseJson, pymatgenJson],
];
for (const format of builtInFormats) registerFormat(format);
