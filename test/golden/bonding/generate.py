import sys, warnings; warnings.filterwarnings("ignore")
import json, pymatgen.core as pc
from pymatgen.core import Structure, Lattice
from pymatgen.analysis.local_env import CrystalNN, VoronoiNN
P={}
def sg(name, group, lat, sp, xyz): P[name]=Structure.from_spacegroup(group, lat, sp, xyz)
C=Lattice.cubic; H=Lattice.hexagonal; T=Lattice.tetragonal
sg("halite","Fm-3m",C(5.6402),["Na","Cl"],[[0,0,0],[.5,.5,.5]])
sg("caesium chloride","Pm-3m",C(4.123),["Cs","Cl"],[[0,0,0],[.5,.5,.5]])
sg("sphalerite","F-43m",C(5.4093),["Zn","S"],[[0,0,0],[.25,.25,.25]])
sg("wurtzite","P6_3mc",H(3.8227,6.2607),["Zn","S"],[[1/3,2/3,0],[1/3,2/3,.3748]])
sg("fluorite","Fm-3m",C(5.4626),["Ca","F"],[[0,0,0],[.25,.25,.25]])
sg("rutile","P4_2/mnm",T(4.594,2.9586),["Ti","O"],[[0,0,0],[.3053,.3053,0]])
sg("quartz","P3_221",H(4.9134,5.4052),["Si","O"],[[.4697,0,2/3],[.4133,.2672,.7855]])
sg("corundum","R-3c",H(4.7602,12.9933),["Al","O"],[[0,0,.35216],[.30624,0,.25]])
sg("spinel","Fd-3m",C(8.0858),["Mg","Al","O"],[[0,0,0],[.625,.625,.625],[.3876,.3876,.3876]])
sg("perovskite","Pm-3m",C(3.905),["Sr","Ti","O"],[[0,0,0],[.5,.5,.5],[.5,.5,0]])
sg("calcite","R-3c",H(4.988,17.061),["Ca","C","O"],[[0,0,0],[0,0,.25],[.2578,0,.25]])
sg("diamond","Fd-3m",C(3.567),["C"],[[0,0,0]])
sg("silicon","Fd-3m",C(5.431),["Si"],[[0,0,0]])
sg("copper","Fm-3m",C(3.615),["Cu"],[[0,0,0]])
sg("iron","Im-3m",C(2.866),["Fe"],[[0,0,0]])
sg("magnesium","P6_3/mmc",H(3.209,5.211),["Mg"],[[1/3,2/3,.25]])
sg("graphite","P6_3/mmc",H(2.461,6.708),["C","C"],[[0,0,.25],[1/3,2/3,.25]])
sg("molybdenite","P6_3/mmc",H(3.161,12.295),["Mo","S"],[[1/3,2/3,.25],[1/3,2/3,.6275]])
sg("pyrite","Pa-3",C(5.418),["Fe","S"],[[0,0,0],[.3851,.3851,.3851]])
sg("anatase","I4_1/amd",T(3.7845,9.5143),["Ti","O"],[[0,0,0],[0,0,.2081]])
sg("zircon","I4_1/amd",T(6.604,5.979),["Zr","Si","O"],[[0,0,0],[0,0,.5],[0,.184,.32]])
sg("nickel arsenide","P6_3/mmc",H(3.619,5.034),["Ni","As"],[[0,0,0],[1/3,2/3,.25]])
out={"pymatgen": getattr(pc,"__version__","?"), "structures":[]}
for name,s in P.items():
    first={}
    for i,site in enumerate(s): first.setdefault(site.specie.symbol, i)
    cn=CrystalNN(); vn=VoronoiNN(tol=0)
    rec={"name":name,"lattice":[list(map(float,r)) for r in s.lattice.matrix],"species":[x.specie.symbol for x in s],"frac":[round(float(v),10) for x in s for v in x.frac_coords],"sites":[]}
    kinds=list(first.values())
    if name=="graphite": kinds=[0,2]
    for i in kinds:
        nn=cn.get_nn_info(s,i)
        vor=[x for x in vn.get_nn_info(s,i) if x["weight"]>1e-3]
        poly=vn.get_voronoi_polyhedra(s,i)
        vol=sum(f["volume"] for f in poly.values())
        rec["sites"].append({"site":i,"crystalNN":len(nn),"symbols":"".join(sorted(x["site"].specie.symbol for x in nn)),"voronoi":len(vor),"weights":sorted([round(float(x["weight"]),4) for x in vor],reverse=True),"volume":round(float(vol),5)})
    out["structures"].append(rec)
    print(name,[(r["site"],r["crystalNN"],r["voronoi"]) for r in rec["sites"]])

json.dump(out,open(sys.argv[1] if len(sys.argv)>1 else "neighbours.json","w"))
