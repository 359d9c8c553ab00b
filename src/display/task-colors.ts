import { mixColors } from "./svg.js";

/**
 * Told apart with every common form of colour blindness, on light and on dark ground.
 *
 * @see M. Okabe, K. Ito, Color Universal Design (2008), https://jfly.uni-koeln.de/color/
 */
const palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
/** Of all names that have no colour of their own. */
export const otherColor = "#8c8c8c";

/** Colours of tasks by name; a name keeps its colour for as long as this is kept. */
export class TaskColors {
  private readonly colors = new Map<string, string>();

  /** Undefined once the palette is used up: more colours would not be told apart. */
  of(name: string): string | undefined {
    const known = this.colors.get(name);
    if (known !== undefined || this.colors.size === palette.length) return known;
    const color = palette[this.colors.size];
    this.colors.set(name, color);
    return color;
  }
}

/** Of a thread that joins in another's task. */
export function paler(color: string): string {
  return mixColors(color, "#ffffff", 0.55);
}
