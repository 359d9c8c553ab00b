import { show as describe, requireOneOf } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import { type Bonds, requireBonds } from "../bonding/bonds.js";
import { CoordinationPolyhedron } from "../bonding/polyhedra.js";
import type { Crystal } from "../crystal/crystal.js";
import { coloredBy } from "./crystal-colors.js";
import { type CrystalDrawing, type CrystalStyle, drawCrystal } from "./crystal-drawing.js";
import { sceneLayout, sceneTraces } from "./crystal-scene.js";
import { crystalSvg } from "./crystal-svg.js";
import { cellText, crystalText } from "./crystal-text.js";
import { Figure } from "./figure.js";
import { formulaHtml } from "./look.js";

export interface CrystalFigureOptions {
  /** Default "ball-and-stick". */
  readonly style?: CrystalStyle;
  /** Sticks between bonded atoms, or between those of `bonds(crystal)`; none in the style "spacefill". */
  readonly bonds?: boolean | Bonds;
  /** Translucent bodies about their centres. */
  readonly polyhedra?: readonly CoordinationPolyhedron[];
  /** A number for each site, [n], that gives its colour in place of the element. */
  readonly colorBy?: ArrayLike<number>;
  /** What those numbers are: "P (Å²)". */
  readonly colorTitle?: string;
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
  const fields = [
    "style",
    "bonds",
    "polyhedra",
    "colorBy",
    "colorTitle",
    "images",
    "title",
  ] as const;
  requireOptions("a crystal's figure", options, fields, '{ style: "spacefill" }');
  const style = requireOneOf("style", options.style ?? "ball-and-stick", [
    "ball-and-stick",
    "spacefill",
  ]);
  const { bonds = true, images = true, polyhedra, colorBy, colorTitle } = options;
  if (typeof bonds !== "boolean") requireBonds(crystal, bonds);
  const found = typeof bonds === "boolean" ? undefined : bonds;
  const plain = drawCrystal(crystal, {
    ...{ style, images, found },
    bonds: bonds !== false,
    polyhedra: requirePolyhedra(crystal, polyhedra),
  });
  const drawing = colorBy ? coloredBy(plain, colorBy, colorTitle ?? "") : plain;
  const text = {
    title: options.title ?? formulaHtml(drawing.formula),
    subtitle: subtitle(crystal, drawing),
  };
  return drawingFigure(drawing, { ...text, text: crystalText(crystal) });
}

/** Scene and static picture of one drawing. */
export function drawingFigure(
  drawing: CrystalDrawing,
  words: { readonly title: string; readonly subtitle: string; readonly text: string },
): Figure {
  return new Figure({
    data: sceneTraces(drawing),
    layout: sceneLayout(drawing, words),
    text: words.text,
    drawSvg: (figure) =>
      crystalSvg(drawing, { width: figure.width, height: figure.height, ...titlesOf(figure) }),
  });
}

function requirePolyhedra(
  crystal: Crystal,
  polyhedra: readonly CoordinationPolyhedron[] = [],
): readonly CoordinationPolyhedron[] {
  const isList = Array.isArray(polyhedra);
  if (isList && polyhedra.every((each) => each instanceof CoordinationPolyhedron)) {
    if (polyhedra.every((each) => each.crystal.siteCount === crystal.siteCount)) return polyhedra;
  }
  throw new InvalidConfiguration(
    `polyhedra must be those of this crystal, polyhedra(crystal, await bonds(crystal)), got ${describe(polyhedra)}`,
    { siteCount: crystal.siteCount },
  );
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
