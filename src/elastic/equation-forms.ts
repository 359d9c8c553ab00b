/** Four numbers of an equation of state; energies in eV, volumes in Å³. */
export interface EquationParameters {
  readonly e0: number;
  readonly v0: number;
  /** eV/Å³ */
  readonly bulkModulus: number;
  readonly bulkModulusDerivative: number;
}

/** E(V) and p(V) = −dE/dV. */
interface EquationForm {
  energy(parameters: EquationParameters, volume: number): number;
  /** eV/Å³ */
  pressure(parameters: EquationParameters, volume: number): number;
}

export const equationForms = [
  "birch-murnaghan",
  "vinet",
  "murnaghan",
  "poirier-tarantola",
] as const;

/** Third order in Eulerian strain; universal; linear in pressure; third order in logarithmic strain. */
export type EquationFormName = (typeof equationForms)[number];

/**
 * F. Birch, Phys. Rev. 71, 809 (1947); P. Vinet, J. Ferrante, J. H. Rose & J. R. Smith, J. Geophys. Res. 92,
 * 9319 (1987); F. D. Murnaghan, PNAS 30, 244 (1944); J.-P. Poirier & A. Tarantola, Phys. Earth Planet. Inter.
 * 109, 1 (1998).
 */
export const formOf: Readonly<Record<EquationFormName, EquationForm>> = {
  "birch-murnaghan": {
    energy: ({ e0, v0, bulkModulus, bulkModulusDerivative }, volume) => {
      const f = ((v0 / volume) ** (2 / 3) - 1) / 2;
      return e0 + 4.5 * bulkModulus * v0 * f * f * (1 + (bulkModulusDerivative - 4) * f);
    },
    pressure: ({ v0, bulkModulus, bulkModulusDerivative }, volume) => {
      const f = ((v0 / volume) ** (2 / 3) - 1) / 2;
      return 3 * bulkModulus * f * (1 + 2 * f) ** 2.5 * (1 + 1.5 * (bulkModulusDerivative - 4) * f);
    },
  },
  vinet: {
    energy: ({ e0, v0, bulkModulus, bulkModulusDerivative }, volume) => {
      const eta = 1.5 * (bulkModulusDerivative - 1);
      const y = eta * (1 - Math.cbrt(volume / v0));
      // 1 − (1 − y) e^y = y²/2 + y³/3 + ..., without the loss of digits near y = 0.
      return e0 + ((9 * bulkModulus * v0) / eta ** 2) * oneLess(y);
    },
    pressure: ({ v0, bulkModulus, bulkModulusDerivative }, volume) => {
      const x = Math.cbrt(volume / v0);
      const eta = 1.5 * (bulkModulusDerivative - 1);
      return ((3 * bulkModulus * (1 - x)) / x ** 2) * Math.exp(eta * (1 - x));
    },
  },
  murnaghan: {
    energy: ({ e0, v0, bulkModulus, bulkModulusDerivative: b }, volume) => {
      const ratio = (v0 / volume) ** b;
      const pulled = (bulkModulus * volume) / b;
      return e0 + pulled * (ratio / (b - 1) + 1) - (bulkModulus * v0) / (b - 1);
    },
    pressure: ({ v0, bulkModulus, bulkModulusDerivative: b }, volume) =>
      (bulkModulus / b) * ((v0 / volume) ** b - 1),
  },
  "poirier-tarantola": {
    energy: ({ e0, v0, bulkModulus, bulkModulusDerivative }, volume) => {
      const log = Math.log(v0 / volume);
      return e0 + bulkModulus * v0 * log ** 2 * (0.5 + ((bulkModulusDerivative - 2) / 6) * log);
    },
    pressure: ({ v0, bulkModulus, bulkModulusDerivative }, volume) => {
      const log = Math.log(v0 / volume);
      return bulkModulus * (v0 / volume) * log * (1 + ((bulkModulusDerivative - 2) / 2) * log);
    },
  },
};

/** 1 − (1 − y) e^y = Σ_{k≥2} y^k (k − 1)/k! */
function oneLess(y: number): number {
  if (Math.abs(y) > 0.5) return 1 - (1 - y) * Math.exp(y);
  let term = y;
  let sum = 0;
  for (let k = 2; k < 20; k++) {
    term *= y / k;
    sum += (k - 1) * term;
  }
  return sum;
}
