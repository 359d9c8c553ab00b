"""Pairs at the edge of the matcher's tolerances, and pymatgen's verdicts both ways: writes edge.json."""
import json

import numpy as np
from pymatgen.analysis.structure_matcher import StructureMatcher

from make import PARENTS, disguised, random, read


def rounded(cell, digits):
    matrix, species, frac = cell
    return [np.round(matrix, digits).tolist(), species, np.round(frac, digits).tolist()]


def main():
    names = list(PARENTS)
    matcher = StructureMatcher(stol=0.2)
    cases = []
    for index in range(1200):
        name = names[index % len(names)]
        first = rounded(disguised(name, 0.1, 0.08, index % 4 == 0), 4)
        second = rounded(disguised(name, 0.4, 0.12, index % 3 == 0), 4)
        a, b = read(first), read(second)
        ways = [bool(matcher.fit(a, b)), bool(matcher.fit(b, a)), bool(matcher.fit(a, b, symmetric=True))]
        if ways[0] != ways[1] or index % 20 == 0:
            cases.append({"name": name, "first": first, "second": second, "ways": ways})
    with open("edge.json", "w") as file:
        json.dump(cases, file, separators=(",", ":"))
        file.write("\n")


main()
