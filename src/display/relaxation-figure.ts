import type { Relaxation } from "../optimize/relaxation.js";
import { Figure } from "./figure.js";
import { withWarnings } from "./figure-text.js";
import { axisLook, formulaHtml, ground, hoverLook, look } from "./look.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";

const energyColor = "#1f5fa8";
const forceColor = "#c2410c";
const width = 820;
const height = 440;

/** Below it a force is rounding: the sites are at rest by symmetry. */
const noForce = 1e-9;

/** What is drawn against the right axis. */
interface Second {
  readonly title: string;
  readonly values: readonly number[];
  readonly hover: string;
  readonly axis: PlotlyLayout;
}

/**
 * How a relaxation went down: the energy above the last, in meV an atom, and the longest force; where symmetry
 * leaves no forces, the volume, if it changes.
 */
export function relaxationFigure(relaxation: Relaxation): Figure {
  const { crystal, enthalpy, frames, warnings } = relaxation;
  const steps = frames.map(({ step }) => step);
  const above = frames.map(({ energy }) => (1000 * (energy - enthalpy)) / crystal.siteCount);
  const second = secondOf(relaxation);
  const data = [
    way("energy", steps, above, energyColor, "y", "%{y:.4g} meV/atom above the end"),
    ...(second ? [way(second.title, steps, second.values, forceColor, "y2", second.hover)] : []),
  ];
  return new Figure({
    data,
    layout: relaxationLayout(relaxation, second),
    text: withWarnings(String(relaxation), warnings),
  });
}

function secondOf({ crystal, frames }: Relaxation): Second | undefined {
  const forces = frames.map(({ fmax }) => fmax);
  const drawn = forces.filter((force) => force > 0);
  if (Math.max(0, ...forces) > noForce) {
    // Whole powers of ten at both ends, so that there are always two ticks.
    const [low, high] = [Math.min(...drawn), Math.max(...drawn)].map(Math.log10);
    const top = Math.ceil(high + 1e-9);
    const range = [Math.max(Math.floor(low), top - 14), top];
    const axis = { type: "log", exponentformat: "power", dtick: 1, range };
    return { title: "Largest force (eV/Å)", values: forces, hover: "%{y:.3g} eV/Å", axis };
  }
  const volumes = frames.map((frame) => frame.crystal.lattice.volume / crystal.siteCount);
  if (Math.max(...volumes) - Math.min(...volumes) < 1e-6) return undefined;
  const axis = { tickmode: "auto" };
  return { title: "Volume (Å³/atom)", values: volumes, hover: "%{y:.5g} Å³/atom", axis };
}

function way(
  name: string,
  x: readonly number[],
  y: readonly number[],
  color: string,
  yaxis: string,
  value: string,
): PlotlyTrace {
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    x: [...x],
    y: [...y],
    yaxis,
    line: { color, width: 1.8 },
    marker: { color, size: 5 },
    hovertemplate: `step %{x}: ${value}<extra></extra>`,
  };
}

function relaxationLayout(relaxation: Relaxation, second: Second | undefined): PlotlyLayout {
  const { crystal, converged, steps, energy } = relaxation;
  const end = converged ? "converged" : `not converged (${relaxation.reason})`;
  const perAtom = (energy / crystal.siteCount).toFixed(4);
  return {
    ...look(
      `Relaxation of ${formulaHtml(crystal.formula)}`,
      `${end} after ${steps} steps: ${perAtom} eV/atom`,
    ),
    plot_bgcolor: ground,
    width,
    height,
    margin: { l: 72, r: 76, t: 74, b: 56 },
    showlegend: false,
    xaxis: { ...axisLook, title: { text: "Step" }, rangemode: "tozero" },
    yaxis: {
      ...axisLook,
      title: { text: "Energy above the end (meV/atom)", font: { color: energyColor } },
      rangemode: "tozero",
    },
    ...(second && {
      yaxis2: {
        ...axisLook,
        title: { text: second.title, font: { color: forceColor } },
        overlaying: "y",
        side: "right",
        showgrid: false,
        ...second.axis,
      },
    }),
    hovermode: "x unified",
    hoverlabel: hoverLook,
  };
}
