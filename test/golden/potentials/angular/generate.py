"""Energies, forces and pressures of LAMMPS for the potentials of this folder, into lammps.json."""
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
FCC = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
DIAMOND = np.array([point for p in FCC for point in (p, np.add(p, 0.25))])

# name, function, file, species in turn, lattice constant, cells along an edge, displacement, strain
CASES = [
    ("silicon, jittered", "stillingerWeber", "silicon.sw", "Si", 5.431, 1, 0.15, 0.03),
    ("silicon, liquid-like", "stillingerWeber", "silicon.sw", "Si", 5.3, 2, 0.6, 0.02),
    ("two elements, other powers", "stillingerWeber", "invented.sw", "Cd Te", 6.2, 1, 0.4, 0.03),
    ("silicon, jittered", "tersoff", "silicon-carbide.tersoff", "Si", 5.432, 1, 0.2, 0.03),
    ("silicon, liquid-like", "tersoff", "silicon-carbide.tersoff", "Si", 5.3, 2, 0.6, 0.02),
    ("carbon", "tersoff", "silicon-carbide.tersoff", "C", 3.57, 1, 0.15, 0.03),
    ("silicon carbide", "tersoff", "silicon-carbide.tersoff", "Si C", 4.32, 1, 0.2, 0.03),
    ("silicon carbide, liquid-like", "tersoff", "silicon-carbide.tersoff", "Si C", 4.3, 2, 0.5, 0.02),
    ("decay, cutoffs by triplet", "tersoff", "invented.tersoff", "Si C", 5.0, 1, 0.3, 0.03),
]

INPUT = """units metal
atom_modify map array
box tilt large
read_data atoms.data
pair_style {style}
pair_coeff * * {file} {species}
thermo_style custom step pe pxx pyy pzz pyz pxz pxy
thermo_modify norm no format float %.16g
dump forces all custom 1 forces.dump id fx fy fz
dump_modify forces sort id format float %.12g
run 0
"""


def structure(seed, constant, cells, displacement, strain):
    edge = np.arange(cells)
    corners = np.stack(np.meshgrid(edge, edge, edge, indexing="ij"), -1).reshape(-1, 1, 3)
    frac = ((corners + DIAMOND) / cells).reshape(-1, 3)
    sheared = [[1, 0, 0], [strain, 1 - strain, 0], [-0.7 * strain, 0.4 * strain, 1 + strain]]
    lattice = np.round(cells * constant * np.array(sheared), 6)
    noise = np.random.default_rng(seed).uniform(-displacement, displacement, frac.shape)
    return lattice, np.round(frac @ lattice + noise, 6)


def evaluate(function, file, species, lattice, positions):
    elements = species.split()
    kinds = [1 + site % len(elements) for site in range(len(positions))]
    lines = ["", "", f"{len(positions)} atoms", f"{len(elements)} atom types"]
    lines += [f"0 {lattice[k, k]} {axis}lo {axis}hi" for k, axis in enumerate("xyz")]
    lines += [f"{lattice[1, 0]} {lattice[2, 0]} {lattice[2, 1]} xy xz yz", "", "Masses", ""]
    lines += [f"{kind + 1} 1" for kind in range(len(elements))] + ["", "Atoms", ""]
    lines += [f"{i + 1} {kinds[i]} {x} {y} {z}" for i, (x, y, z) in enumerate(positions)]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "atoms.data").write_text("\n".join(lines) + "\n")
        style = "sw" if function == "stillingerWeber" else "tersoff"
        text = INPUT.format(style=style, file=HERE / file, species=species)
        Path(folder, "in.txt").write_text(text)
        command = ["lmp", "-in", "in.txt"]
        log = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
        rows = log.splitlines()
        header = next(index for index, row in enumerate(rows) if row.startswith("Step"))
        _, energy, *pressure = map(float, rows[header + 1].split())
        dump = Path(folder, "forces.dump").read_text().splitlines()[9:]
    return {
        "species": [elements[kind - 1] for kind in kinds],
        "energy": energy,
        "pressureBar": pressure,
        "forces": [float(value) for row in dump for value in row.split()[1:]],
    }


def main():
    cases = []
    for seed, (name, function, file, species, *shape) in enumerate(CASES):
        lattice, positions = structure(seed, *shape)
        case = {"name": name, "function": function, "file": file}
        case |= {"lattice": lattice.ravel().tolist(), "cartPositions": positions.ravel().tolist()}
        cases.append(case | evaluate(function, file, species, lattice, positions))
    (HERE / "lammps.json").write_text(json.dumps(cases) + "\n")


main()
