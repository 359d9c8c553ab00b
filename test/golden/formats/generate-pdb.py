"""Writes pdb-symmetry.json beside this file; see SOURCE.md."""
import json, os
import gemmi

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = [
    ("P 21 21 21", (52.0, 58.6, 61.9, 90, 90, 90)),
    ("P 1 21 1", (31.2, 42.5, 38.7, 90, 104.3, 90)),
    ("C 1 2 1", (66.1, 31.9, 45.0, 90, 98.7, 90)),
    ("I 1 2 1", (66.1, 31.9, 45.0, 90, 98.7, 90)),
    ("P 1 1 21", (31.2, 42.5, 38.7, 90, 90, 104.3)),
    ("P 21 2 21", (52.0, 58.6, 61.9, 90, 90, 90)),
    ("H 3", (54.3, 54.3, 81.2, 90, 90, 120)),
    ("R 3 2", (54.3, 54.3, 54.3, 82, 82, 82)),
    ("P 43 21 2", (78.5, 78.5, 37.1, 90, 90, 90)),
    ("P 61 2 2", (60.2, 60.2, 99.1, 90, 90, 120)),
    ("I 41 3 2", (92.4, 92.4, 92.4, 90, 90, 90)),
    ("P -1", (7.1, 8.2, 9.3, 81.1, 95.2, 103.3)),
    ("F m -3 m", (5.640, 5.640, 5.640, 90, 90, 90)),
]
ATOMS = [("N", 3.668, 2.248, 1.436), ("C", 4.197, 3.578, 1.784), ("O", 4.0, 4.25, 2.901)]
ROCKSALT = [("NA", 0.0, 0.0, 0.0), ("CL", 2.820, 0.0, 0.0)]


def text_of(group, cell, atoms):
    lines = ["CRYST1%9.3f%9.3f%9.3f%7.2f%7.2f%7.2f %-11s%4d" % (*cell, group, 1)]
    for i, (element, x, y, z) in enumerate(atoms):
        name = element.ljust(4) if len(element) == 2 else (" " + element).ljust(4)
        lines.append("HETATM%5d %s UNL A   1    %8.3f%8.3f%8.3f%6.2f%6.2f          %2s" % (i + 1, name, x, y, z, 1, 10, element))
    return "\n".join(lines + ["END", ""])


def distance(cell, p, q):
    difference = [a - b - round(a - b) for a, b in zip(p, q)]
    return cell.orthogonalize(gemmi.Fractional(*difference)).length()


rows = []
for group, cell in CASES:
    text = text_of(group, cell, ROCKSALT if group == "F m -3 m" else ATOMS)
    structure = gemmi.read_pdb_string(text)
    operations = structure.find_spacegroup().operations()
    sites = []
    for atom in structure[0].all():
        start = structure.cell.fractionalize(atom.atom.pos)
        for op in operations:
            image = gemmi.Fractional(*op.apply_to_xyz(start.tolist())).wrap_to_unit()
            if not any(site[0] == atom.atom.element.name and distance(structure.cell, site[1:], image.tolist()) < 0.05 for site in sites):
                sites.append([atom.atom.element.name, *[round(x, 6) for x in image.tolist()]])
    rows.append({"group": group, "number": structure.find_spacegroup().number, "text": text, "sites": sites})
with open(os.path.join(HERE, "pdb-symmetry.json"), "w") as file:
    file.write("[\n" + ",\n".join(" " + json.dumps(row) for row in rows) + "\n]\n")
print([(r["group"], r["number"], len(r["sites"])) for r in rows])
