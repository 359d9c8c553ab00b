"""Vertices of Voronoi cells by Qhull: python3 voids.py voids.json"""
import json, sys
import numpy as np, scipy
from scipy.spatial import Voronoi, cKDTree
from pymatgen.core import Lattice, Structure
C, H, T = Lattice.cubic, Lattice.hexagonal, Lattice.tetragonal
def sg(group, lattice, species, xyz): return Structure.from_spacegroup(group, lattice, species, xyz)
CRYSTALS = {
    "quartz": sg("P3_221", H(4.9134, 5.4052), ["Si", "O"], [[.4697, 0, 2/3], [.4133, .2672, .7855]]),
    "rutile": sg("P4_2/mnm", T(4.594, 2.9586), ["Ti", "O"], [[0, 0, 0], [.3053, .3053, 0]]),
    "spinel": sg("Fd-3m", C(8.0858), ["Mg", "Al", "O"], [[0, 0, 0], [.625, .625, .625], [.3876, .3876, .3876]]),
    "strontium titanate": sg("Pm-3m", C(3.905), ["Sr", "Ti", "O"], [[0, 0, 0], [.5, .5, .5], [.5, .5, 0]]),
    "corundum": sg("R-3c", H(4.7602, 12.9933), ["Al", "O"], [[0, 0, .35216], [.30624, 0, .25]]),
    "magnesium": sg("P6_3/mmc", H(3.209, 5.211), ["Mg"], [[1/3, 2/3, .25]]),
    "pyrite": sg("Pa-3", C(5.418), ["Fe", "S"], [[0, 0, 0], [.3851, .3851, .3851]]),
}
out = {"scipy": scipy.__version__, "crystals": []}
for name, s in CRYSTALS.items():
    m = s.lattice.matrix
    shifts = np.array([[a, b, c] for a in range(-2, 3) for b in range(-2, 3) for c in range(-2, 3)])
    points = ((s.frac_coords % 1)[None] + shifts[:, None]).reshape(-1, 3) @ m
    frac = Voronoi(points).vertices @ np.linalg.inv(m)
    frac = frac[np.all((frac > -1e-6) & (frac < 1 - 1e-6), axis=1)]
    kept = []
    for x in frac:
        d = [(x - y) - np.round(x - y) for y in kept]
        if all(np.linalg.norm(v @ m) > 1e-3 for v in d): kept.append(x)
    distance = cKDTree(points).query(np.array(kept) @ m)[0]
    rows = {}
    for r in distance: rows[round(float(r), 4)] = rows.get(round(float(r), 4), 0) + 1
    out["crystals"].append({"name": name, "matrix": [list(map(float, r)) for r in m],
        "species": [x.specie.symbol for x in s], "frac": [round(float(v), 10) for x in s for v in x.frac_coords],
        "voids": sorted(rows.items(), reverse=True)})
    print(name, sorted(rows.items(), reverse=True), file=sys.stderr)
json.dump(out, open(sys.argv[1], "w"))
