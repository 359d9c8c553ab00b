import type { Relaxation } from "../optimize/relaxation.js";
import { Figure } from "./figure.js";
import { axisLook, formulaHtml, ground, hoverLook, look } from "./look.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";

const energyColor = "#1f5fa8";
const forceColor = "#c2410c";
const width = 820;
const height = 440;

/** How energy and largest force went down: the energy above the last, in meV an atom, and fmax. */
export function relaxationFigure(relaxation: Relaxation): Figure {
  const { crystal, enthalpy, frames } = relaxation;
  const steps = frames.map(({ step }) => step);
  const above = frames.map(({ energy }) => (1000 * (energy - enthalpy)) / crystal.siteCount);
  const data = [
    way("energy", steps, above, energyColor, "y", "%{y:.4g} meV/atom above the end"),
    way(
      "fmax",
      steps,
      frames.map(({ fmax }) => fmax),
      forceColor,
      "y2",
      "%{y:.3g} eV/Å",
    ),
  ];
  return new Figure({
    data,
    layout: relaxationLayout(relaxation),
    text: String(relaxation),
  });
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

function relaxationLayout(relaxation: Relaxation): PlotlyLayout {
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
    yaxis2: {
      ...axisLook,
      title: { text: "Largest force (eV/Å)", font: { color: forceColor } },
      overlaying: "y",
      side: "right",
      type: "log",
      exponentformat: "power",
      dtick: 1,
      showgrid: false,
    },
    hovermode: "x unified",
    hoverlabel: hoverLook,
  };
}
