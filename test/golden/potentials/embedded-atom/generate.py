"""Potential files from Sutton and Chen's functions, and what LAMMPS makes of them: expected.json.

python3 generate.py   (needs numpy and LAMMPS' `lmp` on the path)
"""
import json
import os
import subprocess
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
# m, n, epsilon (eV), c, a (Å): Sutton & Chen, Phil. Mag. Lett. 61, 139 (1990).
METALS = {"Cu": (6, 9, 1.2382e-2, 39.432, 3.61, 29, 63.546),
          "Ag": (6, 12, 2.5415e-3, 144.41, 4.09, 47, 107.868)}
NAMES = list(METALS)
CUTOFF = 6.2


def smooth(r, cutoff=CUTOFF):
    x = np.clip((r - 0.8 * cutoff) / (0.2 * cutoff), 0, 1)
    return 1 - 10 * x ** 3 + 15 * x ** 4 - 6 * x ** 5


def grid(count, step):
    r = step * np.arange(count)
    r[0] = step
    return r


def mixed(p, q):
    return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2, np.sqrt(p[2] * q[2]), np.sqrt(p[4] * q[4])


def density(p, q, r):
    m, _, _, a = mixed(p, q)
    return (a / r) ** m * smooth(r)


def pair(p, q, r):
    _, n, epsilon, a = mixed(p, q)
    return epsilon * (a / r) ** n * smooth(r)


def embedding(p, count, step):
    return -p[2] * p[3] * np.sqrt(step * np.arange(count))


def block(values):
    return "".join("%.15g%s" % (v, "\n" if k % 5 == 4 or k == len(values) - 1 else " ")
                   for k, v in enumerate(values))


def header(p):
    return "%d %.3f %.2f fcc\n" % (p[5], p[6], p[4])


def setfl(name, by_pairs, nrho=201, drho=1.25, nr=401, dr=0.0155):
    r = grid(nr, dr)
    text = "Sutton-Chen functions on a grid\nnot for use\n\n2 %s\n" % " ".join(NAMES)
    text += "%d %.17g %d %.17g %.17g\n" % (nrho, drho, nr, dr, CUTOFF)
    for p in METALS.values():
        text += header(p) + block(embedding(p, nrho, drho))
        # Not symmetric on purpose: what an atom gives depends on both, and on the order.
        for k, q in enumerate(METALS.values() if by_pairs else [p]):
            text += block((1 + 0.1 * k if by_pairs else 1) * density(p, q, r))
    for i, p in enumerate(METALS.values()):
        for q in list(METALS.values())[:i + 1]:
            text += block(pair(p, q, r) * r)
    open(os.path.join(HERE, name), "w").write(text)



def funcfl(name, p, nrho, drho, nr, dr):
    r = grid(nr, dr)
    charge = np.sqrt(pair(p, p, r) * r / (27.2 * 0.529))
    text = "Sutton-Chen functions on a grid, not for use\n" + header(p)
    text += "%d %.17g %d %.17g %.17g\n" % (nrho, drho, nr, dr, CUTOFF)
    text += block(embedding(p, nrho, drho)) + block(charge) + block(density(p, p, r))
    open(os.path.join(HERE, name), "w").write(text)


def crystal(kind, scale, seed):
    """Rows of the cell (lower triangle, as LAMMPS has it), positions, types."""
    rng = np.random.default_rng(seed)
    base = np.array([[0, 0, 0], [.5, .5, 0], [.5, 0, .5], [0, .5, .5]])
    cells = (2, 2, 2) if kind == "cubic" else (1, 1, 2)
    frac = np.array([(b + c) / cells for c in np.ndindex(cells) for b in base])
    cell = np.diag(np.array(cells) * 3.85 * scale)
    if kind == "triclinic":
        cell[1, 0], cell[2, 0], cell[2, 1] = 0.7, -0.9, 0.5
    positions = frac @ cell + rng.uniform(-0.15, 0.15, frac.shape)
    return cell, positions, rng.integers(0, 2, len(positions))


def lammps(style, coeff, cell, positions, types):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "x.data"), "w") as f:
            f.write("x\n\n%d atoms\n2 atom types\n" % len(positions))
            for k, axis in enumerate("xyz"):
                f.write("0 %.17g %slo %shi\n" % (cell[k, k], axis, axis))
            f.write("%.17g %.17g %.17g xy xz yz\n" % (cell[1, 0], cell[2, 0], cell[2, 1]))
            f.write("\nMasses\n\n1 63.546\n2 107.868\n\nAtoms\n\n")
            for k, (p, t) in enumerate(zip(positions, types)):
                f.write("%d %d %.17g %.17g %.17g\n" % (k + 1, t + 1, *p))
        script = """units metal
atom_style atomic
box tilt large
read_data x.data
pair_style %s
%s
compute e all pe/atom
dump d all custom 1 forces id fx fy fz c_e
dump_modify d sort id format float %%.16g
thermo_style custom pe pxx pyy pzz pyz pxz pxy vol
thermo_modify norm no format float %%.16g
run 0
print "VALUES $(pe:%%.16g) $(pxx:%%.16g) $(pyy:%%.16g) $(pzz:%%.16g) $(pyz:%%.16g) $(pxz:%%.16g) $(pxy:%%.16g)"
""" % (style, coeff)
        open(os.path.join(folder, "in"), "w").write(script)
        out = subprocess.run(["lmp", "-in", "in", "-log", "none"], cwd=folder, capture_output=True, text=True, check=True).stdout
        numbers = [float(x) for x in [l for l in out.splitlines() if l.startswith("VALUES")][0].split()[1:]]
        rows = np.loadtxt(os.path.join(folder, "forces"), skiprows=9)
    # bar to eV/Å³; LAMMPS' pressure is positive under compression.
    stress = [-x * 1e5 * 1e-30 / 1.602176634e-19 for x in numbers[1:]]
    return {"energy": numbers[0], "stress": stress, "forces": rows[:, 1:4].ravel().tolist(),
            "energies": rows[:, 4].tolist()}


def main():
    setfl("cu-ag.eam.alloy", False)
    setfl("cu-ag.eam.fs", True)
    funcfl("cu.eam", METALS["Cu"], 201, 1.25, 401, 0.0155)
    funcfl("ag.eam", METALS["Ag"], 181, 1.5, 381, 0.0165)
    styles = {
        "eam/alloy": (["cu-ag.eam.alloy"], "eam/alloy", "pair_coeff * * {0} Cu Ag"),
        "eam/fs": (["cu-ag.eam.fs"], "eam/fs", "pair_coeff * * {0} Cu Ag"),
        "eam": (["cu.eam", "ag.eam"], "eam", "pair_coeff 1 1 {0}\npair_coeff 2 2 {1}"),
    }
    structures = {"cubic": crystal("cubic", 1, 1), "triclinic": crystal("triclinic", 1, 2),
                  # Densities behind the tables.
                  "squeezed": crystal("triclinic", 0.78, 3)}
    cases = []
    for name, (cell, positions, types) in structures.items():
        for format_name, (files, style, coeff) in styles.items():
            if name == "squeezed" and format_name == "eam":
                continue  # see SOURCE.md
            paths = [os.path.join(HERE, f) for f in files]
            values = lammps(style, coeff.format(*paths), cell, positions, types)
            cases.append({"structure": name, "format": format_name, "files": files, **values})
    version = subprocess.run(["lmp", "-h"], capture_output=True, text=True).stdout.split(" - ")[1].strip()
    json.dump({
        "lammps": version,
        "structures": {k: {"lattice": c.ravel().tolist(), "cartPositions": p.ravel().tolist(),
                           "species": [NAMES[t] for t in ts]} for k, (c, p, ts) in structures.items()},
        "cases": cases,
    }, open(os.path.join(HERE, "expected.json"), "w"), indent=1)
    open(os.path.join(HERE, "expected.json"), "a").write("\n")


main()
