import type { Vec3 } from "../math/mat3.js";
import type { CrystalDrawing, DrawnSite } from "./crystal-drawing.js";
import { markerPixels, sceneTraces } from "./crystal-scene.js";
import type { PlotlyTrace } from "./plotly-json.js";
import { coordinates, join, meshTrace, moved, round, segments } from "./scene-parts.js";
import { geodesicSphere } from "./solids.js";
import { combine } from "./vectors.js";

/** Of balls from fine to coarse, and how many vertices all frames may have with them. */
const ballKinds: readonly { readonly frequency: number; readonly vertices: number }[] = [
  { frequency: 4, vertices: 24_000 },
  { frequency: 3, vertices: 24_000 },
  { frequency: 2, vertices: 60_000 },
];
const outlineColor = "rgba(0,0,0,0.45)";
const stickWidth = 6;

/** A trace whose points follow the atoms: what of it changes from frame to frame. */
interface Follower {
  readonly trace: PlotlyTrace;
  at(positions: readonly Vec3[]): PlotlyTrace;
}

export interface MovingScene {
  readonly data: PlotlyTrace[];
  readonly frames: PlotlyTrace[];
}

/**
 * A scene in which atoms and sticks move, one trace an element.
 *
 * @param drawing At rest; `page` is what sets the size of discs.
 * @param paths Where the drawn atoms are in each frame.
 * @param look Balls are discs all the same where there are very many in all frames.
 */
export function movingScene(
  drawing: CrystalDrawing,
  page: CrystalDrawing,
  paths: readonly (readonly Vec3[])[],
  look: "balls" | "discs",
): MovingScene {
  const still = sceneTraces({ ...drawing, atoms: [], bonds: [] });
  const followers = [
    ...atomFollowers(drawing, page, look === "balls" ? paths.length : Number.POSITIVE_INFINITY),
    ...stickFollowers(drawing),
  ];
  const indices = followers.map((_, i) => still.length + i);
  return {
    data: [...still, ...followers.map(({ trace, at }) => ({ ...trace, ...at(paths[0]) }))],
    frames: paths.map((positions, frame) => ({
      name: String(frame),
      data: followers.map(({ at }) => at(positions)),
      traces: indices,
    })),
  };
}

function atomFollowers(
  drawing: CrystalDrawing,
  page: CrystalDrawing,
  frameCount: number,
): Follower[] {
  const count = frameCount * drawing.atoms.length;
  const kind = ballKinds.find((each) => count * (10 * each.frequency ** 2 + 2) <= each.vertices);
  const frequency = kind?.frequency;
  return byColor(drawing.atoms.map(({ site }, atom) => ({ site: drawing.sites[site], atom }))).map(
    (group) => {
      const [{ site }] = group;
      const common = {
        name: site.symbol,
        legendgroup: site.symbol,
        showlegend: false,
        hovertemplate: `${site.symbol}<extra></extra>`,
      };
      return frequency === undefined
        ? disc(group, common, markerPixels(page))
        : balls(group, common, frequency, drawing);
    },
  );
}

interface Member {
  readonly site: DrawnSite;
  readonly atom: number;
}

/** Vertices at rest and shifts, both in whole thousandths, so that a ball stays one and packs well. */
function balls(
  group: readonly Member[],
  common: PlotlyTrace,
  frequency: number,
  { atoms }: CrystalDrawing,
): Follower {
  const sphere = geodesicSphere(frequency);
  const solid = join(
    group.map(({ atom, site }) => moved(sphere, atoms[atom].position, site.radius)),
  );
  const { x, y, z, ...trace } = meshTrace(solid, group[0].site.color);
  const rest = [x, y, z] as number[][];
  const size = sphere.vertices.length;
  return {
    trace: { ...trace, ...common },
    at: (positions) => {
      const column = (k: number) => {
        const shifts = group.map(({ atom }) => round(positions[atom][k] - atoms[atom].position[k]));
        return rest[k].map((value, i) => round(value + shifts[Math.floor(i / size)]));
      };
      return { x: column(0), y: column(1), z: column(2) };
    },
  };
}

function disc(group: readonly Member[], common: PlotlyTrace, pixels: number): Follower {
  const { color, radius } = group[0].site;
  return {
    trace: {
      type: "scatter3d",
      mode: "markers",
      ...common,
      marker: {
        color,
        size: round(Math.max(2, pixels * radius)),
        line: { color: outlineColor, width: 0.5 },
        opacity: 1,
      },
    },
    at: (positions) => coordinates(group.map(({ atom }) => positions[atom])),
  };
}

/** Sticks from ball to ball, in two halves where the ends differ: a line within would shine through a disc. */
function stickFollowers({ bonds, atoms, sites }: CrystalDrawing): Follower[] {
  const parts = bonds.flatMap(([first, second]) => {
    const [site, otherSite] = [sites[atoms[first].site], sites[atoms[second].site]];
    if (keyOf(site) === keyOf(otherSite)) return [{ site, from: first, to: second, isWhole: true }];
    return [
      { site, from: first, to: second, isWhole: false },
      { site: otherSite, from: second, to: first, isWhole: false },
    ];
  });
  return byColor(parts).map((group) => ({
    trace: {
      type: "scatter3d",
      mode: "lines",
      name: group[0].site.symbol,
      legendgroup: group[0].site.symbol,
      showlegend: false,
      hoverinfo: "skip",
      line: { color: group[0].site.color, width: stickWidth },
    },
    at: (positions) =>
      segments(
        group.map(({ site, from, to, isWhole }) => {
          const way = combine(positions[to], positions[from], -1);
          const within = Math.min(0.5, (0.9 * site.radius) / Math.hypot(...way));
          const end = isWhole ? 1 - within : 0.5;
          return [combine(positions[from], way, within), combine(positions[from], way, end)];
        }),
      ),
  }));
}

function keyOf({ symbol, color, radius }: DrawnSite): string {
  return [symbol, color, radius].join();
}

function byColor<T extends { readonly site: DrawnSite }>(members: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const member of members) {
    const key = keyOf(member.site);
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return [...groups.values()];
}
