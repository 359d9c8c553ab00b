/** eV/K */
export const boltzmann = 8.617333262e-5;
/** GPa in 1 eV/Å³ */
export const gigapascals = 160.21766208;
/** THz in 1/fs */
export const terahertz = 1000;
