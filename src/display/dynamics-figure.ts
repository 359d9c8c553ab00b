import type { DynamicsTrajectory } from "../dynamics/dynamics-trajectory.js";
import type { PairDistribution } from "../dynamics/pair-distribution.js";
import { Figure } from "./figure.js";
import { withWarnings } from "./figure-text.js";
import { axisLook, formulaHtml, ground, hoverLook, look } from "./look.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";

const energyColor = "#1f5fa8";
const temperatureColor = "#c2410c";
/** Of partial distributions. */
const partialColors = ["#c2410c", "#15803d", "#7c3aed", "#b45309", "#0e7490", "#be185d"];
const size = { width: 820, height: 440 };

/** Temperature, and potential energy above its mean, over time. */
export function dynamicsFigure(run: DynamicsTrajectory): Figure {
  const { samples } = run;
  const count = run.velocities.length / 3;
  const energies = samples.potentialEnergy;
  const mean = energies.reduce((sum, energy) => sum + energy, 0) / energies.length;
  const unit = samples.timeFs[samples.timeFs.length - 1] >= 10_000 ? "ps" : "fs";
  const time = samples.timeFs.map((t) => (unit === "ps" ? t / 1000 : t));
  const above = energies.map((energy) => (1000 * (energy - mean)) / count);
  const trace = (name: string, y: Float64Array, yaxis: string, color: string, value: string) =>
    line(name, time, y, color, `%{x:.5g} ${unit}: ${value}`, yaxis);
  return new Figure({
    data: [
      trace("temperature", samples.temperature, "y", temperatureColor, "%{y:.4g} K"),
      trace("potential energy", above, "y2", energyColor, "%{y:.4g} meV/atom above the mean"),
    ],
    layout: {
      ...layout(
        `Molecular dynamics of ${formulaHtml(run.crystal.formula)}`,
        String(run),
        `Time (${unit})`,
        76,
      ),
      yaxis: { ...axisLook, title: { text: "Temperature (K)", font: { color: temperatureColor } } },
      yaxis2: {
        ...axisLook,
        title: { text: "Potential energy above its mean (meV/atom)", font: { color: energyColor } },
        overlaying: "y",
        side: "right",
        // Round numbers of its own, not those beside the ticks of the left axis.
        tickmode: "auto",
        showgrid: false,
      },
    },
    text: withWarnings(String(run), run.warnings),
  });
}

/** g(r), with those of pairs of elements where there are several. */
export function pairDistributionFigure(pairs: PairDistribution): Figure {
  const data = [line("all", pairs.r, pairs.g, energyColor, "%{x:.4g} Å: %{y:.4g}")];
  if (pairs.partial.size > 1) {
    [...pairs.partial].forEach(([name, g], index) => {
      const color = partialColors[index % partialColors.length];
      data.push(line(name, pairs.r, g, color, `${name} %{x:.4g} Å: %{y:.4g}`));
    });
  }
  return new Figure({
    data,
    layout: {
      ...layout("Pair distribution", String(pairs), "r (Å)", 24),
      showlegend: data.length > 1,
      yaxis: { ...axisLook, title: { text: "g(r)" }, rangemode: "tozero" },
    },
    text: String(pairs),
  });
}

function line(
  name: string,
  x: Float64Array,
  y: Float64Array,
  color: string,
  value: string,
  yaxis = "y",
): PlotlyTrace {
  return {
    type: "scatter",
    mode: "lines",
    name,
    x: [...x],
    y: [...y],
    yaxis,
    line: { color, width: 1.5 },
    hovertemplate: `${value}<extra></extra>`,
  };
}

function layout(title: string, subtitle: string, x: string, right: number): PlotlyLayout {
  return {
    ...look(title, subtitle),
    plot_bgcolor: ground,
    ...size,
    margin: { l: 72, r: right, t: 74, b: 56 },
    showlegend: false,
    xaxis: { ...axisLook, title: { text: x }, rangemode: "tozero" },
    hovermode: "x unified",
    hoverlabel: hoverLook,
  };
}
