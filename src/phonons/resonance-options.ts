import {
  requireFinite,
  requireInRange,
  requireOneOf,
  requirePositive,
  requireWhole,
  show,
} from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields, requireOptions } from "../base/suggest.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { checkedPoints } from "./mode-source.js";
import type { PhononMode } from "./modes.js";

/** How strongly and when a mode swings. */
export interface SwingOptions {
  /** Å; the largest displacement of any atom by this mode, undamped; 1e-12 to 1000, default 0.1. */
  readonly amplitude?: number;
  /**
   * K, up to 1e6, in place of the amplitude: the mode's energy in the supercell is hν(n + 1/2), n its mean occupation.
   */
  readonly temperature?: number;
  /** Degrees; default 0: at t = 0 the atom that moves most, in the first cell, is at its turning point. */
  readonly phase?: number;
  /**
   * γ in 1/ps of the factor exp(−γt), or a quality factor Q: γ = πν/Q. The frequency stays that of the mode.
   * Default 0.
   */
  readonly damping?: number | { readonly quality: number };
}

/** One mode of several. */
export interface CoupledMode extends SwingOptions {
  /** In fractions of the reciprocal vectors of `phonons.crystal`. */
  readonly q: ArrayLike<number>;
  /** From 0, by ascending frequency. */
  readonly branch: number;
  /** Default "standing". */
  readonly wave?: "standing" | "travelling";
}

/** Which mode swings. */
export type ResonanceMode =
  | "fundamental"
  | { readonly harmonic: number }
  | "standing"
  | "travelling"
  | "coupled"
  | PhononMode;

export interface ResonanceOptions extends SwingOptions, TaskOptions {
  /**
   * "fundamental" (default): the lowest mode at q that is no translation, standing; `{ harmonic: n }`: the n-th
   * of these, from 1; "standing" and "travelling": `branch` at q; "coupled": all of `modes`. A mode of
   * `phonons.mode` or `imaginaryModes` is the standing wave of its q and branch.
   */
  readonly mode?: ResonanceMode;
  /**
   * In fractions of the reciprocal vectors of `phonons.crystal`. Default the zone centre for "fundamental" and a
   * harmonic, else, and where the cell has one atom only, the longest wave that fits into `phonons.supercell`.
   */
  readonly q?: ArrayLike<number>;
  /** Of "standing" and "travelling": from 0, by ascending frequency; default the lowest that is no translation. */
  readonly branch?: number;
  /** Of "coupled", also as `phonons.mode` gives them; what they leave out of amplitude, temperature, phase and damping is that of the others. */
  readonly modes?: readonly (CoupledMode | PhononMode)[];
  /** As in `crystal.supercell`, of `phonons.crystal`; the waves must fit into it. Default the smallest. */
  readonly supercell?: ArrayLike<number> | readonly ArrayLike<number>[];
  /**
   * How long the frames go on. Default one period; of several modes up to eight of the slowest, so that they
   * end as they began as nearly as may be; of damped ones until a twentieth is left, up to eight periods.
   */
  readonly durationPs?: number;
  /** How many, evenly over the duration; default 20 for each period of the fastest mode, up to 160. */
  readonly frames?: number;
}

/** A mode as it was asked for, all defaults filled in but those that depend on frequencies. */
export interface WantedWave {
  /** Undefined where the default is meant. */
  readonly q: readonly number[] | undefined;
  /** A branch from 0, or a place from 1 among those that are no translations. */
  readonly choice: { readonly branch: number } | { readonly harmonic: number };
  readonly travels: boolean;
  readonly swing: CheckedSwing;
}

export interface CheckedSwing {
  readonly amplitude: number;
  readonly temperature: number | undefined;
  readonly phase: number;
  /** 1/ps, or a quality factor. */
  readonly damping: number | { readonly quality: number };
}

export interface ResonancePlan {
  readonly waves: readonly WantedWave[];
  /** Whether the default wave vector is the zone centre where that has modes that are no translations. */
  readonly atCentre: boolean;
  readonly supercell: ResonanceOptions["supercell"];
  readonly durationPs: number | undefined;
  readonly frames: number | undefined;
  readonly task: TaskOptions;
}

const swingFields = ["amplitude", "temperature", "phase", "damping"] as const;
const coupledFields = ["q", "branch", "wave", ...swingFields] as const;
const fields = [
  "mode",
  "q",
  "branch",
  "modes",
  "supercell",
  "durationPs",
  "frames",
  ...swingFields,
] as const;
const words = ["fundamental", "standing", "travelling", "coupled"] as const;
const mostModes = 100;
const mostFrames = 10_000;
/** Å; beyond any crystal, and within what squares and figures can hold. */
const amplitudes = [1e-12, 1000] as const;
const mostKelvins = 1e6;

/** @throws {InvalidConfiguration | DomainError | ShapeError} options that mean nothing. */
export function planOf(options: ResonanceOptions): ResonancePlan {
  requireTaskOptions("resonance", options, fields, '{ mode: "travelling", q: [0.25, 0, 0.25] }');
  const { mode, q: _q, branch: _b, modes: _m, supercell, durationPs, frames, ...rest } = options;
  const { amplitude: _a, temperature: _t, phase: _p, damping: _d, ...task } = rest;
  if (durationPs !== undefined) requirePositive("durationPs", durationPs, "ps");
  if (frames !== undefined) requireWhole("frames", frames, 1, mostFrames);
  const atCentre = mode !== "standing" && mode !== "travelling";
  return { waves: wavesOf(options), atCentre, supercell, durationPs, frames, task };
}

function wavesOf(given: ResonanceOptions): WantedWave[] {
  const options = withoutMode(given);
  const { q, branch, modes } = options;
  const mode = modeOf(options.mode as Exclude<ResonanceMode, PhononMode> | undefined);
  if (modes !== undefined && mode !== "coupled") {
    throw new InvalidConfiguration('modes are those of mode: "coupled"', { mode });
  }
  if (branch !== undefined && mode !== "standing" && mode !== "travelling") {
    throw new InvalidConfiguration(
      'branch belongs to mode: "standing" and "travelling"; of "coupled" each of modes has one',
      { mode, branch },
    );
  }
  const swing = swingOf("", options);
  if (mode === "coupled") return coupledWaves(options);
  const travels = mode === "travelling";
  const point = q === undefined ? undefined : pointOf("q", q);
  if (typeof mode === "object") {
    return [{ q: point, choice: { harmonic: mode.harmonic }, travels, swing }];
  }
  const choice = branch === undefined ? { harmonic: 1 } : { branch: branchOf("branch", branch) };
  return [{ q: point, choice, travels, swing }];
}

/** A mode that is given as such stands for its q and branch. */
function withoutMode(options: ResonanceOptions): ResonanceOptions {
  const { mode } = options;
  if (!isMode(mode)) return options;
  if (options.q === undefined && options.branch === undefined) {
    return { ...options, mode: "standing", q: mode.qPoint, branch: mode.branch };
  }
  throw new InvalidConfiguration(
    "a mode of phonons.mode has its own q and branch; leave those out",
    { q: options.q, branch: options.branch },
  );
}

function isMode(value: unknown): value is PhononMode {
  return typeof value === "object" && value !== null && "qPoint" in value;
}

function modeOf(
  mode: Exclude<ResonanceMode, PhononMode> = "fundamental",
): Exclude<ResonanceMode, PhononMode> {
  if (typeof mode !== "object" || mode === null) {
    const known = typeof mode === "string" && (words as readonly string[]).includes(mode);
    if (known) return mode;
    throw new InvalidConfiguration(
      `mode must be one of ${words.join(", ")} or { harmonic: 2 }; got ${show(mode)}`,
      { mode },
    );
  }
  requireKnownFields("the fields of mode", mode, ["harmonic"]);
  requireWhole("harmonic", mode.harmonic, 1, Number.MAX_SAFE_INTEGER);
  return mode;
}

function coupledWaves(options: ResonanceOptions): WantedWave[] {
  const { modes } = options;
  if (!Array.isArray(modes) || modes.length === 0 || modes.length > mostModes) {
    throw new InvalidConfiguration(
      `mode: "coupled" takes 1 to ${mostModes} modes, such as modes: [{ q: [0, 0, 0.25], branch: 0 }, { q: [0, 0, 0.25], branch: 2 }]; got ${show(modes)}`,
      { modes },
    );
  }
  return (modes as readonly (CoupledMode | PhononMode)[]).map((one, i) => {
    const name = `modes[${i}]`;
    const each: CoupledMode = isMode(one) ? { q: one.qPoint, branch: one.branch } : one;
    requireOptions(name, each, coupledFields, "{ q: [0, 0, 0.25], branch: 0 }");
    const q = each.q ?? options.q;
    const own = each.amplitude === undefined && each.temperature === undefined ? options : each;
    return {
      q: pointOf(`${name}.q`, q),
      choice: { branch: branchOf(`${name}.branch`, each.branch) },
      travels:
        requireOneOf(`${name}.wave`, each.wave ?? "standing", ["standing", "travelling"]) ===
        "travelling",
      swing: swingOf(`${name}.`, {
        ...pick("amplitude", own.amplitude),
        ...pick("temperature", own.temperature),
        ...pick("phase", each.phase ?? options.phase),
        ...pick("damping", each.damping ?? options.damping),
      }),
    };
  });
}

function pick<K extends keyof SwingOptions>(key: K, value: SwingOptions[K]): SwingOptions {
  return value === undefined ? {} : { [key]: value };
}

function swingOf(name: string, options: SwingOptions): CheckedSwing {
  const { amplitude, temperature, phase = 0, damping = 0 } = options;
  if (amplitude !== undefined && temperature !== undefined) {
    throw new InvalidConfiguration(
      `${name}amplitude and ${name}temperature say the same; give one of them`,
      { amplitude, temperature },
    );
  }
  if (temperature !== undefined) {
    requireInRange(`${name}temperature`, temperature, 0, mostKelvins, "K");
  }
  return {
    amplitude: requireInRange(`${name}amplitude`, amplitude ?? 0.1, ...amplitudes, "Å"),
    temperature,
    phase: requireFinite(`${name}phase`, phase, "degrees"),
    damping: dampingOf(`${name}damping`, damping),
  };
}

function dampingOf(name: string, damping: unknown): CheckedSwing["damping"] {
  if (typeof damping === "object" && damping !== null) {
    requireKnownFields(`the fields of ${name}`, damping, ["quality"]);
    const { quality } = damping as { readonly quality?: unknown };
    return { quality: requirePositive(`${name}.quality`, quality) };
  }
  const rate = requireFinite(name, damping, "1/ps, or { quality: 20 }");
  if (rate >= 0) return rate;
  throw new DomainError(`${name} must be 0 or more in 1/ps, or { quality: 20 }; got ${rate}`, {
    damping,
  });
}

function pointOf(name: string, q: unknown): number[] {
  if (typeof q === "object" && q !== null && "length" in q && q.length === 3) {
    return Array.from(checkedPoints([q as ArrayLike<number>]));
  }
  throw new InvalidConfiguration(
    `${name} must be three numbers such as [0.5, 0, 0.5], in fractions of the reciprocal vectors; got ${show(q)}`,
    { q },
  );
}

function branchOf(name: string, branch: unknown): number {
  return requireWhole(name, branch, 0, Number.MAX_SAFE_INTEGER);
}
