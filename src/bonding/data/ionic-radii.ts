/**
 * Crystal radii in Å by element and oxidation state: R. D. Shannon, Acta Cryst. A32, 751-767 (1976),
 * table 1, for six neighbours and high spin. Ions that Shannon lists with other coordinations alone
 * have the radius of the least one.
 */
const radii: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Li: { 1: 0.9 },
  Be: { 2: 0.59 },
  B: { 3: 0.41 },
  C: { 4: 0.3 },
  N: { "-3": 1.32, 3: 0.3, 5: 0.27 },
  O: { "-2": 1.26 },
  F: { "-1": 1.19, 7: 0.22 },
  Na: { 1: 1.16 },
  Mg: { 2: 0.86 },
  Al: { 3: 0.675 },
  Si: { 4: 0.54 },
  P: { 3: 0.58, 5: 0.52 },
  S: { "-2": 1.7, 4: 0.51, 6: 0.43 },
  Cl: { "-1": 1.67, 5: 0.26, 7: 0.41 },
  K: { 1: 1.52 },
  Ca: { 2: 1.14 },
  Sc: { 3: 0.885 },
  Ti: { 2: 1, 3: 0.81, 4: 0.745 },
  V: { 2: 0.93, 3: 0.78, 4: 0.72, 5: 0.68 },
  Cr: { 2: 0.94, 3: 0.755, 4: 0.69, 5: 0.63, 6: 0.58 },
  Mn: { 2: 0.97, 3: 0.785, 4: 0.67, 5: 0.47, 6: 0.395, 7: 0.6 },
  Fe: { 2: 0.92, 3: 0.785, 4: 0.725, 6: 0.39 },
  Co: { 2: 0.885, 3: 0.75, 4: 0.67 },
  Ni: { 2: 0.83, 3: 0.74, 4: 0.62 },
  Cu: { 1: 0.91, 2: 0.87, 3: 0.68 },
  Zn: { 2: 0.88 },
  Ga: { 3: 0.76 },
  Ge: { 2: 0.87, 4: 0.67 },
  As: { 3: 0.72, 5: 0.6 },
  Se: { "-2": 1.84, 4: 0.64, 6: 0.56 },
  Br: { "-1": 1.82, 3: 0.73, 5: 0.45, 7: 0.53 },
  Rb: { 1: 1.66 },
  Sr: { 2: 1.32 },
  Y: { 3: 1.04 },
  Zr: { 4: 0.86 },
  Nb: { 3: 0.86, 4: 0.82, 5: 0.78 },
  Mo: { 3: 0.83, 4: 0.79, 5: 0.75, 6: 0.73 },
  Tc: { 4: 0.785, 5: 0.74, 7: 0.7 },
  Ru: { 3: 0.82, 4: 0.76, 5: 0.705, 7: 0.52, 8: 0.5 },
  Rh: { 3: 0.805, 4: 0.74, 5: 0.69 },
  Pd: { 1: 0.73, 2: 1, 3: 0.9, 4: 0.755 },
  Ag: { 1: 1.29, 2: 1.08, 3: 0.89 },
  Cd: { 2: 1.09 },
  In: { 3: 0.94 },
  Sn: { 4: 0.83 },
  Sb: { 3: 0.9, 5: 0.74 },
  Te: { "-2": 2.07, 4: 1.11, 6: 0.7 },
  I: { "-1": 2.06, 5: 1.09, 7: 0.67 },
  Xe: { 8: 0.62 },
  Cs: { 1: 1.81 },
  Ba: { 2: 1.49 },
  La: { 3: 1.172 },
  Ce: { 3: 1.15, 4: 1.01 },
  Pr: { 3: 1.13, 4: 0.99 },
  Nd: { 2: 1.43, 3: 1.123 },
  Pm: { 3: 1.11 },
  Sm: { 2: 1.36, 3: 1.098 },
  Eu: { 2: 1.31, 3: 1.087 },
  Gd: { 3: 1.078 },
  Tb: { 3: 1.063, 4: 0.9 },
  Dy: { 2: 1.21, 3: 1.052 },
  Ho: { 3: 1.041 },
  Er: { 3: 1.03 },
  Tm: { 2: 1.17, 3: 1.02 },
  Yb: { 2: 1.16, 3: 1.008 },
  Lu: { 3: 1.001 },
  Hf: { 4: 0.85 },
  Ta: { 3: 0.86, 4: 0.82, 5: 0.78 },
  W: { 4: 0.8, 5: 0.76, 6: 0.74 },
  Re: { 4: 0.77, 5: 0.72, 6: 0.69, 7: 0.67 },
  Os: { 4: 0.77, 5: 0.715, 6: 0.685, 7: 0.665, 8: 0.53 },
  Ir: { 3: 0.82, 4: 0.765, 5: 0.71 },
  Pt: { 2: 0.94, 4: 0.765, 5: 0.71 },
  Au: { 1: 1.51, 3: 0.99, 5: 0.71 },
  Hg: { 1: 1.33, 2: 1.16 },
  Tl: { 1: 1.64, 3: 1.025 },
  Pb: { 2: 1.33, 4: 0.915 },
  Bi: { 3: 1.17, 5: 0.9 },
  Po: { 4: 1.08, 6: 0.81 },
  At: { 7: 0.76 },
  Fr: { 1: 1.94 },
  Ra: { 2: 1.62 },
  Ac: { 3: 1.26 },
  Th: { 4: 1.08 },
  Pa: { 3: 1.18, 4: 1.04, 5: 0.92 },
  U: { 3: 1.165, 4: 1.03, 5: 0.9, 6: 0.87 },
  Np: { 2: 1.24, 3: 1.15, 4: 1.01, 5: 0.89, 6: 0.86, 7: 0.85 },
  Pu: { 3: 1.14, 4: 1, 5: 0.88, 6: 0.85 },
  Am: { 2: 1.35, 3: 1.115, 4: 0.99 },
  Cm: { 3: 1.11, 4: 0.99 },
  Bk: { 3: 1.1, 4: 0.97 },
  Cf: { 3: 1.09, 4: 0.961 },
  No: { 2: 1.24 },
};

/**
 * Crystal radius of an ion in Å: of its oxidation state; between the radii of the whole ones next to a
 * broken one; else the mean over the element's states of the same sign. Undefined where there is none.
 *
 * @example ionicRadius("Fe", 2.5) // 0.8525, between Fe²⁺ 0.92 and Fe³⁺ 0.785
 */
export function ionicRadius(element: string, oxidationState: number): number | undefined {
  const known = radii[element];
  if (known === undefined) return undefined;
  const exact = known[oxidationState];
  if (exact !== undefined) return exact;
  const low = Math.floor(oxidationState);
  const [below, above] = [known[low], known[low + 1]];
  if (below !== undefined && above !== undefined) {
    return below + (oxidationState - low) * (above - below);
  }
  const alike = Object.entries(known)
    .filter(([state]) => Number(state) * oxidationState > 0)
    .map(([, radius]) => radius);
  if (alike.length === 0) return undefined;
  return alike.reduce((sum, radius) => sum + radius, 0) / alike.length;
}
