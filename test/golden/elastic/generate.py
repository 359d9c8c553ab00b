"""Writes tensors.json, lammps.json and equations.json; see SOURCE.md."""
import json
import os
import subprocess
import sys

import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
PAIRS = [(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)]


def symmetric(entries):
    c = np.zeros((6, 6))
    for (i, j), value in entries.items():
        c[i - 1, j - 1] = c[j - 1, i - 1] = value
    return c


def cubic(c11, c12, c44):
    return symmetric({(1, 1): c11, (2, 2): c11, (3, 3): c11, (1, 2): c12, (1, 3): c12, (2, 3): c12,
                      (4, 4): c44, (5, 5): c44, (6, 6): c44})


def hexagonal(c11, c12, c13, c33, c44, c14=0.0):
    return symmetric({(1, 1): c11, (2, 2): c11, (3, 3): c33, (1, 2): c12, (1, 3): c13, (2, 3): c13,
                      (4, 4): c44, (5, 5): c44, (6, 6): (c11 - c12) / 2, (1, 4): c14, (2, 4): -c14,
                      (5, 6): c14})


def triclinic():
    random = np.random.default_rng(11)
    a = random.normal(size=(6, 6))
    return np.round(80 * np.eye(6) + 12 * a @ a.T, 3)


def materials():
    from pymatgen.core import Lattice, Structure
    quartz = Structure.from_spacegroup(152, Lattice.hexagonal(4.9137, 5.4047), ["Si", "O"],
                                       [[0.4697, 0, 1 / 3], [0.4133, 0.2672, 0.1188 + 1 / 3]])
    return {
        "Si": (cubic(165.7, 63.9, 79.6),
               Structure.from_spacegroup(227, Lattice.cubic(5.4310), ["Si"], [[0, 0, 0]])),
        "Cu": (cubic(168.4, 121.4, 75.4),
               Structure.from_spacegroup(225, Lattice.cubic(3.6149), ["Cu"], [[0, 0, 0]])),
        "quartz": (hexagonal(86.80, 7.04, 11.91, 105.75, 58.20, -18.04), quartz),
        "Mg": (hexagonal(59.40, 25.61, 21.44, 61.60, 16.40),
               Structure.from_spacegroup(194, Lattice.hexagonal(3.2094, 5.2108), ["Mg"], [[1 / 3, 2 / 3, 0.25]])),
        "triclinic": (triclinic(), Structure(Lattice.from_parameters(4, 5, 6, 80, 95, 103), ["Cu", "Cu"],
                                             [[0, 0, 0], [0.5, 0.45, 0.4]])),
    }


def extremes(c):
    """By minimisation over angles from many starts, with tensors of four indices."""
    from pymatgen.analysis.elasticity.elastic import ElasticTensor
    from scipy.optimize import minimize
    s = np.array(ElasticTensor.from_voigt(c).compliance_tensor)

    def vectors(x):
        t, p, chi = x
        n = np.array([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)])
        u = np.array([np.cos(t) * np.cos(p), np.cos(t) * np.sin(p), -np.sin(t)])
        v = np.array([-np.sin(p), np.cos(p), 0])
        return n, np.cos(chi) * u + np.sin(chi) * v

    def young(x):
        n, _ = vectors(x)
        return 1 / np.einsum("ijkl,i,j,k,l", s, n, n, n, n)

    def compressibility(x):
        n, _ = vectors(x)
        return 1000 * np.einsum("ijkk,i,j", s, n, n)

    def shear(x):
        n, m = vectors(x)
        return 1 / (4 * np.einsum("ijkl,i,j,k,l", s, n, m, n, m))

    def poisson(x):
        n, m = vectors(x)
        return -np.einsum("ijkl,i,j,k,l", s, n, n, m, m) * young(x)

    random = np.random.default_rng(3)
    starts = [random.uniform([0, 0, 0], [np.pi, 2 * np.pi, np.pi]) for _ in range(30)]
    out = {}
    for name, f in (("youngGPa", young), ("linearCompressibilityPerTPa", compressibility),
                    ("shearGPa", shear), ("poissonRatio", poisson)):
        options = {"gtol": 1e-9}
        low = min(minimize(f, x, options=options).fun for x in starts)
        high = max(-minimize(lambda y: -f(y), x, options=options).fun for x in starts)
        out[name] = [low, high]
    return out


def tensors():
    from pymatgen.analysis.elasticity.elastic import ElasticTensor
    out = {}
    rotation = rotation_matrix()
    n = np.array([1, 2, 3]) / np.sqrt(14)
    m = np.array([3, 0, -1]) / np.sqrt(10)
    for name, (c, structure) in materials().items():
        tensor = ElasticTensor.from_voigt(c)
        density = structure.density
        k, g = tensor.k_vrh, tensor.g_vrh
        out[name] = {
            "voigtGPa": c.ravel().tolist(),
            "density": density,
            "atomicVolume": structure.volume / structure.num_sites,
            "bulk": [tensor.k_voigt, tensor.k_reuss, k],
            "shear": [tensor.g_voigt, tensor.g_reuss, g],
            "young": tensor.y_mod / 1e9,
            "poisson": tensor.homogeneous_poisson,
            "anisotropy": tensor.universal_anisotropy,
            "longitudinal": tensor.long_v(structure),
            "transverse": tensor.trans_v(structure),
            "debye": tensor.debye_temperature(structure),
            "young123": directional(tensor, n),
            "poisson123": tensor.directional_poisson_ratio(n, m),
            "christoffel123": np.linalg.eigvalsh(tensor.green_kristoffel(n)).tolist(),
            "rotated": np.array(tensor.rotate(rotation, tol=1e-6).voigt).ravel().tolist(),
            "eigenvalues": kelvin_eigenvalues(c),
            "extremes": extremes(c),
        }
    return {"rotation": rotation.ravel().tolist(), "tensors": out}


def directional(tensor, n):
    return float(1 / np.einsum("ijkl,i,j,k,l", np.array(tensor.compliance_tensor), n, n, n, n))


def rotation_matrix():
    from scipy.spatial.transform import Rotation
    return Rotation.from_rotvec([0.4, -0.7, 1.1]).as_matrix()


def kelvin_eigenvalues(c):
    w = np.array([1, 1, 1] + 3 * [np.sqrt(2)])
    return np.linalg.eigvalsh(c * np.outer(w, w)).tolist()


MORSE = (0.3429, 1.3588, 2.866)


def lammps_stress(cell, frac, cutoff, relaxed):
    """Energy and stress (GPa, 3 by 3) of a cell whose rows are vectors, ions at rest if asked."""
    # Rows of lower triangular form: cell = lower @ q.
    q, r = np.linalg.qr(cell.T)
    sign = np.diag(np.sign(np.diag(r)))
    q, lower = (q @ sign).T, (sign @ r).T
    (lx, _, _), (xy, ly, _), (xz, yz, lz) = lower
    commands = ["units metal", "atom_style atomic", "atom_modify map array", "box tilt large",
                "region b prism 0 %.17g 0 %.17g 0 %.17g %.17g %.17g %.17g" % (lx, ly, lz, xy, xz, yz),
                "create_box 1 b", "mass 1 63.546"]
    commands += ["create_atoms 1 single %.17g %.17g %.17g units box" % tuple(np.asarray(f) @ lower) for f in frac]
    commands += ["pair_style morse %.17g" % cutoff, "pair_coeff 1 1 %g %g %g" % MORSE,
                 "neighbor 0.3 bin", "thermo_style custom step pe pxx pyy pzz pyz pxz pxy",
                 "thermo_modify norm no", "min_modify dmax 0.01"]
    commands.append("minimize 0 1e-11 5000 50000" if relaxed else "run 0")
    names = ["pe", "pxx", "pyy", "pzz", "pyz", "pxz", "pxy"]
    commands += ["variable v%s equal %s" % (k, k) for k in names]
    commands += ["run 0", "print 'RESULT " + " ".join("$(v_v%s:%%.15g)" % k for k in names) + "'"]
    done = subprocess.run(["lmp", "-log", "none", "-nocite"], input="\n".join(commands) + "\n",
                          capture_output=True, text=True, check=True)
    line = [each for each in done.stdout.splitlines() if each.startswith("RESULT")][-1]
    energy, *pressures = map(float, line.split()[1:])
    xx, yy, zz, yz_, xz_, xy_ = (-1e-4 * p for p in pressures)
    s = np.array([[xx, xy_, xz_], [xy_, yy, yz_], [xz_, yz_, zz]])
    return energy, q.T @ s @ q


def lammps_case(cell, frac, cutoff, relaxed, h=1e-3):
    c = np.zeros((6, 6))
    for j, (p, r) in enumerate(PAIRS):
        side = []
        for sign in (1, -1):
            f = np.eye(3)
            if p == r:
                f[p, p] += sign * h
            else:
                f[p, r] = f[r, p] = sign * h / 2
            _, s = lammps_stress(cell @ f.T, frac, cutoff, relaxed)
            side.append([s[k] for k in PAIRS])
        c[:, j] = (np.array(side[0]) - np.array(side[1])) / (2 * h)
    energy, s = lammps_stress(cell, frac, cutoff, relaxed)
    return {"cell": cell.ravel().tolist(), "fracPositions": np.array(frac).ravel().tolist(),
            "cutoff": cutoff, "relaxIons": relaxed, "strain": h, "energy": energy,
            "stressGPa": [s[k] for k in PAIRS], "voigtGPa": c.ravel().tolist()}


def lammps_cases():
    fcc = [[0, 0, 0], [0, .5, .5], [.5, 0, .5], [.5, .5, 0]]
    a, c = 2.563, 4.185
    hcp = np.array([[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, c]])
    sites = [[1 / 3, 2 / 3, .25], [2 / 3, 1 / 3, .75]]
    return {
        "fcc": lammps_case(3.62 * np.eye(3), fcc, 6.5, False),
        "hcp, ions relaxed": lammps_case(hcp, sites, 6.0, True),
        "hcp, clamped ions": lammps_case(hcp, sites, 6.0, False),
    }


def equations():
    """Noisy energies of a potential that is none of the forms, fitted by SciPy."""
    from ase.eos import EquationOfState
    from ase.units import GPa
    volumes = np.linspace(40, 55, 12)
    random = np.random.default_rng(5)
    r = np.cbrt(volumes / 47)
    energies = 14 * (np.exp(-8 * (r - 1)) - 2 * np.exp(-4 * (r - 1))) + 1e-4 * random.normal(size=12)
    energies = np.round(energies, 6)
    out = {}
    names = {"birch-murnaghan": "birchmurnaghan", "vinet": "vinet", "murnaghan": "murnaghan",
             "poirier-tarantola": "pouriertarantola"}
    for ours, theirs in names.items():
        eos = EquationOfState(volumes, energies, eos=theirs)
        v0, e0, b = eos.fit(warn=False)
        out[ours] = {"v0": v0, "e0": e0, "bulkModulusGPa": b / GPa,
                     "bulkModulusDerivative": float(eos.eos_parameters[2])}
    return {"volumes": volumes.tolist(), "energies": energies.tolist(), "fits": out}


def write(name, value):
    with open(os.path.join(FOLDER, name), "w") as file:
        json.dump(value, file, indent=1)
        file.write("\n")


wanted = sys.argv[1:] or ["tensors", "lammps", "equations"]
if "tensors" in wanted:
    write("tensors.json", tensors())
if "lammps" in wanted:
    write("lammps.json", lammps_cases())
if "equations" in wanted:
    write("equations.json", equations())
