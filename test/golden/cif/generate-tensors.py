"""Writes tensors.json beside this file; see SOURCE.md."""
import json, os
import gemmi
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = [
    # group, cell, label, position, U11 U22 U33 U23 U13 U12
    ("P 42/m n m", (4.594, 4.594, 2.959, 90, 90, 90), "O1", (0.305, 0.305, 0), (.012, .010, .007, .002, .001, .004)),
    ("P 63/m m c", (3.209, 3.209, 5.211, 90, 90, 120), "Mg1", (1 / 3, 2 / 3, .25), (.012, .010, .007, .002, .001, .004)),
    ("R -3 c:H", (4.99, 4.99, 17.06, 90, 90, 120), "O1", (.2578, 0, .25), (.012, .010, .017, .002, .001, .004)),
    ("P 1 2/m 1", (5.31, 7.22, 9.43, 90, 101.5, 90), "S1", (.11, 0, .33), (.012, .010, .017, .002, .001, .004)),
    ("F d -3 m:2", (8.08, 8.08, 8.08, 90, 90, 90), "Al1", (.5, .5, .5), (.012, .010, .007, .002, .001, .004)),
    ("P a -3", (6.1, 6.1, 6.1, 90, 90, 90), "S1", (.114, .114, .114), (.012, .010, .007, .002, .001, .004)),
    ("P 3 2 1", (4.92, 4.92, 5.41, 90, 90, 120), "Si1", (.47, 0, 0), (.012, .010, .007, .002, .001, .004)),
]


def full(u):
    return np.array([[u[0], u[5], u[4]], [u[5], u[1], u[3]], [u[4], u[3], u[2]]])


def six(m):
    return [m[0, 0], m[1, 1], m[2, 2], m[1, 2], m[0, 2], m[0, 1]]


rows = []
for group, parameters, label, position, u in CASES:
    cell = gemmi.UnitCell(*parameters)
    orth = np.array(cell.orthogonalization_matrix.tolist())
    frac = np.array(cell.fractionalization_matrix.tolist())
    stars = np.diag([cell.reciprocal().a, cell.reciprocal().b, cell.reciprocal().c])
    cart = orth @ stars @ full(u) @ stars @ orth.T
    ops = gemmi.find_spacegroup_by_name(group).operations()
    turned = []
    for op in ops:
        image = np.array(op.apply_to_xyz(list(position))) - position
        if np.abs(image - np.round(image)).max() > 1e-6:
            continue
        r = orth @ (np.array(op.rot) / op.DEN) @ frac
        turned.append(r @ cart @ r.T)
    mean = sum(turned) / len(turned)
    back = np.linalg.inv(stars) @ frac
    rows.append({
        "group": group, "cell": parameters, "label": label, "position": position, "given": u,
        "order": len(turned),
        "symmetrized": six(back @ mean @ back.T),
        "uIso": float(np.trace(mean)) / 3,
        "beta": six(2 * np.pi ** 2 * stars @ full(u) @ stars),
    })
with open(os.path.join(HERE, "tensors.json"), "w") as file:
    file.write("[\n" + ",\n".join(" " + json.dumps(row) for row in rows) + "\n]\n")
