# Phonopy with forces of its own loops, a Morse potential with a plain cutoff.
import numpy as np, json
from phonopy import Phonopy
from phonopy.structure.atoms import PhonopyAtoms
from itertools import product
def forces(cell,pos,dphi,rc):
    inv=np.linalg.inv(cell); n=len(pos)
    h=1/np.linalg.norm(inv,axis=0); N=np.ceil(rc/h).astype(int)
    F=np.zeros((n,3))
    for s in product(*[range(-k,k+1) for k in N]):
        d=pos[None,:,:]+np.array(s)@cell-pos[:,None,:]
        r=np.sqrt((d**2).sum(-1)); m=(r>1e-9)&(r<rc)
        rr=np.where(m,r,1.0); g=np.where(m,dphi(rr),0)
        F+=((g/rr)[:,:,None]*d).sum(1)
    return F
D,al,r0=0.3429,1.3588,2.866
def dmorse(r): e=np.exp(-al*(r-r0)); return 2*D*al*(e-e*e)
fcc=[[0,0,0],[0,.5,.5],[.5,0,.5],[.5,.5,0]]
def run(unit,S,P,rc,mesh,qs,dphi):
    ph=Phonopy(unit,S,primitive_matrix=P); ph.generate_displacements(distance=0.01)
    ph.forces=[forces(s.cell,s.positions,dphi,rc) for s in ph.supercells_with_displacements]
    ph.produce_force_constants()
    out={"displacements":len(ph.forces)}
    ph.run_qpoints(qs,with_group_velocities=True)
    d=ph.get_qpoints_dict()
    out["qpoints"]=np.array(qs).tolist(); out["frequencies"]=d["frequencies"].tolist(); out["groupVelocities"]=d["group_velocities"].tolist()
    ph.run_mesh(mesh); m=ph.get_mesh_dict(); out["mesh"]=list(mesh); out["irreducible"]=len(m["weights"]); 
    out["meanFrequency"]=float((m["weights"][:,None]*m["frequencies"]).sum()/m["weights"].sum()/m["frequencies"].shape[1])
    ph.run_total_dos(freq_min=0,freq_max=float(m["frequencies"].max()),freq_pitch=float(m["frequencies"].max())/20)
    t=ph.get_total_dos_dict(); out["dosFrequencies"]=t["frequency_points"].tolist(); out["dos"]=t["total_dos"].tolist()
    ph.run_thermal_properties(temperatures=[10,100,300,1000]); t=ph.get_thermal_properties_dict()
    out["temperatures"]=t["temperatures"].tolist(); out["freeEnergyKJPerMol"]=t["free_energy"].tolist(); out["entropyJPerMolK"]=t["entropy"].tolist(); out["heatCapacityJPerMolK"]=t["heat_capacity"].tolist()
    ph.run_mesh(mesh,with_eigenvectors=True,is_mesh_symmetry=False)
    ph.run_thermal_displacement_matrices(temperatures=[300]); out["displacementMatrices300K"]=ph.get_thermal_displacement_matrices_dict()["thermal_displacement_matrices"][0].real.tolist()
    fmax=out["dosFrequencies"]
    ph.run_projected_dos(freq_min=0,freq_max=fmax[-1],freq_pitch=fmax[-1]/20); out["projectedDos"]=ph.get_projected_dos_dict()["projected_dos"].tolist()
    return out
a=3.7
u=PhonopyAtoms(symbols=["Cu"]*4,cell=np.eye(3)*a,scaled_positions=fcc,masses=[63.546]*4)
qs=[[0,0,0],[.5,0,.5],[.5,.5,.5],[.375,.375,.75],[.1,0,.1],[.13,.27,-.31]]
res={"fcc":run(u,np.diag([4,4,4]),"F",6.0,[8,8,8],qs,dmorse)}
# a low-symmetry one: Morse monoclinic two-atom cell of two masses
cell=np.array([[2.9,0,0],[0,3.1,0],[-0.7,0,4.4]])
u=PhonopyAtoms(symbols=["Cu","Ni"],cell=cell,scaled_positions=[[0,0,0],[.52,.5,.47]],masses=[63.546,58.6934])
res["monoclinic"]=run(u,np.diag([4,4,3]),np.eye(3),5.5,[5,4,3],[[0,0,0],[.5,0,0],[.2,.1,-.4]],dmorse)
cell=np.array([[2.75,0,0],[-1.375,2.75*3**.5/2,0],[0,0,4.6]])
u=PhonopyAtoms(symbols=["Cu"]*2,cell=cell,scaled_positions=[[1/3,2/3,.25],[2/3,1/3,.75]],masses=[63.546]*2)
res["hcp"]=run(u,np.diag([4,4,3]),np.eye(3),5.8,[7,7,5],[[0,0,0],[.5,0,0],[1/3,1/3,0],[.1,.2,.3]],dmorse)
json.dump(res,open("morse.json","w"))
for k,v in res.items(): print(k,v["displacements"],v["frequencies"][1],v["irreducible"],v["meanFrequency"])
