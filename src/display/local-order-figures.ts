import {
  type CommonNeighbors,
  type StructureType,
  structureTypes,
} from "../recognition/common-neighbors.js";
import type { SteinhardtParameters } from "../recognition/steinhardt.js";
import { recolored } from "./crystal-colors.js";
import { drawCrystal } from "./crystal-drawing.js";
import { drawingFigure } from "./crystal-figure.js";
import { Figure } from "./figure.js";
import { figureCard } from "./figure-card.js";
import { axisLook, formulaHtml, ground, look } from "./look.js";
import type { MimeBundle } from "./mime.js";
import { Table } from "./table.js";

const typeColors: Readonly<Record<StructureType, string>> = {
  other: "#c2c6cc",
  fcc: "#3fa653",
  hcp: "#d9483b",
  bcc: "#3b6fd1",
  icosahedral: "#e0b01e",
  cubicDiamond: "#2aa7a1",
  hexagonalDiamond: "#d9822b",
};

/** The crystal with its atoms coloured by structure type. */
export function commonNeighborsFigure(found: CommonNeighbors): Figure {
  const { crystal, types, counts } = found;
  const plain = drawCrystal(crystal, { style: "ball-and-stick", bonds: false, images: false });
  const drawing = recolored(plain, (site) => {
    const type = structureTypes[types[site]];
    return { name: `${type} ${counts[type]}`, color: typeColors[type], detail: type };
  });
  return drawingFigure(drawing, {
    title: `${formulaHtml(crystal.formula)}, common neighbour analysis`,
    subtitle: drawing.note ?? String(found),
    text: String(found),
  });
}

export function commonNeighborsCard(found: CommonNeighbors): Promise<MimeBundle> {
  const { types, counts, signatures } = found;
  const rows = structureTypes
    .filter((type) => counts[type] > 0)
    .sort((a, b) => counts[b] - counts[a])
    .map((type) => ({
      type,
      sites: counts[type],
      share: `${((100 * counts[type]) / types.length).toFixed(2)} %`,
    }));
  const bonds = signatures
    .slice(0, 20)
    .map(({ signature, count }) => ({ signature, bonds: count }));
  const tables = [new Table(rows, {}), ...(bonds.length > 0 ? [new Table(bonds, {})] : [])];
  return figureCard(commonNeighborsFigure(found), tables, String(found));
}

const binCount = 60;
const barColors = ["#1f5fa8", "#c2410c", "#3f7d4e", "#7b4b94", "#b07a1d", "#2c8c99", "#8a3b5c"];

/** How many sites have which q_l. */
export function steinhardtFigure(found: SteinhardtParameters): Figure {
  const { crystal, l } = found;
  const values = l.map((degree) => found.of(degree));
  const largest = values.reduce((most, q) => q.reduce((a, b) => Math.max(a, b), most), 0);
  const step = Math.max(1e-3, largest / (0.95 * binCount));
  const middles = Array.from({ length: binCount }, (_, bin) => fixed((bin + 0.5) * step));
  const data = values.map((q, index) => {
    const counts = new Array<number>(binCount).fill(0);
    for (const value of q) counts[Math.min(binCount - 1, Math.floor(value / step))]++;
    return {
      type: "bar",
      name: `<i>q</i><sub>${l[index]}</sub>`,
      x: middles,
      y: counts,
      width: step,
      marker: { color: barColors[index % barColors.length], opacity: 0.72 },
      hovertemplate: `q${l[index]} = %{x:.4f}: %{y} sites<extra></extra>`,
    };
  });
  return new Figure({
    data,
    layout: {
      ...look(`Bond-orientational order of ${formulaHtml(crystal.formula)}`, String(found)),
      plot_bgcolor: ground,
      ...{ width: 720, height: 420, barmode: "overlay", showlegend: true },
      margin: { l: 66, r: 22, t: 74, b: 56 },
      xaxis: {
        ...axisLook,
        title: { text: "<i>q<sub>l</sub></i>" },
        range: [0, fixed(binCount * step)],
      },
      yaxis: { ...axisLook, title: { text: "Sites" }, rangemode: "tozero" },
    },
    text: `SteinhardtParameters: ${found}`,
  });
}

function fixed(value: number): number {
  return Number(value.toFixed(6));
}
