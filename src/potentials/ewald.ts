import { requireInRange, requireObject, requirePositive } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { type Charges, type ChargeTable, chargesOf, checkedCharges } from "./charges.js";
import { Potential, type TermSites } from "./potential.js";

const code = 5;
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
   * cell is refused. Results then warn of "CHARGED_CELL".
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
      charges: (elements, sites) => {
        const { bySite, values } = chargesOf(charges, elements, sites);
        return Float64Array.from(sites.kinds, (kind, site) => values[bySite ? site : kind]);
      },
      numbers: (elements, sites) => {
        const table = chargesOf(charges, elements, sites);
        requireSummable(sites, table, background);
        const near = cutoff ?? fastCutoff(sites.crystal, p);
        const alpha = p / near;
        return encoded([alpha, near, (alpha * p) / Math.PI], table);
      },
      warnings: (elements, sites) => chargeWarnings(sites, chargesOf(charges, elements, sites)),
    },
  ]);
}

export interface CoulombOptions {
  /** As those of `ewald`. */
  readonly charges?: Charges;
  /** Å; pairs at longer distances do not interact. */
  readonly cutoff: number;
  /** α in 1/Å; default 0.2, 0 for none. */
  readonly damping?: number;
}

/**
 * Coulomb energy of point charges from pairs within a cutoff alone, damped and with energy and force shifted
 * to 0 there: φ(r) = D(r) − D(rc) − (r − rc) D'(rc), D(r) = e²/(4πε₀) qᵢ qⱼ erfc(αr)/r, and the self energy
 * −e²/(4πε₀) qᵢ² (erfc(αrc)/(2rc) + α/√π) of each site. An approximation for matter of any shape, also where it
 * has no period; `ewald` is exact.
 *
 * @throws {DomainError} a cutoff not positive, a negative damping.
 * @see C. J. Fennell & J. D. Gezelter, J. Chem. Phys. 124, 234104 (2006); D. Wolf et al., J. Chem. Phys. 110,
 *   8254 (1999).
 * @example const salt = coulomb({ charges: { Na: 1, Cl: -1 }, cutoff: 12 });
 */
export function coulomb(options: CoulombOptions): Potential {
  requireObject("options", options, "{ charges: { Na: 1, Cl: -1 }, cutoff: 12 }");
  requireKnownFields("the options of coulomb", options, ["charges", "cutoff", "damping"]);
  const charges = checkedCharges(options.charges);
  const cutoff = requirePositive("cutoff", options.cutoff, "Å");
  const damping = requireInRange("damping", options.damping ?? 0.2, 0, 10, "1/Å");
  return new Potential([
    {
      code,
      name: "Coulomb (damped)",
      elements: typeof charges === "object" ? Object.keys(charges) : undefined,
      perCrystal: true,
      numbers: (elements, sites) =>
        encoded([damping, cutoff, 0], chargesOf(charges, elements, sites)),
    },
  ]);
}

function encoded(head: readonly number[], { bySite, values }: ChargeTable): Float64Array {
  const unit = Math.sqrt(coulombConstant);
  const numbers = new Float64Array(head.length + 1 + values.length);
  numbers.set([...head, Number(bySite)]);
  numbers.set(
    values.map((charge) => charge * unit),
    head.length + 1,
  );
  return numbers;
}

/** A conditionally convergent sum needs a neutral cell, and Ewald's needs a lattice or a plane. */
function requireSummable(sites: TermSites, table: ChargeTable, background: boolean): void {
  const { crystal } = sites;
  const directions = crystal.periodic.filter(Boolean).length;
  if (directions === 0) return;
  if (directions === 1) {
    throw new InvalidConfiguration(
      "an Ewald sum needs a crystal that is periodic in three, two or no directions; make a rod periodic in all three, with vacuum around it",
      { periodic: crystal.periodic },
    );
  }
  const total = totalCharge(sites, table);
  if (total === 0) return;
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

/** e; 0 where it is no more than charges are rounded by. */
function totalCharge({ crystal, kinds }: TermSites, { bySite, values }: ChargeTable): number {
  let total = 0;
  let size = 0;
  for (let site = 0; site < crystal.siteCount; site++) {
    const charge = values[bySite ? site : kinds[site]];
    total += charge;
    size += Math.abs(charge);
  }
  return Math.abs(total) <= neutral * Math.max(1, size) ? 0 : total;
}

function chargeWarnings(sites: TermSites, table: ChargeTable): CrystalWarning[] {
  if (!sites.crystal.periodic.includes(true)) return [];
  const total = totalCharge(sites, table);
  if (total === 0) return [];
  const message = `the charges of the cell add up to ${total.toPrecision(6)} e, which a uniform background neutralises: energies of cells of other size or charge do not compare`;
  return [{ code: "CHARGED_CELL", message }];
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
