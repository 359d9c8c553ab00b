import { requireOneOf } from "../base/check.js";
import { requireOptions } from "../base/suggest.js";
import type { Crystal } from "../crystal/crystal.js";
import { type CrystalDrawing, type CrystalStyle, drawCrystal } from "./crystal-drawing.js";
import { sceneLayout, sceneTraces } from "./crystal-scene.js";
import { crystalSvg } from "./crystal-svg.js";
import { cellText, crystalText } from "./crystal-text.js";
import { Figure } from "./figure.js";
import { formulaHtml } from "./look.js";

export interface CrystalFigureOptions {
  /** Default "ball-and-stick". */
  readonly style?: CrystalStyle;
  /** Sticks between bonded atoms; default true, none in the style "spacefill". */
  readonly bonds?: boolean;
  /**
   * Atoms on the border of the cell repeated on its other faces, edges and corners, and molecules
   * and polyhedra completed beyond it; default true.
   */
  readonly images?: boolean;
  /** Default the formula. Plotly's markup: "SiO<sub>2</sub>". */
  readonly title?: string;
}

/** The crystal as a 3D scene; its static picture is drawn from the same viewpoint. */
export function crystalFigure(crystal: Crystal, options: CrystalFigureOptions = {}): Figure {
  const fields = ["style", "bonds", "images", "title"] as const;
  requireOptions("a crystal's figure", options, fields, '{ style: "spacefill" }');
  const style = requireOneOf("style", options.style ?? "ball-and-stick", [
    "ball-and-stick",
    "spacefill",
  ]);
  const { bonds = true, images = true } = options;
  const drawing = drawCrystal(crystal, { style, bonds, images });
  const text = {
    title: options.title ?? formulaHtml(drawing.formula),
    subtitle: subtitle(crystal, drawing),
  };
  return new Figure({
    data: sceneTraces(drawing),
    layout: sceneLayout(drawing, text),
    text: crystalText(crystal),
    drawSvg: (figure) =>
      crystalSvg(drawing, { width: figure.width, height: figure.height, ...titlesOf(figure) }),
  });
}

function subtitle(crystal: Crystal, drawing: CrystalDrawing): string {
  if (drawing.note) return drawing.note;
  if (crystal.periodic.some(Boolean)) return cellText(crystal.lattice.parameters);
  return `${crystal.siteCount} atoms`;
}

/** As the figure says now: its title may have been changed since it was made. */
export function titlesOf({ layout }: Figure): { title: string; subtitle: string } {
  const title = layout.title as
    | string
    | { text?: string; subtitle?: { text?: string } }
    | undefined;
  if (typeof title === "string") return { title, subtitle: "" };
  return { title: title?.text ?? "", subtitle: title?.subtitle?.text ?? "" };
}
