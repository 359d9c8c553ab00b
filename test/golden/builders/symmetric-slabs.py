"""Slabs with two equal surfaces by pymatgen: python3 symmetric-slabs.py symmetric-slabs.json"""
import json, sys, warnings
from importlib.metadata import version
import numpy as np
from pymatgen.core import Lattice, Structure
from pymatgen.core.surface import SlabGenerator
warnings.filterwarnings("ignore")
C, H, T = Lattice.cubic, Lattice.hexagonal, Lattice.tetragonal
def sg(group, lattice, species, xyz): return Structure.from_spacegroup(group, lattice, species, xyz)
CRYSTALS = {
    "copper": (sg("Fm-3m", C(3.6149), ["Cu"], [[0, 0, 0]]), [(1, 1, 1)]),
    "halite": (sg("Fm-3m", C(5.6402), ["Na", "Cl"], [[0, 0, 0], [.5, .5, .5]]), [(1, 0, 0), (1, 1, 1)]),
    "caesium chloride": (sg("Pm-3m", C(4.123), ["Cs", "Cl"], [[0, 0, 0], [.5, .5, .5]]), [(1, 0, 0), (1, 1, 0), (1, 1, 1)]),
    "strontium titanate": (sg("Pm-3m", C(3.905), ["Sr", "Ti", "O"], [[0, 0, 0], [.5, .5, .5], [.5, .5, 0]]), [(1, 0, 0), (1, 1, 0), (1, 1, 1)]),
    "fluorite": (sg("Fm-3m", C(5.4626), ["Ca", "F"], [[0, 0, 0], [.25, .25, .25]]), [(1, 0, 0), (1, 1, 1)]),
    "rutile": (sg("P4_2/mnm", T(4.594, 2.9586), ["Ti", "O"], [[0, 0, 0], [.3053, .3053, 0]]), [(1, 1, 0), (1, 0, 0), (0, 0, 1)]),
    "corundum": (sg("R-3c", H(4.7602, 12.9933), ["Al", "O"], [[0, 0, .35216], [.30624, 0, .25]]), [(0, 0, 1)]),
    "wurtzite": (sg("P6_3mc", H(3.8227, 6.2607), ["Zn", "S"], [[1/3, 2/3, 0], [1/3, 2/3, .3748]]), [(1, 0, 0)]),
}
out = {"pymatgen": version("pymatgen"), "slabs": []}
for name, (s, planes) in CRYSTALS.items():
    for hkl in planes:
        gen = SlabGenerator(s, hkl, 5, 15, in_unit_planes=True, primitive=True, max_normal_search=1)
        o = gen.oriented_unit_cell
        height = o.volume / np.linalg.norm(np.cross(*o.lattice.matrix[:2]))
        layers = int(np.ceil(5 / round(height / s.lattice.d_hkl(hkl), 8)))
        found = set()
        for slab in gen.get_slabs(ftol=0.1, symmetrize=True):
            z = slab.cart_coords @ slab.normal
            per_area = sorted((e.symbol, round(n / slab.surface_area, 4)) for e, n in slab.composition.items())
            found.add((round(float(z.max() - z.min()), 3), json.dumps(per_area)))
        out["slabs"].append({
            "name": name, "hkl": hkl, "thickness": round(layers * height, 6),
            "matrix": [list(map(float, r)) for r in s.lattice.matrix],
            "species": [x.specie.symbol for x in s],
            "frac": [round(float(v), 10) for x in s for v in x.frac_coords],
            "found": [{"extent": e, "perArea": json.loads(c)} for e, c in sorted(found)]})
json.dump(out, open(sys.argv[1], "w"))
