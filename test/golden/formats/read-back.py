"""Reads what write-for-others.mjs wrote, with ASE and pymatgen, and compares.

    /usr/bin/python3 test/golden/formats/read-back.py FOLDER
"""
import json
import pathlib
import sys
import warnings

import numpy as np
from ase.io import read
from pymatgen.core import Structure
from pymatgen.io.lammps.data import LammpsData
from pymatgen.io.lammps.outputs import parse_lammps_dumps
from pymatgen.io.vasp import Poscar, Xdatcar
from pymatgen.io.xcrysden import XSF

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
expected = json.loads((folder / "expected.json").read_text())
cell = np.reshape(expected["cell"], (3, 3))
positions = np.reshape(expected["positions"], (-1, 3))
frac = positions @ np.linalg.inv(cell)
given = {name: np.array(values) for name, values in expected["properties"].items()}
vectors = {name: given[name].reshape(-1, 3) for name in ("forces", "velocities")}
failures = 0


def check(name, run):
    global failures
    try:
        run()
        print("ok  ", name)
    except Exception as error:  # every failure is reported, whatever it is
        failures += 1
        print("FAIL", name, type(error).__name__, error)


def same(found, wanted, tolerance=1e-9):
    np.testing.assert_allclose(np.asarray(found, float), wanted, rtol=0, atol=tolerance)


def atoms_are(atoms, tolerance=1e-9, turned=False, numbers=True):
    if numbers:
        assert list(atoms.numbers) == expected["numbers"], atoms.numbers
    metric = atoms.cell.array @ atoms.cell.array.T
    same(metric, cell @ cell.T, 100 * tolerance)
    # Whole cells away is the same place: some readers wrap.
    difference = atoms.get_scaled_positions(wrap=False) - frac
    same(difference - np.round(difference), 0, tolerance)
    if not turned:
        same(atoms.cell.array, cell, tolerance)


def ase(name, format=None, tolerance=1e-9, turned=False, more=None, **options):
    def run():
        frames = read(folder / name, index=":", format=format, **options)
        assert len(frames) == (2 if name.startswith("two") else 1), len(frames)
        for atoms in frames:
            atoms_are(atoms, tolerance, turned)
            if more:
                more(atoms)

    check(f"ASE {name}", run)


def rich_extxyz(atoms):
    same(atoms.get_forces(apply_constraint=False), vectors["forces"])
    same(atoms.arrays.get("initial_charges", atoms.arrays.get("charges", given["charge"])), given["charge"])
    assert atoms.info["note"] == "two words", atoms.info
    assert atoms.info["quoted"] == 'a "b" c', atoms.info
    assert atoms.info["source"] == {"run": 4}, atoms.info
    same(atoms.info["list"], [1, 2.5])
    assert atoms.get_potential_energy() == -12.5


def fixed(atoms):
    assert len(atoms.constraints) == 1 and list(atoms.constraints[0].index) == [1], atoms.constraints


def rich_json(atoms):
    fixed(atoms)
    same(atoms.get_initial_charges(), given["charge"])
    same(atoms.get_initial_magnetic_moments(), given["magneticMoment"])
    same(atoms.get_forces(apply_constraint=False), vectors["forces"])
    assert atoms.get_potential_energy() == -12.5


ase("one.poscar", "vasp", more=fixed)
ase("cartesian.poscar", "vasp", more=fixed)
ase("one.xdatcar", "vasp-xdatcar")
ase("two.xdatcar", "vasp-xdatcar")
ase("one.extxyz", "extxyz", more=rich_extxyz)
ase("two.extxyz", "extxyz", more=rich_extxyz)
ase("one.pdb", "proteindatabank", 2e-3, turned=True)
ase("two.pdb", "proteindatabank", 2e-3, turned=True)
# ASE's Hartree is that of CODATA 2014.
forces = lambda atoms: same(atoms.get_forces(), vectors["forces"], 1e-7)
ase("one.xsf", "xsf", more=forces)
ase("two.xsf", "xsf", more=forces)
charges = lambda atoms: same(atoms.get_initial_charges(), given["charge"])
ase("one.lammps-data", "lammps-data", turned=True, style="charge", Z_of_type={1: 22, 2: 8}, more=charges)
ase("full.lammps-data", "lammps-data", turned=True, style="full", Z_of_type={1: 22, 2: 8}, more=charges)
ase("neutral.lammps-dump", "lammps-dump-text", turned=True)
ase("two-neutral.lammps-dump", "lammps-dump-text", turned=True)
ase("one.ase-json", "json", more=rich_json)
ase("two.ase-json", "json", more=rich_json)
for name, format in [("xyz", "xyz"), ("extxyz", "extxyz"), ("xsf", "xsf"), ("pdb", "proteindatabank"), ("ase-json", "json")]:
    def molecule(name=name, format=format):
        atoms = read(folder / f"molecule.{name}", format=format)
        assert list(atoms.numbers) == [8, 1, 1] and not atoms.pbc.any()
        same(atoms.positions, [[0, 0, 0.12], [0, 0.76, -0.48], [0, -0.76, -0.48]], 1e-3 if name == "pdb" else 1e-12)

    check(f"ASE molecule.{name}", molecule)


def structure_is(structure, tolerance=1e-9):
    assert [site.specie.Z for site in structure] == expected["numbers"]
    same(structure.lattice.metric_tensor, cell @ cell.T, 100 * tolerance)
    difference = structure.frac_coords - frac
    same(difference - np.round(difference), 0, tolerance)


def pymatgen_poscar():
    poscar = Poscar.from_file(folder / "one.poscar", check_for_POTCAR=False)
    structure_is(poscar.structure)
    same(poscar.velocities, vectors["velocities"])
    assert poscar.selective_dynamics[1] == [False] * 3


def pymatgen_json():
    structure = Structure.from_dict(json.loads((folder / "one.pymatgen-json").read_text()))
    structure_is(structure)
    same(structure.site_properties["magmom"], given["magneticMoment"])
    assert structure.site_properties["selective_dynamics"][1] == [False] * 3


def pymatgen_shared():
    structure = Structure.from_dict(json.loads((folder / "shared.pymatgen-json").read_text()))
    assert structure[0].species.as_dict() == {"Fe3+": 0.75, "Al3+": 0.25}, structure[0].species


def pymatgen_data():
    structure_is(LammpsData.from_file(str(folder / "one.lammps-data"), atom_style="charge").structure, 1e-6)


def pymatgen_dump():
    dumps = list(parse_lammps_dumps(str(folder / "two.lammps-dump")))
    assert [dump.natoms for dump in dumps] == [4, 4]
    same(dumps[0].data[["vx", "vy", "vz"]].to_numpy().shape, (4, 3))


check("pymatgen one.poscar", pymatgen_poscar)
check("pymatgen two.xdatcar", lambda: [structure_is(s) for s in Xdatcar(str(folder / "two.xdatcar")).structures])
check("pymatgen one.pymatgen-json", pymatgen_json)
check("pymatgen shared.pymatgen-json", pymatgen_shared)
check("pymatgen one.xsf", lambda: structure_is(XSF.from_string((folder / "one.xsf").read_text()).structure))
check("pymatgen one.lammps-data", pymatgen_data)
check("pymatgen two.lammps-dump", pymatgen_dump)
print(failures, "failures")
sys.exit(failures > 0)
