import { requireInRange, requireObject, requirePositive } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import type { Crystal } from "../crystal/crystal.js";
import { type Charges, type ChargeTable, chargesOf, checkedCharges } from "./charges.js";
import { Potential, type TermSites } from "./potential.js";

const code = 2;
/** e²/(4πε₀) in eV Å: CODATA 2018. */
const coulombConstant = 14.3996454784255;
/**
 * Time of one wave at one atom over that of one neighbour, measured: it decides how the work is divided,
 * not what comes out.
 */
const waveCost = 0.12;
/** 1/e: a cell whose charges add up to less is neutral, for charges have been rounded. */
const neutral = 1e-6;

export interface EwaldOptions {
  /**
   * In e: by element, or "siteProperty" (the crystal's `siteProperties.charge`), or "oxidationState".
   * Left out: the site property where there is one, otherwise oxidation states.
   */
  readonly charges?: Charges;
  /** Relative to the energy of the charges; default 1e-8. */
  readonly accuracy?: number;
  /** Å, of the part that is summed over neighbours; chosen for speed when left out. */
  readonly cutoff?: number;
  /**
   * Let a uniform background of the opposite charge fill a cell that is not neutral; default false: such a
   * cell is refused.
   */
  readonly background?: boolean;
}

/**
 * Coulomb energy of point charges,
 *
 *   E = ½ Σᵢⱼ' e²/(4πε₀) qᵢ qⱼ/rᵢⱼ,
 *
 * over all periodic images by Ewald's sum: a crystal in a conductor ("tin-foil"), so without a depolarising
 * field. A crystal that is periodic in two directions is a single slab between vacua, whatever its third
 * cell vector; one that is not periodic at all is summed as it is. Add a repulsion, or ions collapse.
 *
 * `evaluate` throws:
 *
 * @throws {DomainError} an element or a site without a charge, a cell that is not neutral.
 * @throws {InvalidConfiguration} a crystal that is periodic in one direction.
 * @see P. P. Ewald, Ann. Phys. 369, 253 (1921); slabs: I.-C. Yeh & M. L. Berkowitz, J. Chem. Phys. 111, 3155
 *   (1999).
 * @example
 * const nacl = ewald({ charges: { Na: 1, Cl: -1 } }).plus(buckingham({ cutoff: 10, pairs }));
 * const { energy } = await nacl.evaluate(crystal); // eV
 */
export function ewald(options: EwaldOptions = {}): Potential {
  requireObject("options", options, "{ charges: { Na: 1, Cl: -1 } }");
  const fields = ["charges", "accuracy", "cutoff", "background"];
  requireKnownFields("the options of ewald", options, fields);
  const charges = checkedCharges(options.charges);
  const accuracy = requireInRange("accuracy", options.accuracy ?? 1e-8, 1e-14, 0.1);
  const cutoff =
    options.cutoff === undefined ? undefined : requirePositive("cutoff", options.cutoff, "Å");
  const { background = false } = options;
  if (typeof background !== "boolean") {
    throw new InvalidConfiguration("background must be true or false", { background });
  }
  // exp(-p²) is what both parts leave out, relative to their first terms.
  const p = Math.sqrt(-Math.log(accuracy) + 3.5);
  return new Potential([
    {
      code,
      name: "Coulomb (Ewald)",
      elements: typeof charges === "object" ? Object.keys(charges) : undefined,
      perCrystal: true,
      numbers: (elements, sites) => {
        const table = chargesOf(charges, elements, sites);
        requireSummable(sites, table, background);
        const near = cutoff ?? fastCutoff(sites.crystal, p);
        const alpha = p / near;
        const unit = Math.sqrt(coulombConstant);
        const head = [alpha, near, (alpha * p) / Math.PI, Number(table.bySite)];
        const numbers = new Float64Array(head.length + table.values.length);
        numbers.set(head);
        numbers.set(
          table.values.map((charge) => charge * unit),
          head.length,
        );
        return numbers;
      },
    },
  ]);
}

/** A conditionally convergent sum needs a neutral cell, and Ewald's needs a lattice or a plane. */
function requireSummable(
  { crystal, kinds }: TermSites,
  { bySite, values }: ChargeTable,
  background: boolean,
): void {
  const directions = crystal.periodic.filter(Boolean).length;
  if (directions === 0) return;
  if (directions === 1) {
    throw new InvalidConfiguration(
      "an Ewald sum needs a crystal that is periodic in three, two or no directions; make a rod periodic in all three, with vacuum around it",
      { periodic: crystal.periodic },
    );
  }
  let total = 0;
  let size = 0;
  for (let site = 0; site < crystal.siteCount; site++) {
    const charge = values[bySite ? site : kinds[site]];
    total += charge;
    size += Math.abs(charge);
  }
  if (Math.abs(total) <= neutral * Math.max(1, size)) return;
  if (background && directions === 3) return;
  throw new DomainError(
    `the charges of the cell add up to ${total.toPrecision(6)} e: its energy is infinite; change the charges${
      directions === 3
        ? ", or set background: true for a uniform background that neutralises it"
        : ""
    }`,
    { total },
  );
}

/**
 * The cutoff rc at which neighbours and waves cost least together: N² rc³/V against N V (p²/rc)³, from
 * D. Fincham, Mol. Simul. 13, 1 (1994).
 */
function fastCutoff(crystal: Crystal, p: number): number {
  const volume = occupiedVolume(crystal);
  return p * ((waveCost * volume ** 2) / (2 * Math.PI ** 3 * crystal.siteCount)) ** (1 / 6);
}

/** Of a slab, without the vacuum that it may come with. */
function occupiedVolume(crystal: Crystal): number {
  const { volume } = crystal.lattice;
  const open = crystal.periodic.indexOf(false);
  if (open < 0) return volume;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = open; at < crystal.fracPositions.length; at += 3) {
    low = Math.min(low, crystal.fracPositions[at]);
    high = Math.max(high, crystal.fracPositions[at]);
  }
  const { a, b, c } = crystal.lattice.parameters;
  const edge = [a, b, c][open];
  return volume * (high - low + 3 * (Math.cbrt(volume / crystal.siteCount) / edge));
}
