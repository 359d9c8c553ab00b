"""Writes datasets.json and settings.json beside this file; see SOURCE.md."""
import hashlib, json, os
import numpy as np
import spglib

HERE = os.path.dirname(os.path.abspath(__file__))


def operation_key(rotation, translation):
    return ",".join(map(str, np.ravel(rotation))) + "|" + ",".join(str(round(t * 1e4) % 10000) for t in translation)


def digest(rotations, translations):
    keys = sorted(operation_key(r, t) for r, t in zip(rotations, translations))
    return hashlib.sha256(" ".join(keys).encode()).hexdigest()[:16]


def settings():
    rows = []
    for hall in range(1, 531):
        kind = spglib.get_spacegroup_type(hall)
        ops = spglib.get_symmetry_from_database(hall)
        rows.append([hall, kind["number"], kind["international_short"], kind["pointgroup_international"],
                     len(ops["rotations"]), digest(ops["rotations"], ops["translations"])])
    return rows


def hexagonal(a, c):
    return [[a, 0, 0], [-a / 2, a * 3 ** 0.5 / 2, 0], [0, 0, c]]


def expand(hall, atoms):
    """Sites of the conventional cell from the asymmetric unit."""
    ops = spglib.get_symmetry_from_database(hall)
    sites, numbers = [], []
    for number, x in atoms:
        for r, t in zip(ops["rotations"], ops["translations"]):
            y = (r @ np.array(x) + t) % 1.0
            if all(n != number or np.abs((y - s + 0.5) % 1 - 0.5).max() > 1e-6 for s, n in zip(sites, numbers)):
                sites.append(y)
                numbers.append(number)
    return sites, numbers


def supercell(cell, matrix):
    lattice, sites, numbers = cell
    matrix = np.array(matrix)
    inverse = np.linalg.inv(matrix)
    size = int(round(abs(np.linalg.det(matrix))))
    span = range(-int(np.abs(matrix).sum()), int(np.abs(matrix).sum()) + 1)
    out, kinds = [], []
    for x, n in zip(sites, numbers):
        images = {}
        for shift in np.array(np.meshgrid(span, span, span)).reshape(3, -1).T:
            y = (np.array(x) + shift) @ inverse
            y -= np.floor(y + 1e-9)
            images.setdefault(tuple(np.round(y, 6) % 1.0), y)
        assert len(images) == size
        out += list(images.values())
        kinds += [n] * size
    return (matrix @ np.array(lattice)).tolist(), out, kinds


def crystals():
    t = 2 / 3
    cells = {
        "rocksalt": (np.eye(3) * 5.64, *expand(523, [(11, (0, 0, 0)), (17, (0.5, 0.5, 0.5))])),
        "rutile": (np.diag([4.594, 4.594, 2.959]), *expand(419, [(22, (0, 0, 0)), (8, (0.305, 0.305, 0))])),
        "quartz P3_221": (hexagonal(4.916, 5.4054), *expand(443, [(14, (0.4697, 0, t)), (8, (0.4135, 0.2669, 0.1191 + t))])),
        "quartz P3_121": (hexagonal(4.916, 5.4054), *expand(441, [(14, (0.4697, 0, 1 / 3)), (8, (0.4135, 0.2669, 1 / 3 - 0.1191))])),
        "diamond": (np.eye(3) * 3.567, *expand(525, [(6, (0, 0, 0))])),
        "calcite": (hexagonal(4.99, 17.06), *expand(460, [(20, (0, 0, 0)), (6, (0, 0, 0.25)), (8, (0.2578, 0, 0.25))])),
        "baddeleyite": ([[5.15, 0, 0], [0, 5.2, 0], [-0.84, 0, 5.25]],
                        *expand(81, [(40, (0.2754, 0.0395, 0.2083)), (8, (0.0700, 0.3317, 0.3447)), (8, (0.4496, 0.7569, 0.4792))])),
        "perovskite Pnma": (np.diag([5.44, 7.64, 5.38]),
                            *expand(292, [(20, (0.0356, 0.25, 0.9929)), (22, (0, 0, 0.5)), (8, (0.484, 0.25, 0.071)), (8, (0.289, 0.037, 0.711))])),
        "triclinic": ([[5.1, 0, 0], [0.4, 6.2, 0], [0.7, -0.5, 7.3]], *expand(2, [(11, (0.1, 0.2, 0.3)), (17, (0.45, 0.7, 0.15))])),
    }
    cells["rocksalt 1x1x2"] = supercell(cells["rocksalt"], [[1, 0, 0], [0, 1, 0], [0, 0, 2]])
    cells["rocksalt 2x2x2"] = supercell(cells["rocksalt"], [[2, 0, 0], [0, 2, 0], [0, 0, 2]])
    cells["rutile skew"] = supercell(cells["rutile"], [[1, 1, 0], [0, 2, 1], [-1, 0, 2]])
    cells["quartz 2x1x3"] = supercell(cells["quartz P3_221"], [[2, 0, 0], [0, 1, 0], [0, 0, 3]])
    return cells


def datasets():
    rows = {}
    for name, (lattice, sites, numbers) in crystals().items():
        d = spglib.get_symmetry_dataset((lattice, sites, numbers), symprec=1e-3)
        rows[name] = {
            "lattice": np.array(lattice).tolist(), "positions": np.array(sites).tolist(), "numbers": [int(n) for n in numbers],
            "number": int(d["number"]), "international": d["international"], "hallNumber": int(d["hall_number"]),
            "pointGroup": d["pointgroup"], "wyckoffs": d["wyckoffs"], "siteSymmetries": d["site_symmetry_symbols"],
            "orbits": d["crystallographic_orbits"].tolist(), "standardSiteCount": len(d["std_types"]),
            "operationCount": len(d["rotations"]), "operations": digest(d["rotations"], d["translations"]),
        }
    return rows


def dump(name, rows):
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(rows, file)


if __name__ == "__main__":
    dump("settings.json", settings())
    dump("datasets.json", datasets())
