"""Reference powder patterns from gemmi's structure factors. Run: /usr/bin/python3 make.py

Independent of Prism in code and in form factors: gemmi 0.5.7 with International Tables C (1992).
Writes patterns.json and form-factors.json beside this file.
"""
import json
import math
import os

import gemmi

HERE = os.path.dirname(os.path.abspath(__file__))
WAVELENGTH = 1.5405929

CRYSTALS = {
    # SRM 640f
    "Si": {
        "cell": [5.431144] * 3 + [90] * 3,
        "sites": [["Si", x + s, y + s, z + s, 1.0] for s in (0, 0.25)
                  for x, y, z in ((0, 0, 0), (0, .5, .5), (.5, 0, .5), (.5, .5, 0))],
        "range": [10, 140],
    },
    # SRM 660c; the boron coordinate is an input of this comparison, not a refinement
    "LaB6": {
        "cell": [4.156826] * 3 + [90] * 3,
        "sites": [["La", 0, 0, 0, 1.0]] + [["B", *p, 1.0] for u in (0.1992, 0.8008)
                                           for p in ((u, .5, .5), (.5, u, .5), (.5, .5, u))],
        "range": [10, 90],
    },
    # a triclinic cell with shared sites: nothing is equal by symmetry
    "triclinic": {
        "cell": [4.1, 5.3, 6.7, 82, 97, 113],
        "sites": [["Fe", 0.11, 0.23, 0.37, 0.7], ["Mg", 0.11, 0.23, 0.37, 0.3], ["O", 0.61, 0.52, 0.13, 1.0],
                  ["Cl", 0.83, 0.91, 0.72, 0.5]],
        "range": [5, 60],
    },
}


def structure(crystal):
    small = gemmi.SmallStructure()
    small.cell = gemmi.UnitCell(*crystal["cell"])
    small.spacegroup_hm = "P 1"
    for i, (symbol, x, y, z, occupancy) in enumerate(crystal["sites"]):
        site = gemmi.SmallStructure.Site()
        site.label = symbol + str(i)
        site.element = gemmi.Element(symbol)
        site.type_symbol = symbol
        site.fract = gemmi.Fractional(x, y, z)
        site.occ = occupancy
        small.add_site(site)
    small.setup_cell_images()
    return small


def pattern(crystal):
    small = structure(crystal)
    calculator = gemmi.StructureFactorCalculatorX(small.cell)
    lo, hi = crystal["range"]
    d_min = WAVELENGTH / 2 / math.sin(math.radians(hi / 2))
    limit = [int(length / d_min) + 1 for length in crystal["cell"][:3]]
    # A skew cell needs more than length / d_min on no axis: |h| <= |a| / d_min holds for any cell.
    lines = []
    for h in range(-limit[0], limit[0] + 1):
        for k in range(-limit[1], limit[1] + 1):
            for l in range(-limit[2], limit[2] + 1):
                if h == k == l == 0:
                    continue
                d = small.cell.calculate_d([h, k, l])
                if d < d_min:
                    continue
                two_theta = 2 * math.degrees(math.asin(WAVELENGTH / 2 / d))
                if not lo <= two_theta <= hi:
                    continue
                f2 = abs(calculator.calculate_sf_from_small_structure(small, [h, k, l])) ** 2
                lines.append((two_theta, d, f2))
    strongest = max(f2 for _, _, f2 in lines)
    merged = []
    for two_theta, d, f2 in sorted(lines):
        if f2 < 1e-6 * strongest:
            continue
        if merged and two_theta - merged[-1][0] < 1e-5:
            merged[-1][2] += f2
            merged[-1][3] += 1
        else:
            merged.append([two_theta, d, f2, 1])
    for line in merged:
        theta = math.radians(line[0] / 2)
        line[2] *= (1 + math.cos(2 * theta) ** 2) / (math.sin(theta) ** 2 * math.cos(theta))
    top = max(line[2] for line in merged)
    return [{"twoTheta": round(t, 6), "dSpacing": round(d, 8), "intensity": round(100 * i / top, 5), "multiplicity": m}
            for t, d, i, m in merged if i > 1e-5 * top]


def form_factors():
    out = {}
    for symbol in ["C", "O", "Na", "Al", "Si", "Cl", "Ti", "Fe", "Cu", "La", "Au", "U"]:
        it92 = gemmi.Element(symbol).it92
        out[symbol] = [[s, round(it92.calculate_sf(s * s), 4)] for s in (0, 0.1, 0.25, 0.5, 1.0, 1.5)]
    return out


def write(name, value):
    with open(os.path.join(HERE, name), "w") as f:
        json.dump(value, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    write("form-factors.json", form_factors())
    write("patterns.json", {name: dict(crystal, wavelength=WAVELENGTH, lines=pattern(crystal))
                            for name, crystal in CRYSTALS.items()})
