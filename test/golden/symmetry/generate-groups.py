"""Writes groups.json beside this file; see SOURCE.md."""
import json, os, random
import numpy as np
import spglib
from generate import digest

HERE = os.path.dirname(os.path.abspath(__file__))


def lattice_of(rotations, rng):
    """A metric tensor averaged over the group, as parameters with four digits."""
    m = np.array([[9 + 3 * rng.random(), 0, 0], [rng.uniform(-2, 2), 11 + 3 * rng.random(), 0],
                  [rng.uniform(-2, 2), rng.uniform(-2, 2), 13 + 3 * rng.random()]])
    g = sum(r.T @ (m @ m.T) @ r for r in rotations) / len(rotations)
    a, b, c = np.sqrt(np.diag(g))
    angles = np.degrees(np.arccos([g[1, 2] / b / c, g[0, 2] / a / c, g[0, 1] / a / b]))
    return [round(float(x), 4) for x in (a, b, c, *angles)]


def matrix_of(a, b, c, alpha, beta, gamma):
    ca, cb, cg = np.cos(np.radians([alpha, beta, gamma]))
    sg = np.sin(np.radians(gamma))
    x = (ca - cb * cg) / sg
    return np.array([[a, 0, 0], [b * cg, b * sg, 0], [c * cb, c * x, c * np.sqrt(1 - cb * cb - x * x)]])


def expand(ops, atoms):
    sites, numbers = [], []
    for number, *x in atoms:
        own = []
        for r, t in zip(ops["rotations"], ops["translations"]):
            y = r @ np.array(x) + t
            y -= np.floor(y + 1e-6)
            if all(np.abs((y - s + 0.5) % 1 - 0.5).max() > 1e-5 for s in own):
                own.append(y)
        sites += own
        numbers += [number] * len(own)
    return np.array(sites), numbers


def on_element(ops, rng):
    """A point on a random intersection of symmetry elements: the mean of its images under a stabiliser."""
    x = np.array([rng.choice([0, 1, 2, 3, 4, 6, 8, 9]) / 12 + (rng.random() if rng.random() < 0.5 else 0) for _ in range(3)])
    kept = []
    for r, t in zip(ops["rotations"], ops["translations"]):
        d = r @ x + t - x
        if np.abs(d - np.round(d)).max() < 0.12:
            kept.append(r @ x + t - np.round(d))
    y = np.mean(kept, axis=0)
    return [round(float(v), 8) for v in y]


def noise(count):
    return 0.002 * np.sin(7 * np.arange(count) + 1)


def row(hall):
    rng = random.Random(hall)
    ops = spglib.get_symmetry_from_database(hall)
    parameters = lattice_of(ops["rotations"], rng)
    lattice = matrix_of(*parameters)
    while True:
        atoms = [[11, *(round(rng.random(), 4) for _ in range(3))], [12, *on_element(ops, rng)]]
        sites, numbers = expand(ops, atoms)
        if len(ops["rotations"]) < 4:
            atoms.append([13, *(round(rng.random(), 4) for _ in range(3))])
            sites, numbers = expand(ops, atoms)
        d = sites[:, None] - sites[None]
        d -= np.round(d)
        if (np.linalg.norm(d @ lattice, axis=2) + 9 * np.eye(len(sites))).min() > 0.3:
            break
    found = spglib.get_symmetry_dataset((lattice, sites, numbers), symprec=1e-3)
    cart = sites @ lattice
    noisy = np.linalg.solve(lattice.T, (cart + noise(cart.size).reshape(-1, 3)).T).T
    distorted = spglib.get_symmetry_dataset((lattice, noisy, numbers), symprec=0.02)
    return {
        "hall": hall, "parameters": parameters, "atoms": atoms, "number": int(found["number"]),
        "standardHall": int(found["hall_number"]),
        "letters": "".join(found["wyckoffs"][numbers.index(atom[0])] for atom in atoms),
        "siteSymmetries": [found["site_symmetry_symbols"][numbers.index(atom[0])] for atom in atoms],
        "multiplicities": [numbers.count(atom[0]) for atom in atoms],
        "operationCount": len(found["rotations"]), "operations": digest(found["rotations"], found["translations"]),
        "distortedNumber": None if distorted is None else int(distorted["number"]),
    }


if __name__ == "__main__":
    rows = [row(hall) for hall in range(1, 531)]
    with open(os.path.join(HERE, "groups.json"), "w") as file:
        json.dump(rows, file, separators=(",", ":"))
