"""Pairs of structures and what pymatgen's StructureMatcher says of them: writes matches.json."""
import json

import numpy as np
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

random = np.random.default_rng(20240607)


def cubic(a):
    return np.eye(3) * a


def hexagonal(a, c):
    return np.array([[a, 0, 0], [-a / 2, a * 3**0.5 / 2, 0], [0, 0, c]])


FCC = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
u, z = 0.305, 0.375
PARENTS = {
    "rock salt": (cubic(5.64), ["Na"] * 4 + ["Cl"] * 4, FCC + [[x + 0.5, y, w] for x, y, w in FCC]),
    "blende": (cubic(5.41), ["Zn"] * 4 + ["S"] * 4, FCC + [[x + 0.25, y + 0.25, w + 0.25] for x, y, w in FCC]),
    "wurtzite": (hexagonal(3.82, 6.26), ["Zn", "Zn", "S", "S"],
                 [[1 / 3, 2 / 3, 0], [2 / 3, 1 / 3, 0.5], [1 / 3, 2 / 3, z], [2 / 3, 1 / 3, z + 0.5]]),
    "caesium chloride": (cubic(4.12), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "perovskite": (cubic(3.84), ["Ca", "Ti", "O", "O", "O"],
                   [[0.5, 0.5, 0.5], [0, 0, 0], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]]),
    "rutile": (np.diag([4.59, 4.59, 2.96]), ["Ti", "Ti", "O", "O", "O", "O"],
               [[0, 0, 0], [0.5, 0.5, 0.5], [u, u, 0], [1 - u, 1 - u, 0],
                [0.5 + u, 0.5 - u, 0.5], [0.5 - u, 0.5 + u, 0.5]]),
    "nickel arsenide": (hexagonal(3.6, 5.0), ["Zn", "Zn", "S", "S"],
                        [[0, 0, 0], [0, 0, 0.5], [1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]),
    "triclinic": (np.array([[4.1, 0, 0], [0.7, 5.2, 0], [-0.9, 1.3, 6.0]]), ["Ti", "O", "O", "Ti", "O", "O"],
                  random.random((6, 3)).tolist()),
}


def disguised(name, amplitude, strain, repeat):
    """Another cell of the lattice, strained, with another origin and order, each site moved."""
    matrix, species, frac = PARENTS[name]
    structure = Structure(Lattice(matrix), species, frac)
    if repeat:
        structure.make_supercell(np.diag(random.permutation([2, 1, 1])))
    change = np.eye(3, dtype=int)
    for _ in range(2):
        i, j = random.permutation(3)[:2]
        change[i] += random.choice([-1, 1]) * change[j]
    structure.make_supercell(change)
    deformation = np.eye(3) + strain * random.uniform(-1, 1, (3, 3))
    order = random.permutation(len(structure))
    cart = (structure.cart_coords + amplitude * random.uniform(-1, 1, (len(structure), 3)))[order]
    rotation, _ = np.linalg.qr(random.normal(size=(3, 3)))
    lattice = structure.lattice.matrix @ deformation @ rotation
    moved = Structure(Lattice(lattice), [structure[i].species for i in order],
                      cart @ deformation @ rotation, coords_are_cartesian=True)
    shifted = (moved.frac_coords + random.random(3)) % 1
    return [lattice.round(6).ravel().tolist(), [s.specie.symbol for s in moved], shifted.round(6).ravel().tolist()]


def read(cell):
    matrix, species, frac = cell
    return Structure(Lattice(np.reshape(matrix, (3, 3))), species, np.reshape(frac, (-1, 3)))


def main():
    names = list(PARENTS)
    partners = {"blende": ["blende", "wurtzite", "nickel arsenide"], "wurtzite": ["blende", "wurtzite", "nickel arsenide"],
                "rock salt": ["rock salt", "caesium chloride"], "rutile": ["rutile", "triclinic"]}
    cases = []
    for index in range(200):
        name = names[index % len(names)]
        other = str(random.choice(partners.get(name, [name])))
        amplitude = float(random.choice([0, 0.05, 0.2, 0.5, 0.9]))
        strain = float(random.choice([0, 0.02, 0.06]))
        first = disguised(name, 0.02, 0, False)
        second = disguised(other, amplitude, strain, index % 3 == 0)
        a, b = read(first), read(second)
        case = {"names": [name, other], "first": first, "second": second, "results": []}
        for primitive in (True, False):
            for scale in (True, False):
                matcher = StructureMatcher(primitive_cell=primitive, scale=scale)
                rms = matcher.get_rms_dist(a, b)
                case["results"].append({
                    "primitive": primitive, "scale": scale, "fit": bool(matcher.fit(a, b)),
                    "rms": None if rms is None else float(rms[0]),
                    "max": None if rms is None else float(rms[1]),
                })
        if index % 5 == 0:
            case["anonymous"] = bool(StructureMatcher().fit_anonymous(a, b))
        cases.append(case)
    with open("matches.json", "w") as file:
        json.dump(cases, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
