"""Writes the CIF fixtures and expected.json beside this file; see SOURCE.md."""
import json, os
import gemmi

HERE = os.path.dirname(os.path.abspath(__file__))
COORDS = "_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"


def cell(a, b, c, alpha=90, beta=90, gamma=90):
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    return "".join("_cell_%s %s\n" % (n, v) for n, v in zip(names, (a, b, c, alpha, beta, gamma)))


def atoms(rows, tags="_atom_site_label\n" + COORDS):
    return "loop_\n" + tags + "".join(row + "\n" for row in rows)


def operators(name, tag="_symmetry_equiv_pos_as_xyz"):
    ops = gemmi.find_spacegroup_by_name(name).operations()
    return "loop_\n" + tag + "\n" + "".join("'%s'\n" % op.triplet() for op in ops)


FILES = {
    "rutile-symbol": ("P 42/m n m", "data_rutile\n" + cell("4.594(2)", "4.594(2)", "2.959(1)")
                      + "_symmetry_space_group_name_H-M 'P 42/m n m'\n" + atoms(["Ti1 0 0 0", "O1 0.305(1) 0.305(1) 0"])),
    "spinel-origin-2": ("F d -3 m:2", "data_spinel\n" + cell(8.08, 8.08, 8.08) + "_space_group_name_H-M_alt 'F d -3 m :2'\n"
                        + atoms(["Mg 0.125 0.125 0.125", "Al 0.5 0.5 0.5", "O 0.2624 0.2624 0.2624"])),
    "spinel-origin-1": ("F d -3 m:1", "data_spinel\n" + cell(8.08, 8.08, 8.08) + "_space_group_name_H-M_alt 'F d -3 m :1'\n"
                        + atoms(["Mg 0 0 0", "Al 0.625 0.625 0.625", "O 0.3874 0.3874 0.3874"])),
    "calcite-hall": ("R -3 c:H", "data_calcite\n" + cell(4.99, 4.99, 17.06, gamma=120)
                     + "_space_group_name_Hall '-R 3 2\"c'\n" + atoms(["Ca1 0 0 0", "C1 0 0 0.25", "O1 0.2578 0 0.25"])),
    "calcite-rhombohedral": ("R -3 c:R", "data_calcite\n" + cell(6.373, 6.373, 6.373, 46.08, 46.08, 46.08)
                             + "_symmetry_space_group_name_H-M 'R -3 c :R'\n" + atoms(["Ca 0 0 0", "C .25 .25 .25", "O .5078 -.0078 .25"])),
    "monoclinic-n": ("P 1 21/n 1", "data_n\n" + cell(5.31, 7.22, 9.43, beta="101.5") + "_symmetry_space_group_name_H-M 'P 1 21/n 1'\n"
                     + atoms(["S1 0.11 0.22 0.33", "Cl1 0.5 0 0.5"])),
    "hexagonal-thirds": ("P 63/m m c", "data_hcp\n" + cell(3.209, 3.209, 5.211, gamma=120)
                         + operators("P 63/m m c") + atoms(["Mg1 0.3333 0.6667 0.25"])),
    "orthorhombic-operators": ("P b n m", "data_pbnm\n" + cell(5.38, 5.44, 7.64)
                               + operators("P b n m", "_space_group_symop_operation_xyz")
                               + atoms(["Ca1 0.993 0.0356 .25", "Ti1 0 0.5 0", "O1 0.071 0.484 0.25", "O2 0.711 0.289 0.037"])),
    "number-only": ("I a -3 d", "data_garnet\n" + cell(12.0, 12.0, 12.0) + "_space_group_IT_number 230\n"
                    + atoms(["Y 0.125 0 0.25", "Al1 0 0 0", "Al2 0.375 0 0.25", "O -0.0306 0.0512 0.1500"])),
}


def expected(text, name):
    assert gemmi.find_spacegroup_by_name(name), name
    tag = "_symmetry_space_group_name_H-M"
    if tag not in text:  # the only symmetry that this version reads
        text += "%s '%s'\n" % (tag, name)
    st = gemmi.make_small_structure_from_block(gemmi.cif.read_string(text).sole_block())
    sites = st.get_all_unit_cell_sites()
    return {"siteCount": len(sites), "volume": st.cell.volume,
            "sites": [[s.element.name, *[round(v % 1.0, 6) % 1.0 for v in s.fract.tolist()]] for s in sites]}


rows = {}
for key, (name, text) in FILES.items():
    with open(os.path.join(HERE, key + ".cif"), "w") as file:
        file.write(text)
    rows[key] = expected(text, name)
with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump(rows, file)
