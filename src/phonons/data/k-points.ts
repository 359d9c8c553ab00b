/** Lengths in Å of a standardised conventional cell, and of its β. */
export interface CellShape {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly cosBeta: number;
}

type Points = Readonly<Record<string, readonly number[]>>;

/** Points in fractions of the primitive reciprocal vectors, and a path: lines between "|". */
export interface PathTable {
  readonly path: string;
  readonly points: (shape: CellShape) => Points;
}

const h = 0.5;
const common = { R: [0, h, 0], S: [h, 0, 0], T: [0, 0, h], W: [0.25, 0.25, 0.25] };
const cubicF = {
  X: [h, 0, h],
  L: [h, h, h],
  W: [h, 0.25, 0.75],
  W2: [0.75, 0.25, h],
  K: [0.375, 0.375, 0.75],
  U: [0.625, 0.25, 0.625],
};
const cubicP = { R: [h, h, h], M: [h, h, 0], X: [0, h, 0], X1: [h, 0, 0] };
const hexagonal = {
  M: [h, 0, 0],
  K: [1 / 3, 1 / 3, 0],
  A: [0, 0, h],
  L: [h, 0, h],
  H: [1 / 3, 1 / 3, h],
  H2: [1 / 3, 1 / 3, -h],
};

/** Of base-centred orthorhombic cells; q is the share of the shorter side. */
function shortFirst(q: number): Points {
  return {
    Y: [-h, h, 0],
    T: [-h, h, h],
    Z: [0, 0, h],
    S: [0, h, 0],
    R: [0, h, h],
    Σ0: [q, q, 0],
    C0: [-q, 1 - q, 0],
    A0: [q, q, h],
    E0: [-q, 1 - q, h],
  };
}

function longFirst(q: number): Points {
  return {
    Y: [h, h, 0],
    T: [h, h, h],
    Z: [0, 0, h],
    S: [0, h, 0],
    R: [0, h, h],
    Δ0: [-q, q, 0],
    F0: [q, 1 - q, 0],
    B0: [-q, q, h],
    G0: [q, 1 - q, h],
  };
}

const shortFirstPath = "Γ-Y-C0|Σ0-Γ-Z-A0|E0-T-Y|Γ-S-R-Z-T";
const longFirstPath = "Γ-Y-F0|Δ0-Γ-Z-B0|G0-T-Y|Γ-S-R-Z-T";
const quarter = (x: number, y: number) => (1 + (x * x) / (y * y)) / 4;

/**
 * By extended Bravais symbol: Y. Hinuma, G. Pizzi, Y. Kumagai, F. Oba & I. Tanaka, Comput. Mater. Sci. 128,
 * 140 (2017), whose labels and coordinates these are.
 */
export const pathTables: Readonly<Record<string, PathTable>> = {
  cP1: { path: "Γ-X-M-Γ-R-X|R-M-X1", points: () => cubicP },
  cP2: { path: "Γ-X-M-Γ-R-X|R-M", points: () => cubicP },
  cF1: { path: "Γ-X-U|K-Γ-L-W-X-W2", points: () => cubicF },
  cF2: { path: "Γ-X-U|K-Γ-L-W-X", points: () => cubicF },
  cI1: {
    path: "Γ-H-N-Γ-P-H|P-N",
    points: () => ({ H: [h, -h, h], P: [0.25, 0.25, 0.25], N: [0, 0, h] }),
  },
  tP1: {
    path: "Γ-X-M-Γ-Z-R-A-Z|X-R|M-A",
    points: () => ({ Z: [0, 0, h], M: [h, h, 0], A: [h, h, h], R: [0, h, h], X: [0, h, 0] }),
  },
  tI1: {
    path: "Γ-X-M-Γ-Z|Z0-M|X-P-N-Γ",
    points: ({ a, c }) => {
      const q = quarter(c, a);
      return {
        M: [-h, h, h],
        X: [0, 0, h],
        P: [0.25, 0.25, 0.25],
        Z: [q, q, -q],
        Z0: [-q, 1 - q, q],
        N: [0, h, 0],
      };
    },
  },
  tI2: {
    path: "Γ-X-P-N-Γ-M-S|S0-Γ|X-R|G-M",
    points: ({ a, c }) => {
      const q = quarter(a, c);
      const z = (a * a) / (2 * c * c);
      return {
        M: [h, h, -h],
        X: [0, 0, h],
        P: [0.25, 0.25, 0.25],
        N: [0, h, 0],
        S0: [-q, q, q],
        S: [q, 1 - q, -q],
        R: [-z, z, h],
        G: [h, h, -z],
      };
    },
  },
  oP1: {
    path: "Γ-X-S-Y-Γ-Z-U-R-T-Z|X-U|Y-T|S-R",
    points: () => ({
      X: [h, 0, 0],
      Z: [0, 0, h],
      U: [h, 0, h],
      Y: [0, h, 0],
      S: [h, h, 0],
      T: [0, h, h],
      R: [h, h, h],
    }),
  },
  oF1: {
    path: "Γ-Y-T-Z-Γ-Σ0|U0-T|Y-C0|A0-Z|Γ-L",
    points: ({ a, b, c }) => {
      const z = (1 + (a / b) ** 2 - (a / c) ** 2) / 4;
      const q = (1 + (a / b) ** 2 + (a / c) ** 2) / 4;
      return {
        T: [1, h, h],
        Z: [h, h, 0],
        Y: [h, 0, h],
        Σ0: [0, q, q],
        U0: [1, 1 - q, 1 - q],
        A0: [h, h + z, z],
        C0: [h, h - z, 1 - z],
        L: [h, h, h],
      };
    },
  },
  oF2: {
    path: "Γ-T-Z-Y-Γ-Λ0|Q0-Z|T-G0|H0-Y|Γ-L",
    points: ({ a, b, c }) => {
      const z = (1 + (c / a) ** 2 - (c / b) ** 2) / 4;
      const q = (1 + (c / a) ** 2 + (c / b) ** 2) / 4;
      return {
        T: [0, h, h],
        Z: [h, h, 1],
        Y: [h, 0, h],
        Λ0: [q, q, 0],
        Q0: [1 - q, 1 - q, 1],
        G0: [h - z, 1 - z, h],
        H0: [h + z, z, h],
        L: [h, h, h],
      };
    },
  },
  oF3: {
    path: "Γ-Y-C0|A0-Z-B0|D0-T-G0|H0-Y|T-Γ-Z|Γ-L",
    points: ({ a, b, c }) => {
      const q = (1 + (a / b) ** 2 - (a / c) ** 2) / 4;
      const d = (1 + (b / a) ** 2 - (b / c) ** 2) / 4;
      const f = (1 + (c / b) ** 2 - (c / a) ** 2) / 4;
      return {
        T: [0, h, h],
        Z: [h, h, 0],
        Y: [h, 0, h],
        A0: [h, h + q, q],
        C0: [h, h - q, 1 - q],
        B0: [h + d, h, d],
        D0: [h - d, h, 1 - d],
        G0: [f, h + f, h],
        H0: [1 - f, h - f, h],
        L: [h, h, h],
      };
    },
  },
  oI1: {
    path: "Γ-X-F2|Σ0-Γ-Y0|U0-X|Γ-R-W-S-Γ-T-W",
    points: ({ a, b, c }) => {
      const z = quarter(a, c);
      const q = quarter(b, c);
      return {
        ...common,
        X: [h, h, -h],
        Σ0: [-z, z, z],
        F2: [z, 1 - z, -z],
        Y0: [q, -q, q],
        U0: [1 - q, q, -q],
      };
    },
  },
  oI2: {
    path: "Γ-X-U2|Y0-Γ-Λ0|G2-X|Γ-R-W-S-Γ-T-W",
    points: ({ a, b, c }) => {
      const z = quarter(b, a);
      const q = quarter(c, a);
      return {
        ...common,
        X: [-h, h, h],
        Y0: [z, -z, z],
        U2: [-z, z, 1 - z],
        Λ0: [q, q, -q],
        G2: [-q, 1 - q, q],
      };
    },
  },
  oI3: {
    path: "Γ-X-F0|Σ0-Γ-Λ0|G0-X|Γ-R-W-S-Γ-T-W",
    points: ({ a, b, c }) => {
      const z = quarter(c, b);
      const q = quarter(a, b);
      return {
        ...common,
        X: [h, -h, h],
        Σ0: [-q, q, q],
        F0: [q, -q, 1 - q],
        Λ0: [z, z, -z],
        G0: [1 - z, -z, z],
      };
    },
  },
  oC1: { path: shortFirstPath, points: ({ a, b }) => shortFirst(quarter(a, b)) },
  oC2: { path: longFirstPath, points: ({ a, b }) => longFirst(quarter(b, a)) },
  oA1: { path: shortFirstPath, points: ({ b, c }) => shortFirst(quarter(b, c)) },
  oA2: { path: longFirstPath, points: ({ b, c }) => longFirst(quarter(c, b)) },
  hP1: { path: "Γ-M-K-Γ-A-L-H-A|L-M|H-K-H2", points: () => hexagonal },
  hP2: { path: "Γ-M-K-Γ-A-L-H-A|L-M|H-K", points: () => hexagonal },
  hR1: {
    path: "Γ-T-H2|H0-L-Γ-S0|S2-F-Γ",
    points: ({ a, c }) => {
      const d = (a * a) / (4 * c * c);
      const q = 5 / 6 - 2 * d;
      const v = 1 / 3 + d;
      return {
        T: [h, h, h],
        L: [h, 0, 0],
        F: [h, 0, h],
        S0: [v, -v, 0],
        S2: [1 - v, 0, v],
        H0: [h, -1 + q, 1 - q],
        H2: [q, 1 - q, h],
      };
    },
  },
  hR2: {
    path: "Γ-L-T-P0|P2-Γ-F",
    points: ({ a, c }) => {
      const q = h - 2 * (1 / 6 - (c * c) / (9 * a * a));
      return {
        T: [h, -h, h],
        P0: [q, -1 + q, q],
        P2: [q, q, q],
        L: [h, 0, 0],
        F: [h, -h, 0],
      };
    },
  },
  mP1: {
    path: "Γ-Z-D-B-Γ-A-E-Z-C2-Y2-Γ",
    points: () => ({
      Z: [0, h, 0],
      B: [0, 0, h],
      Y2: [-h, 0, 0],
      C2: [-h, h, 0],
      D: [0, h, h],
      A: [-h, 0, h],
      E: [-h, h, h],
    }),
  },
  mC1: {
    path: "Γ-C|C2-Y2-Γ-M2-D|D2-A-Γ|L2-Γ-V2",
    points: ({ a, b, c, cosBeta }) => {
      const s = 3 / 4 - (b * b) / (4 * a * a * (1 - cosBeta * cosBeta));
      const f = s - ((3 / 4 - s) * a * cosBeta) / c;
      return {
        Y2: [-h, h, 0],
        A: [0, 0, h],
        M2: [-h, h, h],
        V2: [0, h, 0],
        L2: [0, h, h],
        C: [1 - s, 1 - s, 0],
        C2: [-1 + s, s, 0],
        D: [-1 + f, f, h],
        D2: [1 - f, 1 - f, h],
      };
    },
  },
  mC2: {
    path: "Γ-Y-M-A-Γ|L2-Γ-V2",
    points: () => ({ Y: [h, h, 0], A: [0, 0, h], M: [h, h, h], V2: [0, h, 0], L2: [0, h, h] }),
  },
  mC3: {
    path: "Γ-A-I2|I-M2-Γ-Y|L2-Γ-V2",
    points: ({ a, b, c, cosBeta }) => {
      const z = ((a / b) ** 2 + (1 + (a * cosBeta) / c) / (1 - cosBeta * cosBeta)) / 4;
      const r = 1 - z * (b / a) ** 2;
      return {
        Y: [h, h, 0],
        A: [0, 0, h],
        I2: [1 - r, 1 - r, h],
        I: [-1 + r, r, h],
        M2: [-h, h, h],
        V2: [0, h, 0],
        L2: [0, h, h],
      };
    },
  },
  aP2: {
    path: "Γ-X|Y-Γ-Z|R-Γ-T|U-Γ-V",
    points: () => ({
      Z: [0, 0, h],
      Y: [0, h, 0],
      X: [h, 0, 0],
      V: [h, h, 0],
      U: [h, 0, h],
      T: [0, h, h],
      R: [h, h, h],
    }),
  },
  aP3: {
    path: "Γ-X|Y-Γ-Z|R2-Γ-T2|U2-Γ-V2",
    points: () => ({
      Z: [0, 0, h],
      Y: [0, h, 0],
      X: [h, 0, 0],
      V2: [h, -h, 0],
      U2: [-h, 0, h],
      T2: [0, -h, h],
      R2: [-h, -h, h],
    }),
  },
};
