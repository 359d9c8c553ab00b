"""Writes reductions.json and mappings.json beside this file; see SOURCE.md."""
import json, math, os
import numpy as np
import spglib
from pymatgen.core import Lattice

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20240611)


def unimodular(largest):
    """Random shears until an entry passes the bound."""
    u = np.eye(3, dtype=int)
    while True:
        i, j = rng.permutation(3)[:2]
        next_ = u.copy()
        next_[i] += rng.integers(-3, 4) * u[j]
        if abs(next_).max() > largest:
            return u
        u = next_


CENTRINGS = {
    "P": np.eye(3),
    "C": np.array([[.5, .5, 0], [-.5, .5, 0], [0, 0, 1]]),
    "I": np.array([[-.5, .5, .5], [.5, -.5, .5], [.5, .5, -.5]]),
    "F": np.array([[0, .5, .5], [.5, 0, .5], [.5, .5, 0]]),
    "R": np.array([[2, 1, 1], [-1, 1, 1], [-1, -2, 1]]) / 3,
}

BRAVAIS = [
    ("cP", (4.1, 4.1, 4.1, 90, 90, 90)), ("cI", (2.8665, 2.8665, 2.8665, 90, 90, 90)),
    ("cF", (5.6402, 5.6402, 5.6402, 90, 90, 90)), ("tP", (4.594, 4.594, 2.959, 90, 90, 90)),
    ("tI", (3.785, 3.785, 9.514, 90, 90, 90)), ("tI", (6.2, 6.2, 4.0, 90, 90, 90)),
    ("oP", (4.762, 10.225, 5.994, 90, 90, 90)), ("oC", (3.8, 7.1, 5.2, 90, 90, 90)),
    ("oI", (4.1, 5.3, 8.9, 90, 90, 90)), ("oF", (5.1, 7.3, 9.7, 90, 90, 90)),
    ("hP", (4.916, 4.916, 5.4054, 90, 90, 120)), ("hR", (4.7597, 4.7597, 12.9935, 90, 90, 120)),
    ("hR", (9.0, 9.0, 4.2, 90, 90, 120)), ("mP", (5.15, 5.21, 5.32, 90, 99.2, 90)),
    ("mC", (9.746, 8.899, 5.251, 90, 105.63, 90)), ("mC", (8.5, 13.0, 7.2, 90, 116, 90)),
]


def inputs():
    for name, parameters in BRAVAIS:
        cell = CENTRINGS[name[1]] @ Lattice.from_parameters(*parameters).matrix
        yield name, cell
        yield name, unimodular(30) @ cell
    for _ in range(12):
        while True:
            a, b, c = rng.uniform(3, 15, 3)
            alpha, beta, gamma = rng.uniform(50, 130, 3)
            x, y, z = (math.cos(math.radians(v)) for v in (alpha, beta, gamma))
            if 1 - x * x - y * y - z * z + 2 * x * y * z > 0.05:
                break
        cell = Lattice.from_parameters(a, b, c, alpha, beta, gamma).matrix
        yield "aP", cell
        yield "aP", unimodular(30) @ cell


def parameters(matrix):
    return list(Lattice(matrix).parameters)


def reductions():
    for symbol, matrix in inputs():
        pmg = Lattice(matrix)
        yield {
            "symbol": symbol,
            "matrix": matrix.ravel().tolist(),
            "spglibNiggli": parameters(spglib.niggli_reduce(matrix, eps=1e-5)),
            "pymatgenNiggli": list(pmg.get_niggli_reduced_lattice().parameters),
            "spglibDelaunay": parameters(spglib.delaunay_reduce(matrix, eps=1e-5)),
            "pymatgenLll": list(pmg.get_lll_reduced_lattice().parameters),
        }


def mappings():
    """How many cells of `lattice` look like `other`, and the determinants of their matrices."""
    cases = [
        (Lattice.cubic(4), Lattice.cubic(4), 1e-5, 1),
        (Lattice.hexagonal(3, 5), Lattice.hexagonal(3, 5), 1e-5, 1),
        (Lattice(CENTRINGS["F"] * 4), Lattice.cubic(4), 1e-5, 1),
        (Lattice.from_parameters(5, 6, 7, 80, 95, 103), Lattice.from_parameters(5.2, 6.1, 7.3, 82, 93, 100), 0.2, 5),
        (Lattice.from_parameters(5, 5.1, 4.9, 88, 91, 92), Lattice.cubic(5), 0.1, 5),
        (Lattice.tetragonal(4, 4.1), Lattice.tetragonal(4, 8.2), 1e-5, 1),
        (Lattice.cubic(4), Lattice.cubic(4.5), 1e-3, 1),
    ]
    for lattice, other, ltol, atol in cases:
        found = list(lattice.find_all_mappings(other, ltol=ltol, atol=atol))
        yield {
            "matrix": lattice.matrix.ravel().tolist(),
            "other": other.matrix.ravel().tolist(),
            "lengthTolerance": ltol,
            "angleTolerance": atol,
            "transformations": sorted(np.ravel(scale).tolist() for _, _, scale in found),
        }


def images():
    """Shortest vectors between points, by the largest search that pymatgen's sphere allows."""
    for _ in range(30):
        cell = Lattice.from_parameters(*rng.uniform(3, 9, 3), *rng.uniform(65, 115, 3)).matrix
        skewed = Lattice(unimodular(8) @ cell)
        delta = rng.uniform(-2, 2, 3)
        near = skewed.get_points_in_sphere([delta], [0, 0, 0], 12, zip_results=False)
        yield {"matrix": skewed.matrix.ravel().tolist(), "delta": delta.tolist(), "distance": float(min(near[1]))}


def write(name, rows):
    with open(os.path.join(HERE, name), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


write("reductions.json", reductions())
write("mappings.json", mappings())
write("images.json", images())
