import { requireFinite, requireObject, requirePositive, show } from "../../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../../base/errors.js";
import { nearest, requireKnownFields } from "../../base/suggest.js";

/** One layer of a stack: a planar lattice and what occupies its cell. */
export interface PlanarLayer {
  readonly name?: string;
  /** Cell lengths in Å; b = a unless given. */
  readonly a: number;
  readonly b?: number;
  /** Angle between a and b in degrees; default 120. */
  readonly gamma?: number;
  readonly sites: readonly PlanarSite[];
  /** Distance to the next layer of the same kind, mean plane to mean plane, Å; default 3.35. */
  readonly interlayer?: number;
}

export interface PlanarSite {
  /** What the kind of such a point is called, after "bottom " or "top ". */
  readonly label: string;
  /** Fractional coordinates along a and b. */
  readonly position: readonly [number, number];
  /** Height over the layer's mean plane, Å; default 0. */
  readonly z?: number;
}

export type LayerName = "graphene" | "hBN" | "MoS2";
export type LayerInput = PlanarLayer | LayerName;

/**
 * Graphene: A. H. Castro Neto et al., Rev. Mod. Phys. 81, 109 (2009). hBN: R. S. Pease, Acta Cryst. 5,
 * 356 (1952). MoS2: B. Schönfeld et al., Acta Cryst. B39, 404 (1983). The origin is the middle of a
 * hexagon.
 */
const knownLayers: Readonly<Record<LayerName, PlanarLayer>> = {
  graphene: {
    name: "graphene",
    a: 2.46,
    interlayer: 3.35,
    sites: [
      { label: "A", position: [1 / 3, 2 / 3] },
      { label: "B", position: [2 / 3, 1 / 3] },
    ],
  },
  hBN: {
    name: "hBN",
    a: 2.504,
    interlayer: 3.33,
    sites: [
      { label: "B", position: [1 / 3, 2 / 3] },
      { label: "N", position: [2 / 3, 1 / 3] },
    ],
  },
  MoS2: {
    name: "MoS2",
    a: 3.161,
    interlayer: 6.148,
    sites: [
      { label: "Mo", position: [1 / 3, 2 / 3] },
      { label: "S lower", position: [2 / 3, 1 / 3], z: -1.586 },
      { label: "S upper", position: [2 / 3, 1 / 3], z: 1.586 },
    ],
  },
};

/** A layer with its defaults filled in; rows of `basis` are a and b, a along x. */
export interface CheckedLayer {
  readonly name: string;
  readonly basis: readonly [number, number, number, number];
  readonly area: number;
  readonly isHexagonal: boolean;
  readonly a: number;
  readonly sites: readonly Required<PlanarSite>[];
  readonly interlayer: number;
}

/** One layer for both, or [bottom, top]. */
export function requireLayers(
  layers: LayerInput | readonly [LayerInput, LayerInput] | undefined,
): readonly [CheckedLayer, CheckedLayer] {
  const given = layers ?? "graphene";
  if (!Array.isArray(given)) {
    const layer = requireLayer("layers", given as LayerInput);
    return [layer, layer];
  }
  if (given.length !== 2) {
    throw new ShapeError(`layers must be one layer or [bottom, top], got ${show(given)}`, {
      layers,
    });
  }
  const bottom = requireLayer("layers[0]", given[0]);
  return [bottom, given[0] === given[1] ? bottom : requireLayer("layers[1]", given[1])];
}

function requireLayer(what: string, given: LayerInput): CheckedLayer {
  const layer = typeof given === "string" ? knownLayer(what, given) : given;
  requireObject(what, layer, '{ a: 2.46, sites: [{ label: "C", position: [0, 0] }] }');
  requireKnownFields(what, layer, ["name", "a", "b", "gamma", "sites", "interlayer"]);
  const a = requirePositive(`${what}.a`, layer.a, "Å");
  const b = requirePositive(`${what}.b`, layer.b ?? a, "Å");
  const gamma = requireFinite(`${what}.gamma`, layer.gamma ?? 120, "degrees");
  if (gamma <= 0 || gamma >= 180) {
    throw new DomainError(`${what}.gamma must lie between 0 and 180 degrees, got ${gamma}`, {
      gamma,
    });
  }
  if (!Array.isArray(layer.sites) || layer.sites.length === 0) {
    throw new InvalidConfiguration(
      `${what}.sites must be a list of { label, position: [u, v] }, got ${show(layer.sites)}`,
      { sites: layer.sites },
    );
  }
  const [cos, sin] =
    gamma === 90 ? [0, 1] : gamma === 120 ? [-0.5, Math.sqrt(3) / 2] : direction(gamma);
  return {
    name: layer.name ?? "layer",
    basis: [a, 0, b * cos, b * sin],
    area: a * b * sin,
    isHexagonal: a === b && gamma === 120,
    a,
    sites: layer.sites.map((site, i) => requireSite(`${what}.sites[${i}]`, site)),
    interlayer: requirePositive(`${what}.interlayer`, layer.interlayer ?? 3.35, "Å"),
  };
}

function direction(gamma: number): [number, number] {
  return [Math.cos((gamma * Math.PI) / 180), Math.sin((gamma * Math.PI) / 180)];
}

function knownLayer(what: string, name: string): PlanarLayer {
  const names = Object.keys(knownLayers);
  if (names.includes(name)) return knownLayers[name as LayerName];
  const near = nearest(name, names);
  const remedy = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
  throw new InvalidConfiguration(
    `${what} must be a layer or the name of one, got "${name}"; ${remedy}`,
    {
      layer: name,
      known: names,
    },
  );
}

function requireSite(what: string, site: PlanarSite): Required<PlanarSite> {
  requireObject(what, site, '{ label: "C", position: [0, 0] }');
  requireKnownFields(what, site, ["label", "position", "z"]);
  if (typeof site.label !== "string" || site.label === "") {
    throw new InvalidConfiguration(`${what}.label must be a name, got ${show(site.label)}`, {
      site,
    });
  }
  if (!Array.isArray(site.position) || site.position.length !== 2) {
    throw new ShapeError(`${what}.position must be [u, v], got ${show(site.position)}`, { site });
  }
  const [u, v] = site.position;
  return {
    label: site.label,
    position: [requireFinite(`${what}.position[0]`, u), requireFinite(`${what}.position[1]`, v)],
    z: requireFinite(`${what}.z`, site.z ?? 0, "Å"),
  };
}
