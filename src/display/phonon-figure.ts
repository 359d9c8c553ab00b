import { InvalidConfiguration } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import type { PhononBands } from "../phonons/phonon-bands.js";
import { PhononDos } from "../phonons/phonon-dos.js";
import type { ThermalFunctions } from "../phonons/thermal.js";
import { Figure } from "./figure.js";
import { axisLook, formulaHtml, ground, hoverLook, look, textColor } from "./look.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";
import { textTable } from "./text-table.js";

export interface BandFigureOptions {
  /** Drawn beside the bands, on the same axis of frequencies. */
  readonly dos?: PhononDos;
}

const bandColor = "#1f5fa8";
/** Of atoms' parts; from Okabe and Ito's palette, which the colour-blind can tell apart. */
const partColors = ["#c2410c", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195"];
const width = 820;
const height = 460;

/** Frequencies along the path, imaginary ones below 0, with a density of states at the right where given. */
export function bandFigure(bands: PhononBands, options: BandFigureOptions = {}): Figure {
  requireOptions("a band structure's figure", options, ["dos"], "{ dos: await mesh.dos() }");
  const { dos } = options;
  if (dos !== undefined && !(dos instanceof PhononDos)) {
    throw new InvalidConfiguration("dos must be a density of states: dos: await mesh.dos()", {
      dos,
    });
  }
  const data = bandTraces(bands);
  if (dos !== undefined) data.push(...dosTraces(dos, true));
  return new Figure({ data, layout: bandLayout(bands, dos), text: String(bands) });
}

function bandTraces(bands: PhononBands): PlotlyTrace[] {
  const { distances, frequencies, starts } = bands;
  const count = frequencies.length / distances.length;
  return Array.from({ length: count }, (_, branch) => {
    const x: (number | null)[] = [];
    const y: (number | null)[] = [];
    distances.forEach((distance, point) => {
      // Nothing connects the two sides of a jump.
      if (point > 0 && starts.includes(point)) {
        x.push(null);
        y.push(null);
      }
      x.push(distance);
      y.push(frequencies[point * count + branch]);
    });
    return {
      type: "scatter",
      mode: "lines",
      x,
      y,
      showlegend: false,
      line: { color: bandColor, width: 1.6 },
      hovertemplate: `%{y:.3f} THz<extra>branch ${branch + 1}</extra>`,
    };
  });
}

/** The total and, where there is more than one atom, the parts by element. */
function dosTraces(dos: PhononDos, isBeside: boolean): PlotlyTrace[] {
  const rows = [{ name: "total", values: Array.from(dos.total), color: textColor }];
  parts(dos).forEach(([name, values], i) => {
    rows.push({ name, values, color: partColors[i % partColors.length] });
  });
  const frequencies = Array.from(dos.frequencies);
  return rows.map(({ name, values, color }) => ({
    type: "scatter",
    mode: "lines",
    name,
    showlegend: rows.length > 1,
    x: isBeside ? values : frequencies,
    y: isBeside ? frequencies : values,
    ...(isBeside ? { xaxis: "x2" } : {}),
    line: { color, width: 1.6 },
    hovertemplate: isBeside ? "%{x:.3f} at %{y:.3f} THz" : "%{y:.3f} at %{x:.3f} THz",
  }));
}

function parts({ crystal, frequencies, projected }: PhononDos): [string, number[]][] {
  if (projected === undefined) return [];
  const sums = new Map<string, number[]>();
  crystal.kindOfSite.forEach((kind, atom) => {
    const { symbol } = crystal.kinds[kind][0].species;
    const sum = sums.get(symbol) ?? Array<number>(frequencies.length).fill(0);
    for (let i = 0; i < sum.length; i++) sum[i] += projected[atom * sum.length + i];
    sums.set(symbol, sum);
  });
  return sums.size > 1 ? [...sums] : [];
}

function bandLayout(bands: PhononBands, dos: PhononDos | undefined): PlotlyLayout {
  const { ticks, crystal, frequencies } = bands;
  const low = Math.min(
    0,
    frequencies.reduce((least, value) => Math.min(least, value), 0),
  );
  const subtitle =
    low < -0.01 ? `imaginary frequencies down to ${(-low).toFixed(2)}i THz, drawn below 0` : "";
  const shapes = ticks.map(({ distance }) =>
    line({ x0: distance, x1: distance, y0: 0, y1: 1, yref: "paper" }),
  );
  const end = ticks[ticks.length - 1].distance;
  if (low < -0.01) shapes.push(line({ x0: 0, x1: end, y0: 0, y1: 0 }));
  return {
    ...look(`Phonons of ${formulaHtml(crystal.formula)}`, subtitle),
    plot_bgcolor: ground,
    width,
    height,
    margin: { l: 68, r: 24, t: 74, b: 48 },
    shapes,
    xaxis: {
      ...axisLook,
      range: [0, end],
      showgrid: false,
      tickvals: ticks.map(({ distance }) => distance),
      ticktext: ticks.map(({ label }) => label),
      ticks: "",
      domain: [0, dos === undefined ? 1 : 0.72],
      mirror: true,
    },
    yaxis: { ...axisLook, title: { text: "Frequency (THz)" }, mirror: dos === undefined },
    ...(dos === undefined
      ? {}
      : {
          xaxis2: {
            ...axisLook,
            title: { text: "Density of states (1/THz)" },
            domain: [0.76, 1],
            anchor: "y",
            rangemode: "tozero",
            nticks: 4,
          },
          legend: { x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", orientation: "h" },
        }),
    hoverlabel: hoverLook,
  };
}

function line(place: Record<string, unknown>): Record<string, unknown> {
  return { type: "line", layer: "below", line: { color: "#b9c0c9", width: 1 }, ...place };
}

/** The density over the frequency, with the parts of the elements where they are known. */
export function dosFigure(dos: PhononDos): Figure {
  return new Figure({
    data: dosTraces(dos, false),
    layout: {
      ...look(
        `Phonon density of states of ${formulaHtml(dos.crystal.formula)}`,
        "per primitive cell",
      ),
      plot_bgcolor: ground,
      width,
      height,
      margin: { l: 68, r: 24, t: 74, b: 56 },
      xaxis: { ...axisLook, title: { text: "Frequency (THz)" } },
      yaxis: { ...axisLook, title: { text: "Density of states (1/THz)" }, rangemode: "tozero" },
      legend: { x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", orientation: "h" },
    },
    text: String(dos),
  });
}

/** Rows of the table: all temperatures if they are few, or some evenly spaced. */
const thermalRows = 12;

function thermalText(thermal: ThermalFunctions): string {
  const { temperatures, freeEnergy, internalEnergy } = thermal;
  const last = temperatures.length - 1;
  const count = Math.min(temperatures.length, thermalRows);
  const rows = Array.from({ length: count }, (_, row) => {
    const i = count > 1 ? Math.round((row * last) / (count - 1)) : 0;
    return [
      String(Number(temperatures[i].toPrecision(6))),
      freeEnergy[i].toFixed(5),
      internalEnergy[i].toFixed(5),
      thermal.entropyJPerMolK[i].toFixed(3),
      thermal.heatCapacityJPerMolK[i].toFixed(3),
    ];
  });
  const heads = ["T (K)", "F (eV)", "U (eV)", "S (J/mol/K)", "Cv (J/mol/K)"];
  return `${thermal}\n${textTable(
    heads,
    rows,
    heads.map(() => true),
  )}`;
}

/** Entropy and heat capacity on the left axis, free and internal energy on the right one. */
export function thermalFigure(thermal: ThermalFunctions): Figure {
  const x = Array.from(thermal.temperatures);
  const curves = [
    { name: "S", values: thermal.entropyJPerMolK, yaxis: "y", unit: "J/mol/K", dash: "solid" },
    {
      name: "C<sub>v</sub>",
      values: thermal.heatCapacityJPerMolK,
      yaxis: "y",
      unit: "J/mol/K",
      dash: "solid",
    },
    { name: "F", values: thermal.freeEnergy, yaxis: "y2", unit: "eV", dash: "dash" },
    { name: "U", values: thermal.internalEnergy, yaxis: "y2", unit: "eV", dash: "dash" },
  ];
  const colors = [bandColor, "#009e73", "#c2410c", "#e69f00"];
  return new Figure({
    data: curves.map(({ name, values, yaxis, unit, dash }, i) => ({
      type: "scatter",
      mode: x.length > 1 ? "lines" : "markers",
      name,
      x,
      y: Array.from(values),
      yaxis,
      line: { color: colors[i], width: 1.8, dash },
      marker: { color: colors[i] },
      hovertemplate: `%{y:.4g} ${unit}`,
    })),
    layout: {
      ...look(
        `Thermal functions of ${formulaHtml(thermal.crystal.formula)}`,
        "harmonic, per primitive cell",
      ),
      plot_bgcolor: ground,
      width,
      height,
      margin: { l: 72, r: 76, t: 74, b: 56 },
      xaxis: { ...axisLook, title: { text: "Temperature (K)" } },
      yaxis: { ...axisLook, title: { text: "S and C<sub>v</sub> (J/mol/K)" }, rangemode: "tozero" },
      yaxis2: {
        ...axisLook,
        title: { text: "F and U, dashed (eV)" },
        overlaying: "y",
        tickmode: "auto",
        side: "right",
        showgrid: false,
      },
      legend: { x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", orientation: "h" },
      hovermode: "x unified",
    },
    text: thermalText(thermal),
  });
}
