"""Reads CIFs with gemmi, ASE and pymatgen, each where it is installed.

    python3 peers.py RUNS PEER FILE...

prints {"seconds": best of RUNS for all files, "sites": in all}, or {"reason": ...}.
"""
import json
import sys
import time
import warnings

warnings.simplefilter("ignore")


def gemmi():
    import gemmi

    def read(path):
        structure = gemmi.make_small_structure_from_block(gemmi.cif.read(path).sole_block())
        return structure.get_all_unit_cell_sites()

    return read


def ase():
    from ase.io import read

    return lambda path: read(path, format="cif")


def pymatgen():
    from pymatgen.io.cif import CifParser

    return lambda path: CifParser(path).get_structures(primitive=False)[0]


def main(runs, peer, paths):
    try:
        read = {"gemmi": gemmi, "ase": ase, "pymatgen": pymatgen}[peer]()
    except ImportError as error:
        return {"reason": str(error)}
    best = float("inf")
    for _ in range(int(runs) + 1):
        start = time.perf_counter()
        structures = [read(path) for path in paths]
        best = min(best, time.perf_counter() - start)
    return {"seconds": best, "sites": sum(len(each) for each in structures)}


print(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3:])))
