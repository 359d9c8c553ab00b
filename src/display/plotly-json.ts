import { show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";

/** A trace of a Plotly figure; its `type` decides what else it has. */
export type PlotlyTrace = Record<string, unknown>;
export type PlotlyLayout = Record<string, unknown>;
export type PlotlyConfig = Record<string, unknown>;

/** A step of an animation: `name`, and in `data` what changes of the traces whose indices are `traces`. */
export type PlotlyFrame = Record<string, unknown>;

export interface PlotlyJson {
  readonly data: readonly PlotlyTrace[];
  readonly layout: PlotlyLayout;
  readonly config: PlotlyConfig;
  /** Left out where nothing moves. */
  readonly frames?: readonly PlotlyFrame[];
}

/**
 * A deep copy that JSON carries without loss of meaning: typed arrays become plain ones, numbers
 * that are not finite become gaps (null), dates ISO text; undefined members are left out.
 *
 * @throws {InvalidConfiguration} a function, a symbol or a cycle, with the path to it.
 */
export function toPlain(value: unknown, path: string): unknown {
  return plain(value, path, new Set());
}

function plain(value: unknown, path: string, parents: ReadonlySet<object>): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return Number(value);
    case "function":
    case "symbol":
      throw new InvalidConfiguration(
        `${path} must be data that JSON can hold, got ${show(value)}; Plotly figures have no code`,
        { path },
      );
    case "object":
      return value === null ? null : plainObject(value, path, parents);
    default:
      return value;
  }
}

function plainObject(value: object, path: string, parents: ReadonlySet<object>): unknown {
  if (value instanceof Date) return value.toISOString();
  if (parents.has(value)) {
    throw new InvalidConfiguration(`${path} refers back to an object that contains it`, { path });
  }
  const within = new Set(parents).add(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number | bigint>, (item) =>
      plain(item, path, within),
    );
  }
  if (Array.isArray(value)) {
    return value.map((item, i) =>
      item === undefined ? null : plain(item, `${path}[${i}]`, within),
    );
  }
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) out[key] = plain(item, `${path}.${key}`, within);
  }
  return out;
}
