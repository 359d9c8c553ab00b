import type { Vec3 } from "../math/mat3.js";
import type { CrystalDrawing } from "./crystal-drawing.js";
import { combine, distance, scale, vector } from "./vectors.js";
import { project } from "./view-frame.js";

/** Where a drawing lies, seen from its first viewpoint. Å. */
export interface Extent {
  /** Middle of what is seen. */
  readonly center: Vec3;
  /** Half the size to the right, upwards and towards the beholder. */
  readonly half: Vec3;
  /** Of the ball about the centre that holds everything, at whatever turn. */
  readonly radius: number;
}

export function extentOf(drawing: CrystalDrawing): Extent {
  const { atoms, sites, cellEdges, axes, view, arrows, otherCell } = drawing;
  const ends = (arrows?.list ?? []).flatMap(({ from, to }) => [from, to]);
  const points = [
    ...[...ends, ...(otherCell?.edges ?? []).flat()].map((position) => ({ position, room: 0.1 })),
    ...atoms.map(({ site, position }) => ({ position, room: sites[site].radius })),
    ...cellEdges.flat().map((position) => ({ position, room: 0.05 })),
    ...axes.map(({ labelPosition }) => ({ position: labelPosition, room: 0.3 })),
  ].map((point) => ({ ...point, seen: project(view, point.position) }));
  const low = vector((k) => Math.min(...points.map(({ seen, room }) => seen[k] - room)));
  const high = vector((k) => Math.max(...points.map(({ seen, room }) => seen[k] + room)));
  const [x, y, z] = scale(combine(low, high, 1), 0.5);
  const center = combine(combine(scale(view.right, x), view.up, y), view.toward, z);
  return {
    center,
    half: scale(combine(high, low, -1), 0.5),
    radius: Math.max(...points.map(({ position, room }) => distance(position, center) + room)),
  };
}
