import { requireFlag, requireOneOf, requirePositive } from "../base/check.js";
import { requireOptions } from "../base/suggest.js";
import type { Vec3 } from "../math/mat3.js";
import type { Resonance } from "../phonons/resonance-motion.js";
import type { ResonanceWave } from "../phonons/resonance-waves.js";
import { type CrystalDrawing, type CrystalStyle, drawCrystal } from "./crystal-drawing.js";
import { drawingFigure, titlesOf } from "./crystal-figure.js";
import { sceneLayout } from "./crystal-scene.js";
import { crystalSvg } from "./crystal-svg.js";
import { arrowFrom, enlargementFor } from "./diff-figure.js";
import { Figure } from "./figure.js";
import { formulaHtml, mutedColor, textColor } from "./look.js";
import type { PlotlyLayout } from "./plotly-json.js";
import { drawnCell } from "./resonance-cell.js";
import { movingScene } from "./resonance-scene.js";
import { combine, unit, vector } from "./vectors.js";

export interface ResonanceFigureOptions {
  /** Arrows along the displacements at their largest also in the scene that moves; default false. */
  readonly arrows?: boolean;
  /** By which displacements are drawn larger; default a round number that makes the longest up to 0.5 Å. */
  readonly enlargement?: number;
  /** Default "ball-and-stick". */
  readonly style?: CrystalStyle;
}

/** Å */
const longestShown = 0.5;
const longestArrow = 0.8;
const ghostOpacity = 0.22;
/** Of the longest; a shorter displacement has no arrow. */
const shortest = 0.03;
/** Å; of smaller displacements, positions at rest would only blur the picture. */
const leastSeen = 0.05;
/** Positions of all frames together. */
const mostPositions = 60_000;
const fewestFrames = 8;
/** How often the play button runs through the frames, and how many it names at most. */
const mostRounds = 40;
const mostNames = 2000;
const frameMs = 50;
const height = 620;
const top = 76;
const sliderRoom = 84;

interface Motion {
  readonly resonance: Resonance;
  /** At rest. */
  readonly drawing: CrystalDrawing;
  /** By which displacements are drawn larger. */
  readonly factor: number;
  /** When displacements are largest. */
  readonly farthestPs: number;
  /** Å, of the drawn atoms; not enlarged. */
  shiftsAt(timePs: number): Vec3[];
}

/** Atoms in motion, to be played and stopped; the static picture shows them at their farthest, with arrows. */
export function resonanceFigure(
  resonance: Resonance,
  options: ResonanceFigureOptions = {},
): Figure {
  const fields = ["arrows", "enlargement", "style"] as const;
  requireOptions("a resonance's figure", options, fields, "{ arrows: true }");
  const { arrows = false, enlargement, style = "ball-and-stick" } = options;
  requireFlag("arrows", arrows);
  requireOneOf("style", style, ["ball-and-stick", "spacefill"]);
  if (enlargement !== undefined) requirePositive("enlargement", enlargement);
  const motion = motionOf(resonance, style, enlargement);
  const picture = pictureOf(motion);
  const words = { ...titles(motion), text: textOf(motion) };
  if (resonance.durationPs === 0) return drawingFigure(picture, words);
  const times = frameTimes(motion);
  const drawing =
    arrows && picture.arrows ? { ...motion.drawing, arrows: picture.arrows } : motion.drawing;
  const paths = Array.from(times, (time) => positionsAt(motion, time));
  return new Figure({
    ...movingScene(drawing, picture, paths, "balls"),
    light: movingScene(drawing, picture, paths, "discs"),
    layout: { ...sceneLayout(picture, words), ...controls(times, resonance.durationPs) },
    text: words.text,
    drawSvg: (figure) =>
      crystalSvg(picture, { width: figure.width, height: figure.height, ...titlesOf(figure) }),
  });
}

function motionOf(
  resonance: Resonance,
  style: CrystalStyle,
  enlargement: number | undefined,
): Motion {
  const { crystal, siteOf } = drawnCell(resonance);
  const whole = drawCrystal(crystal, { style, bonds: true, images: true });
  const { time, longest } = farthest(resonance);
  const factor = enlargement ?? enlargementFor(longest, longestShown);
  // Clear of atoms that swing their way, and of the arrows on them.
  const axes = whole.axes.map((axis) => ({
    ...axis,
    labelPosition: combine(axis.labelPosition, unit(axis.end), 2.4 * factor * longest),
  }));
  // Sticks of very many atoms would be most of the weight, and hardly seen.
  const bonds = whole.detail === "flat" ? [] : whole.bonds;
  return {
    resonance,
    drawing: { ...whole, axes, bonds },
    farthestPs: time,
    factor,
    shiftsAt: (timePs) => {
      const shifts = resonance.displacementsAt(timePs);
      return whole.atoms.map(({ site }) => vector((k) => shifts[3 * siteOf[site] + k]));
    },
  };
}

/** When the longest displacement of all frames is, the first time but for rounding. */
function farthest(resonance: Resonance): { time: number; longest: number } {
  let [time, most] = [0, 0];
  for (const each of resonance.frameTimesPs) {
    const shifts = resonance.displacementsAt(each);
    let square = 0;
    for (let i = 0; i < shifts.length; i += 3) {
      square = Math.max(square, shifts[i] ** 2 + shifts[i + 1] ** 2 + shifts[i + 2] ** 2);
    }
    if (square <= most * (1 + 1e-6)) continue;
    most = square;
    time = each;
  }
  return { time, longest: Math.sqrt(most) };
}

/** Those of the resonance, or fewer where there are very many atoms. */
function frameTimes({ resonance, drawing }: Motion): Float64Array {
  const { frameTimesPs: all, durationPs } = resonance;
  const positions = drawing.atoms.length + 3 * drawing.bonds.length;
  const affordable = Math.max(fewestFrames, Math.floor(mostPositions / positions));
  if (all.length <= affordable) return all;
  return Float64Array.from({ length: affordable }, (_, i) => (i * durationPs) / affordable);
}

function positionsAt({ drawing, factor, shiftsAt }: Motion, timePs: number): Vec3[] {
  return shiftsAt(timePs).map((shift, i) => combine(drawing.atoms[i].position, shift, factor));
}

/** The atoms at their farthest, pale ones where they rest, and arrows on. */
function pictureOf(motion: Motion): CrystalDrawing {
  const { drawing, factor, farthestPs } = motion;
  const { sites, atoms } = drawing;
  const shifts = motion.shiftsAt(farthestPs);
  const longest = Math.max(...shifts.map((shift) => Math.hypot(...shift)));
  const arrowFactor = enlargementFor(longest, longestArrow);
  const places = positionsAt(motion, farthestPs);
  const list = shifts.flatMap((shift, i) =>
    Math.hypot(...shift) < shortest * longest
      ? []
      : [arrowFrom(places[i], shift, sites[atoms[i].site].radius, arrowFactor)],
  );
  const ghosts = sites.map((site) => ({ ...site, opacity: ghostOpacity }));
  const moved = atoms.map((atom, i) => ({ ...atom, position: places[i] }));
  const resting = atoms.map((atom) => ({ ...atom, site: sites.length + atom.site }));
  const name = arrowFactor === 1 ? "shift" : `shift × ${arrowFactor}`;
  return {
    ...drawing,
    sites: [...sites, ...ghosts],
    atoms: factor * longest > leastSeen ? [...moved, ...resting] : moved,
    ...(list.length > 0 && { arrows: { name, list } }),
  };
}

/** Play, pause and a slider of time. */
function controls(times: Float64Array, durationPs: number): PlotlyLayout {
  const names = Array.from(times, (_, i) => String(i));
  const rounds = Math.max(1, Math.min(mostRounds, Math.floor(mostNames / names.length)));
  const at = (duration: number) => ({
    mode: "immediate",
    frame: { duration, redraw: true },
    transition: { duration: 0 },
  });
  const all = Array.from({ length: rounds }, () => names).flat();
  const [unit, perPs] = durationPs < 1 ? ["fs", 1000] : ["ps", 1];
  return {
    height,
    margin: { l: 0, r: 0, t: top, b: sliderRoom },
    updatemenus: [
      {
        type: "buttons",
        direction: "left",
        showactive: false,
        ...{ x: 0.02, xanchor: "left", y: 0, yanchor: "top" },
        pad: { t: 34, r: 8 },
        bgcolor: "#ffffff",
        bordercolor: "#b9c0c9",
        font: { size: 15, color: textColor },
        buttons: [
          { label: "▶", method: "animate", args: [all, { ...at(frameMs), fromcurrent: true }] },
          { label: "❚❚", method: "animate", args: [[null], at(0)] },
        ],
      },
    ],
    sliders: [
      {
        active: 0,
        ...{ x: 0.2, xanchor: "left", len: 0.76, y: 0, yanchor: "top" },
        pad: { t: 24 },
        ...{ ticklen: 0, minorticklen: 0, tickwidth: 0 },
        bordercolor: "#b9c0c9",
        bgcolor: "#eceef1",
        // Labels of steps are for the value above the slider only.
        font: { size: 1, color: "rgba(0,0,0,0)" },
        currentvalue: { prefix: "t = ", suffix: ` ${unit}`, font: { size: 13, color: mutedColor } },
        steps: names.map((name, i) => ({
          label: (times[i] * Number(perPs)).toPrecision(3),
          method: "animate",
          args: [[name], at(0)],
        })),
      },
    ],
  };
}

function titles({ resonance, factor }: Motion): { title: string; subtitle: string } {
  const { crystal, waves } = resonance;
  const shown = waves.slice(0, 3).map(frequencyText);
  const more = waves.length > 3 ? ` and ${waves.length - 3} more` : "";
  const enlarged = factor === 1 ? "" : ` · displacements × ${Number(factor.toPrecision(3))}`;
  const [{ qPoint, amplitude }] = waves;
  const where =
    waves.length === 1
      ? `q = (${pointText(qPoint)}) · ${Number(amplitude.toPrecision(2))} Å`
      : `q = ${waves
          .slice(0, 3)
          .map((wave) => `(${pointText(wave.qPoint)})`)
          .join(", ")}${more}`;
  return {
    title: `${formulaHtml(crystal.formula)}: ${shown.join(" + ")}${more}`,
    subtitle: `${where}${enlarged}`,
  };
}

function frequencyText(wave: ResonanceWave): string {
  const { frequency, qPoint } = wave;
  if (frequency < 0) return `${(-frequency).toFixed(2)}i THz, frozen`;
  const stands = !wave.travels || qPoint.every((value) => Number.isInteger(2 * value));
  const isCentre = qPoint.every(Number.isInteger);
  const kind = isCentre ? "" : stands ? ", standing" : ", travelling";
  return `${frequency.toFixed(2)} THz${kind}`;
}

function pointText(q: readonly number[]): string {
  return q.map((value) => String(Number(value.toFixed(3))).replace("-", "−")).join(", ");
}

function textOf({ resonance }: Motion): string {
  const { periodPs, durationPs, frameCount, warnings } = resonance;
  const { total } = resonance.energyAt(0);
  const swings =
    durationPs === 0
      ? "stands still"
      : `period ${periodPs.toPrecision(4)} ps, ${frameCount} frames of ${durationPs.toPrecision(4)} ps`;
  return [
    String(resonance),
    `  ${swings}, energy ${total.toPrecision(4)} eV`,
    ...warnings.map(({ message }) => `  ${message}`),
  ].join("\n");
}
