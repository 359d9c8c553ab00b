import { requireOptions } from "../base/suggest.js";
import type { EquationOfState } from "../elastic/equation-of-state.js";
import { Figure } from "./figure.js";
import { axisLook, ground, look } from "./look.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";

export interface EquationFigureOptions {
  /** Default "Equation of state". Plotly's markup. */
  readonly title?: string;
}

const curveColor = "#1f5fa8";
const pointColor = "#c2410c";
const curvePoints = 121;

/** Energies over volume with the fitted curve, the minimum marked. */
export function equationFigure(
  equation: EquationOfState,
  options: EquationFigureOptions = {},
): Figure {
  requireOptions("an equation of state's figure", options, ["title"], '{ title: "Cu" }');
  const { volumes, energies, v0, e0 } = equation;
  const least = Math.min(v0, ...volumes);
  const most = Math.max(v0, ...volumes);
  const margin = 0.02 * (most - least);
  const grid = Array.from(
    { length: curvePoints },
    (_, k) => least - margin + ((most - least + 2 * margin) * k) / (curvePoints - 1),
  );
  const curve: PlotlyTrace = {
    type: "scatter",
    mode: "lines",
    name: equation.form,
    x: grid,
    y: grid.map((volume) => equation.energyAt(volume)),
    customdata: grid.map((volume) => equation.pressureGPaAt(volume)),
    line: { color: curveColor, width: 1.8 },
    hovertemplate: "%{x:.3f} Å³: %{y:.5f} eV, %{customdata:.3f} GPa<extra></extra>",
  };
  const points: PlotlyTrace = {
    type: "scatter",
    mode: "markers",
    name: "energies",
    x: Array.from(volumes),
    y: Array.from(energies),
    marker: { color: pointColor, size: 8 },
    hovertemplate: "%{x:.3f} Å³: %{y:.5f} eV<extra></extra>",
  };
  const minimum: PlotlyTrace = {
    type: "scatter",
    mode: "markers",
    name: "minimum",
    x: [v0],
    y: [e0],
    marker: { color: ground, size: 10, line: { color: curveColor, width: 2 } },
    hovertemplate: `V₀ ${v0.toFixed(4)} Å³: ${e0.toFixed(5)} eV<extra></extra>`,
  };
  return new Figure({
    data: [curve, points, minimum],
    layout: equationLayout(equation, options.title ?? "Equation of state"),
    text: equationText(equation),
  });
}

function equationText(equation: EquationOfState): string {
  const warnings = equation.warnings.map(({ message }) => `warning: ${message}`);
  return [String(equation), ...warnings].join("\n");
}

function equationLayout(equation: EquationOfState, title: string): PlotlyLayout {
  const { v0, bulkModulusGPa, bulkModulusDerivative, form } = equation;
  const subtitle =
    `${form}: V<sub>0</sub> = ${v0.toFixed(3)} Å³, B<sub>0</sub> = ${bulkModulusGPa.toFixed(1)} GPa, ` +
    `B<sub>0</sub>′ = ${bulkModulusDerivative.toFixed(2)}`;
  return {
    ...look(title, subtitle),
    plot_bgcolor: ground,
    width: 760,
    height: 440,
    margin: { l: 92, r: 24, t: 78, b: 56 },
    showlegend: false,
    xaxis: { ...axisLook, title: { text: "Volume (Å³)" } },
    yaxis: { ...axisLook, title: { text: "Energy (eV)", standoff: 14 } },
  };
}
