/** eV/K */
export const boltzmann = 8.617333262e-5;
/** THz in 1/fs */
export const terahertz = 1000;
