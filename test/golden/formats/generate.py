"""Writes structures with ASE and pymatgen, and what they hold, for Prism to read.

    /usr/bin/python3 test/golden/formats/generate.py
"""
import json
import os
import pathlib
import warnings

import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.constraints import FixAtoms
from ase.io import write
from ase.io.jsonio import encode
from pymatgen.core import Lattice, Molecule, Structure
from pymatgen.io.lammps.data import LammpsData
from pymatgen.io.vasp import Poscar
from pymatgen.io.xcrysden import XSF
from pymatgen.io.xyz import XYZ

warnings.simplefilter("ignore")
os.chdir(pathlib.Path(__file__).parent)
here = pathlib.Path()
expected = {}


def rounded(values):
    return np.round(np.asarray(values, float), 10).tolist()


def expect(name, frames, **more):
    expected[name] = {
        "frames": [
            {
                "numbers": [int(z) for z in atoms.numbers],
                "cell": rounded(atoms.cell.array),
                "periodic": [bool(p) for p in atoms.pbc],
                "positions": rounded(atoms.positions),
            }
            for atoms in frames
        ],
        **more,
    }


# ---- ASE ----------------------------------------------------------------------------------------

tilted = Atoms(
    "TiO2Ti",
    cell=[[4.1, 0, 0], [0.7, 5.2, 0], [-0.4, 0.9, 6.3]],
    scaled_positions=[[0, 0, 0], [0.3, 0.31, 0.02], [0.71, 0.7, 0.98], [0.5, 0.51, 0.52]],
    pbc=True,
)
tilted.set_initial_charges([1.2, -0.6, -0.6, 1.2])
turned = tilted.copy()
turned.rotate(33, (1, 2, 3), rotate_cell=True)
second = turned.copy()
second.rattle(0.1, seed=1)
forces = np.round(np.random.default_rng(5).normal(size=(4, 3)), 6)
rich = turned.copy()
rich.set_constraint(FixAtoms([1]))
rich.set_tags([0, 1, 2, 3])
rich.set_initial_magnetic_moments([0.5, 0, 0, -0.5])
rich.info.update(step=3, note="two words", flag=True, list=[1, 2.5, 3], source={"run": 4})
rich.calc = SinglePointCalculator(rich, energy=-12.5, forces=forces)
slab = turned.copy()
slab.pbc = [True, True, False]
ethanol = Atoms("C2OH2", positions=[[1.2, 0.4, 0], [0, -0.5, 0.1], [-1.1, 0.3, 0], [1.2, 1.1, 0.9], [2.1, -0.2, 0]])

properties = {
    "forces": rounded(forces.ravel()),
    "magneticMoment": [0.5, 0, 0, -0.5],
}
write(here / "ase.extxyz", [rich, second])
info = {"step": 3, "note": "two words", "flag": True, "list": [1, 2.5, 3], "source": {"run": 4}, "energy": -12.5}
expect("ase.extxyz", [rich, second], properties=properties, info=info)
write(here / "ase-slab.extxyz", slab)
expect("ase-slab.extxyz", [slab])
write(here / "ase-plain.xyz", [ethanol, ethanol], format="xyz")
expect("ase-plain.xyz", [ethanol, ethanol], molecule=True)
write(here / "ase.poscar", rich, format="vasp", direct=True)
expect("ase.poscar", [rich], properties={"selectiveDynamics": [1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]})
write(here / "ase-cartesian.vasp", turned, format="vasp", direct=False)
expect("ase-cartesian.vasp", [turned])
wrapped = [turned.copy(), second.copy()]
for atoms in wrapped:
    atoms.wrap()
write(here / "ase.XDATCAR", [turned, second], format="vasp-xdatcar")
expect("ase.XDATCAR", wrapped, tolerance=2e-6)
write(here / "ase.pdb", [tilted, tilted])
expect("ase.pdb", [tilted, tilted], tolerance=2e-2)
free = rich.copy()
free.set_constraint()
free.calc = rich.calc
write(here / "ase.xsf", [free, second])
expect("ase.xsf", [free, second], properties={"forces": rounded(forces.ravel())})
write(here / "ase-slab.xsf", slab)
expect("ase-slab.xsf", [slab])
write(here / "ase-molecule.xsf", ethanol)
expect("ase-molecule.xsf", [ethanol], molecule=True)
for style in ("atomic", "charge", "full"):
    write(here / f"ase-{style}.data", tilted, format="lammps-data", atom_style=style, velocities=True, specorder=["Ti", "O"])
    charge = {} if style == "atomic" else {"properties": {"charge": [1.2, -0.6, -0.6, 1.2]}}
    expect(f"ase-{style}.data", [tilted], elements=["Ti", "O"], **charge)
write(here / "ase.json", [rich, second])
expect("ase.json", [rich, second], properties=properties, info={"energy": -12.5})
(here / "ase-atoms.json").write_text(encode(rich) + "\n")
expect("ase-atoms.json", [rich], info={key: info[key] for key in ("step", "note", "flag", "list", "source")})

# ---- pymatgen -----------------------------------------------------------------------------------


def as_atoms(structure):
    return Atoms(
        [site.species.elements[0].Z for site in structure],
        positions=structure.cart_coords,
        **({"cell": structure.lattice.matrix, "pbc": True} if hasattr(structure, "lattice") else {}),
    )


spinel = Structure(
    Lattice.monoclinic(5.1, 4.2, 6.3, 104),
    ["Fe3+", "Fe2+", "O2-", "O2-"],
    [[0, 0, 0], [0.5, 0.25, 0.5], [0.1, 0.6, 0.3], [0.8, 0.3, 0.9]],
    site_properties={"magmom": [5.0, 4.0, 0.0, 0.0]},
)
plain = spinel.copy()
plain.remove_oxidation_states()
Poscar(
    plain,
    comment="plain oxide",
    selective_dynamics=[[True, False, True]] * 4,
    velocities=[[0.1, 0.2, 0.3]] * 4,
).write_file(here / "pymatgen.POSCAR")
expect(
    "pymatgen.POSCAR",
    [as_atoms(plain)],
    properties={"selectiveDynamics": [1, 0, 1] * 4, "velocities": [0.1, 0.2, 0.3] * 4},
    info={"comment": "plain oxide"},
)
shared = Structure(
    spinel.lattice,
    [{"Fe3+": 0.75, "Al3+": 0.25}, "O2-"],
    [[0, 0, 0], [0.5, 0.5, 0.5]],
)
(here / "pymatgen.json").write_text(json.dumps([spinel.as_dict(), shared.as_dict()]) + "\n")
expect(
    "pymatgen.json",
    [as_atoms(spinel), as_atoms(shared)],
    properties={"magneticMoment": [5, 4, 0, 0]},
    species=[["Fe3+ 1", "Fe2+ 1", "O2- 1", "O2- 1"], ["Fe3+ 0.75 Al3+ 0.25", "O2- 1"]],
)
expected["pymatgen.json"]["frames"][1]["numbers"] = [26, 8]
water = Molecule("OH2", [[0, 0, 0.12], [0, 0.76, -0.48], [0, -0.76, -0.48]])
(here / "pymatgen-molecule.json").write_text(json.dumps(water.as_dict()) + "\n")
expect("pymatgen-molecule.json", [as_atoms(water)], molecule=True)
(here / "pymatgen.xsf").write_text(XSF(plain).to_string() + "\n")
expect("pymatgen.xsf", [as_atoms(plain)], tolerance=1e-6)
XYZ(water).write_file(here / "pymatgen.xyz")
expect("pymatgen.xyz", [as_atoms(water)], molecule=True, tolerance=1e-6)
ortho = Structure(Lattice.orthorhombic(4, 5, 6), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.4, 0.3]])
LammpsData.from_structure(ortho, atom_style="atomic").write_file(str(here / "pymatgen.data"))
expect("pymatgen.data", [as_atoms(ortho)], tolerance=1e-5)

lines = json.dumps(expected, indent=1)
(here / "expected.json").write_text(lines + "\n")
