/** J of 1 eV; exact. */
export const electronVolt = 1.602176634e-19;
/** kg of 1 u; CODATA 2018. */
const atomicMass = 1.6605390666e-27;
/** J s; exact. */
const planck = 6.62607015e-34;
/** J/K; exact. */
export const boltzmann = 1.380649e-23;
/** 1/mol; exact. */
export const avogadro = 6.02214076e23;

/** e²/(4πε₀) in eV Å; CODATA 2018. */
export const coulomb = 14.3996454784255;

/** THz of √(1 eV/Å²/u) / 2π: 15.6333. */
export const frequencyUnit: number =
  (Math.sqrt(electronVolt / atomicMass) * 1e10 * 1e-12) / (2 * Math.PI);

/** eV of h · 1 THz: 0.00413567. */
export const quantum: number = (planck * 1e12) / electronVolt;

/** Å² of h/(8π² · 1 u · 1 THz): mean square of one coordinate of an oscillator at rest. */
export const zeroPointSquare: number =
  (planck / (8 * Math.PI * Math.PI * atomicMass * 1e12)) * 1e20;

/** THz of an eigenvalue in eV/Å²/u; imaginary frequencies as negative numbers. */
export function frequencyOf(eigenvalue: number): number {
  return frequencyUnit * (eigenvalue < 0 ? -Math.sqrt(-eigenvalue) : Math.sqrt(eigenvalue));
}
