import sys, json, warnings; warnings.filterwarnings("ignore")
import pymatgen.core as pc
from pymatgen.core import Structure, Lattice
from pymatgen.analysis.local_env import CrystalNN
C=Lattice.cubic; H=Lattice.hexagonal; T=Lattice.tetragonal; O=Lattice.orthorhombic
P={}
def sg(name, group, lat, sp, xyz, oxi):
    s=Structure.from_spacegroup(group, lat, sp, xyz); s.add_oxidation_state_by_element(oxi); P[name]=s
sg("halite","Fm-3m",C(5.6402),["Na","Cl"],[[0,0,0],[.5,.5,.5]],{"Na":1,"Cl":-1})
sg("caesium chloride","Pm-3m",C(4.123),["Cs","Cl"],[[0,0,0],[.5,.5,.5]],{"Cs":1,"Cl":-1})
sg("fluorite","Fm-3m",C(5.4626),["Ca","F"],[[0,0,0],[.25,.25,.25]],{"Ca":2,"F":-1})
sg("rutile","P4_2/mnm",T(4.594,2.9586),["Ti","O"],[[0,0,0],[.3053,.3053,0]],{"Ti":4,"O":-2})
sg("quartz","P3_221",H(4.9134,5.4052),["Si","O"],[[.4697,0,2/3],[.4133,.2672,.7855]],{"Si":4,"O":-2})
sg("corundum","R-3c",H(4.7602,12.9933),["Al","O"],[[0,0,.35216],[.30624,0,.25]],{"Al":3,"O":-2})
sg("spinel","Fd-3m",C(8.0858),["Mg","Al","O"],[[0,0,0],[.625,.625,.625],[.3876,.3876,.3876]],{"Mg":2,"Al":3,"O":-2})
sg("magnetite","Fd-3m",C(8.396),["Fe","Fe","O"],[[0,0,0],[.625,.625,.625],[.3798,.3798,.3798]],{"Fe":8/3,"O":-2})
sg("strontium titanate","Pm-3m",C(3.905),["Sr","Ti","O"],[[0,0,0],[.5,.5,.5],[.5,.5,0]],{"Sr":2,"Ti":4,"O":-2})
sg("perovskite","Pnma",O(5.4424,7.6417,5.3807),["Ca","Ti","O","O"],[[.0356,.25,-.0067],[0,0,.5],[.4837,.25,.0713],[.2895,.0371,.7113]],{"Ca":2,"Ti":4,"O":-2})
sg("calcite","R-3c",H(4.988,17.061),["Ca","C","O"],[[0,0,0],[0,0,.25],[.2578,0,.25]],{"Ca":2,"C":4,"O":-2})
sg("zircon","I4_1/amd",T(6.604,5.979),["Zr","Si","O"],[[0,0,0],[0,0,.5],[0,.184,.32]],{"Zr":4,"Si":4,"O":-2})
sg("wurtzite","P6_3mc",H(3.8227,6.2607),["Zn","S"],[[1/3,2/3,0],[1/3,2/3,.3748]],{"Zn":2,"S":-2})
sg("molybdenite","P6_3/mmc",H(3.161,12.295),["Mo","S"],[[1/3,2/3,.25],[1/3,2/3,.6275]],{"Mo":4,"S":-2})
sg("barite","Pnma",O(8.884,5.457,7.157),["Ba","S","O","O","O"],[[.1845,.25,.1585],[.4375,.25,.6908],[.5863,.25,.6081],[.3176,.25,.5502],[.4194,.9706,.8116]],{"Ba":2,"S":6,"O":-2})
sg("lanthanum trifluoride","P-3c1",H(7.185,7.351),["La","F","F","F"],[[.6598,0,.25],[.3659,.0536,.0813],[1/3,2/3,.1859],[0,0,.25]],{"La":3,"F":-1})
sg("sodium hydride","Fm-3m",C(4.88),["Na","H"],[[0,0,0],[.5,.5,.5]],{"Na":1,"H":-1})
sg("neutral iron","Im-3m",C(2.866),["Fe"],[[0,0,0]],{"Fe":0})
# Stretched, so that the radii decide: of one state, between two, and the mean of all.
sg("stretched halite","Fm-3m",C(6.8),["Na","Cl"],[[0,0,0],[.5,.5,.5]],{"Na":1,"Cl":-1})
sg("stretched magnetite","Fd-3m",C(11.5),["Fe","Fe","O"],[[0,0,0],[.625,.625,.625],[.3798,.3798,.3798]],{"Fe":8/3,"O":-2})
sg("stretched titanium chloride","Fm-3m",C(6.3),["Ti","Cl"],[[0,0,0],[.5,.5,.5]],{"Ti":1,"Cl":-1})
sg("stretched rutile","P4_2/mnm",T(6.2,3.6),["Ti","O"],[[0,0,0],[.3053,.3053,0]],{"Ti":4,"O":-2})
out={"pymatgen":pc.__version__ if hasattr(pc,"__version__") else "?","structures":[]}
cn=CrystalNN()
for name,s in P.items():
    rec={"name":name,"lattice":[list(map(float,r)) for r in s.lattice.matrix],
         "species":[x.specie.symbol for x in s],"oxidation":{x.specie.symbol:float(x.specie.oxi_state) for x in s},
         "frac":[round(float(v),10) for x in s for v in x.frac_coords],"sites":[]}
    seen={}
    for i,x in enumerate(s):
        if seen.get(x.specie.symbol,0)>=3: continue
        seen[x.specie.symbol]=seen.get(x.specie.symbol,0)+1
        data=cn.get_nn_data(s,i)
        best=max(data.cn_weights,key=lambda k:data.cn_weights[k])
        nn=data.cn_nninfo[best]
        rec["sites"].append({"site":i,"symbols":"".join(sorted(n["site"].specie.symbol for n in nn)),"weights":sorted([float(n["weight"]) for n in nn],reverse=True)})
    out["structures"].append(rec); print(name,[(r["site"],len(r["weights"])) for r in rec["sites"]],file=sys.stderr)
from importlib.metadata import version
out["pymatgen"]=version("pymatgen")
json.dump(out,open(sys.argv[1],"w"))
