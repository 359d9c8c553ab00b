"""Prints pymatgen.json: energies and forces of random point charges by pymatgen's EwaldSummation."""
import json
import random
import sys

import pymatgen.analysis.ewald as ewald
from pymatgen.core import Lattice, Structure

random.seed(11)
cases = []
for charges, angles in [
    ([1, -1, 2, -2], (81, 97, 74)),
    ([1.3, -0.4, -0.9, 2, -1, -1, 0.5, -0.5], (63, 75, 110)),
    ([3, 3, -2, -2, -2, 1, -1], (90, 90, 120)),
    ([1, 1, -0.5], (90, 100, 90)),
]:
    edge = 3.2 * len(charges) ** (1 / 3)
    lattice = Lattice.from_parameters(edge, 1.1 * edge, 0.9 * edge, *angles)
    while True:
        fracs = [[round(random.random(), 6) for _ in range(3)] for _ in charges]
        structure = Structure(lattice, ["H"] * len(charges), fracs, site_properties={"charge": charges})
        distances = structure.distance_matrix
        if all(distances[i][j] > 1.5 for i in range(len(charges)) for j in range(i)):
            break
    structure.add_oxidation_state_by_site(charges)
    sum_ = ewald.EwaldSummation(structure, acc_factor=30, compute_forces=True)
    cases.append(
        {
            "matrix": [x for row in lattice.matrix.tolist() for x in row],
            "fracPositions": [x for row in fracs for x in row],
            "charges": charges,
            "energy": sum_.total_energy,
            # Of a cell that is not neutral, pymatgen gives none.
            "siteEnergies": [sum_.get_site_energy(i) for i in range(len(charges))] if sum(charges) == 0 else None,
            "forces": [x for row in sum_.forces.tolist() for x in row],
        }
    )
json.dump({"coulombConstant": ewald.EwaldSummation.CONV_FACT, "cases": cases}, sys.stdout, indent=1)
