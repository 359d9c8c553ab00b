/** GPa of 1 eV/Å³: 1.602176634·10⁻¹⁹ J / 10⁻³⁰ m³, exact since the SI of 2019. */
export const gigapascals = 160.2176634;
