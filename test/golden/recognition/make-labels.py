"""Structures of pymatgen's table of AFLOW prototypes, with the labels that the encyclopedia gives them.

    /usr/bin/python3 make-labels.py labels.json
"""
import json
import os
import sys

import pymatgen.analysis.prototypes

table = os.path.join(os.path.dirname(pymatgen.analysis.prototypes.__file__), "aflow_prototypes.json")
# Their coordinates have more symmetry than their labels say.
too_symmetric = {"A2B_oC12_38_de_ab", "AB3_tI16_140_b_ah"}
chosen, groups = [], {}
for entry in sorted(json.load(open(table)), key=lambda entry: (len(entry["snl"]["sites"]), entry["tags"]["aflow"])):
    label, sites = entry["tags"]["aflow"], entry["snl"]["sites"]
    group = label.split("_")[2]
    if label in too_symmetric or len(sites) > 10 or groups.get(group, 0) == 1:
        continue
    if any(label == other["label"] for other in chosen):
        continue
    groups[group] = groups.get(group, 0) + 1
    chosen.append(
        {
            "label": label,
            "strukturbericht": entry["tags"]["strukturbericht"],
            "lattice": [round(x, 5) for row in entry["snl"]["lattice"]["matrix"] for x in row],
            "species": [site["species"][0]["element"] for site in sites],
            "positions": [round(x, 5) for site in sites for x in site["abc"]],
        }
    )
with open(sys.argv[1], "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in chosen) + "\n]\n")
print(len(chosen))
