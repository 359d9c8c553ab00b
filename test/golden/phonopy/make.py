# Files as phonopy writes them, and its frequencies: forces by LAMMPS (lmp) or by loops over images.
import itertools, json, os, shutil, subprocess, tempfile
import numpy as np
import phonopy
from phonopy import Phonopy
from phonopy.file_IO import write_BORN, write_FORCE_CONSTANTS, write_FORCE_SETS
from phonopy.structure.atoms import PhonopyAtoms
from ase import Atoms
from ase.io.lammpsdata import write_lammps_data

here = os.path.dirname(os.path.abspath(__file__))
POT = "/usr/share/lammps/potentials/"
rng = np.random.default_rng(20261123)


def lammps(cell, species, settings, charges=None):
    with tempfile.TemporaryDirectory() as d:
        atoms = Atoms(cell.symbols, cell=cell.cell, scaled_positions=cell.scaled_positions, pbc=True)
        if charges:
            atoms.set_initial_charges([charges[s] for s in cell.symbols])
        from ase.calculators.lammps import Prism
        prism = Prism(atoms.cell.array)
        write_lammps_data(d + "/data", atoms, specorder=species, prismobj=prism,
                          atom_style="charge" if charges else "atomic")
        text = "\n".join(["units metal", "atom_style " + ("charge" if charges else "atomic"), "atom_modify sort 0 0",
                          "box tilt large", "read_data data", "mass * 1.0", *settings, "dump 1 all custom 1 out id fx fy fz",
                          'dump_modify 1 sort id format float "%22.16f"', "run 0"])
        open(d + "/in", "w").write(text + "\n")
        subprocess.run(["lmp", "-in", "in", "-log", "none"], cwd=d, check=True, stdout=subprocess.DEVNULL)
        rows = open(d + "/out").read().split("ITEM: ATOMS id fx fy fz\n")[1].split("\n")
        f = np.array([[float(x) for x in r.split()[1:]] for r in rows if r])
        return prism.vector_to_ase(f)


def pairs(cell, dphi, rc):
    lat, pos, n = cell.cell, cell.positions, len(cell)
    reach = np.ceil(rc * np.linalg.norm(np.linalg.inv(lat), axis=0)).astype(int)
    F = np.zeros((n, 3))
    for s in itertools.product(*[range(-k, k + 1) for k in reach]):
        d = pos[None] + np.array(s) @ lat - pos[:, None]
        r = np.sqrt((d**2).sum(-1))
        ok = (r > 1e-9) & (r < rc)
        g = np.where(ok, dphi(np.where(ok, r, 1.0)), 0) / np.where(ok, r, 1.0)
        F += (g[:, :, None] * d).sum(1)
    return F


def morse(r, D=0.34, a=1.36, r0=2.87):
    e = np.exp(-a * (r - r0))
    return 2 * D * a * (e - e * e)


def folder(name):
    path = os.path.join(here, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


golden = {}


def freeze(name, ph, direction=None):
    q = np.round(rng.uniform(-0.5, 0.5, (4, 3)), 3)
    ph.run_qpoints(q)
    out = {"q": q.tolist(), "frequencies": ph.get_qpoints_dict()["frequencies"].tolist()}
    if direction:
        # The list of waves without phonopy's cutoff, with its own Lambda.
        dm = ph.dynamical_matrix
        n = dict(ph.nac_params)
        ph.run_qpoints([[0, 0, 0]], nac_q_direction=direction)
        out["direction"] = direction
        out["gamma"] = ph.get_qpoints_dict()["frequencies"][0].tolist()
        ph.nac_params = {**n, "method": "gonze", "G_cutoff": 1.6 * dm._G_cutoff, "Lambda": dm._Lambda}
        ph.run_qpoints(q)
        out["frequencies"] = ph.get_qpoints_dict()["frequencies"].tolist()
        ph.nac_params = {**n, "method": "wang"}
        ph.run_qpoints([[0, 0, 0]], nac_q_direction=direction)
        out["gammaWang"] = ph.get_qpoints_dict()["frequencies"][0].tolist()
    golden[name] = out


def prepared(unit, matrix, primitive, force, distance=0.01, **kw):
    ph = Phonopy(unit, matrix, primitive_matrix=primitive, **kw)
    ph.generate_displacements(distance=distance)
    ph.forces = [force(s) for s in ph.supercells_with_displacements]
    ph.produce_force_constants(calculate_full_force_constants=False)
    return ph


def disp_yaml(ph, path):
    ph.save(path + "/phonopy_disp.yaml", settings={"force_sets": False, "displacements": True})


fcc = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
up = lambda t: [[x + t for x in p] for p in fcc]

# Silicon, conventional cell: FORCE_SETS beside phonopy_disp.yaml.
si = PhonopyAtoms(symbols=["Si"] * 8, cell=np.eye(3) * 5.431, scaled_positions=fcc + up(0.25))
ph = prepared(si, np.diag([2, 2, 2]), "auto", lambda c: lammps(c, ["Si"], ["pair_style sw", f"pair_coeff * * {POT}Si.sw Si"]))
p = folder("si")
disp_yaml(ph, p)
write_FORCE_SETS(ph.dataset, p + "/FORCE_SETS")
freeze("si", ph)

# Copper, primitive cell, supercell that is not diagonal: all in phonopy_params.yaml.
cu = PhonopyAtoms(symbols=["Cu"], cell=np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) * 3.615 / 2, scaled_positions=[[0, 0, 0]])
ph = prepared(cu, [[-2, 2, 2], [2, -2, 2], [2, 2, -2]], None,
              lambda c: lammps(c, ["Cu"], ["pair_style eam/alloy", f"pair_coeff * * {POT}Cu_mishin1.eam.alloy Cu"]))
p = folder("cu")
ph.save(p + "/phonopy_params.yaml")
freeze("cu", ph)

# Rigid ions: BORN beside phonopy_disp.yaml and FORCE_SETS.
a = 5.7
salt = PhonopyAtoms(symbols=["Na"] * 4 + ["Cl"] * 4, cell=np.eye(3) * a, scaled_positions=fcc + up(0.5))
ions = ["pair_style born/coul/long 6.0 8.0", "pair_coeff 1 1 0 1 0 0 0", "pair_coeff 2 2 0 1 0 0 0",
        "pair_coeff 1 2 1200 0.31 0 0 0", "kspace_style ewald 1e-11"]
ph = prepared(salt, np.diag([2, 2, 2]), "auto", lambda c: lammps(c, ["Na", "Cl"], ions, {"Na": 1, "Cl": -1}))
born = np.array([np.eye(3), -np.eye(3)])
p = folder("nacl")
disp_yaml(ph, p)
write_FORCE_SETS(ph.dataset, p + "/FORCE_SETS")
ph.nac_params = {"born": born, "dielectric": np.eye(3), "factor": 14.39964547842}
open(p + "/BORN", "w").write("14.39964547842\n" + "1 0 0 0 1 0 0 0 1\n1 0 0 0 1 0 0 0 1\n-1 0 0 0 -1 0 0 0 -1\n")
freeze("nacl", ph, [1, 2, 3])

# Three species, no symmetry, skew supercell; charges that are no multiples of 1.
tri = PhonopyAtoms(symbols=["Na", "Cl", "Br"], cell=[[3.1, 0, 0], [0.3, 3.4, 0], [-0.7, 0.4, 5.9]],
                   scaled_positions=[[0.03, 0.01, 0.02], [0.52, 0.46, 0.31], [0.11, 0.55, 0.71]])
skew = [[2, 1, 0], [0, 2, 1], [-1, 0, 1]]
force = lambda c: pairs(c, morse, 5.0)
ph = prepared(tri, skew, None, force, distance=0.001)
z = rng.normal(size=(3, 3, 3)) * 0.3 + np.array([1, -0.4, -0.6])[:, None, None] * np.eye(3)
z -= z.mean(axis=0)
ph.nac_params = {"born": z, "dielectric": np.array([[2.5, 0.1, 0], [0.1, 3, 0.2], [0, 0.2, 4]]), "factor": 14.39964547842}
p = folder("triclinic")
ph.save(p + "/phonopy.yaml", settings={"force_sets": False, "displacements": False})
write_FORCE_CONSTANTS(ph.force_constants, p + "/FORCE_CONSTANTS", p2s_map=ph.primitive.p2s_map)
freeze("triclinic", ph, [1, -1, 2])
d = ph.dataset
full = Phonopy(tri, skew)
full.dataset = d
full.produce_force_constants(calculate_full_force_constants=True)
write_FORCE_CONSTANTS(full.force_constants, p + "/FORCE_CONSTANTS_FULL")
rows = []
for s in d["first_atoms"]:
    u = np.zeros((len(ph.supercell), 3))
    u[s["number"]] = s["displacement"]
    rows += ["".join("%20.14f" % x for x in (*a, *b)) for a, b in zip(u, s["forces"])]
open(p + "/FORCE_SETS_TYPE2", "w").write("\n".join(rows) + "\n")

# The same as a calculation of Quantum ESPRESSO, in bohr and rydberg.
from phonopy.units import Bohr, Rydberg
qe = PhonopyAtoms(symbols=tri.symbols, cell=tri.cell / Bohr, scaled_positions=tri.scaled_positions)
qh = prepared(qe, skew, None, lambda c: pairs(PhonopyAtoms(symbols=c.symbols, cell=c.cell * Bohr,
              scaled_positions=c.scaled_positions), morse, 5.0) / (Rydberg / Bohr), distance=0.002, calculator="qe",
              factor=phonopy.units.PwscfToTHz)
p = folder("qe")
qh.save(p + "/phonopy_params.yaml")
freeze("qe", qh)

json.dump(golden, open(os.path.join(here, "frequencies.json"), "w"), separators=(",", ":"))
