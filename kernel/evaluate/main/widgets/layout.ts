import { InvalidConfiguration } from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../../intrinsics.js";
import { requireKnown, text } from "./checks.js";
import type { State } from "./kinds.js";

const NAMES: readonly string[] = [
  "alignContent",
  "alignItems",
  "alignSelf",
  "borderBottom",
  "borderLeft",
  "borderRight",
  "borderTop",
  "bottom",
  "display",
  "flex",
  "flexFlow",
  "gridArea",
  "gridAutoColumns",
  "gridAutoFlow",
  "gridAutoRows",
  "gridColumn",
  "gridGap",
  "gridRow",
  "gridTemplateAreas",
  "gridTemplateColumns",
  "gridTemplateRows",
  "height",
  "justifyContent",
  "justifyItems",
  "left",
  "margin",
  "maxHeight",
  "maxWidth",
  "minHeight",
  "minWidth",
  "objectFit",
  "objectPosition",
  "order",
  "overflow",
  "padding",
  "right",
  "top",
  "visibility",
  "width",
];

/** The state of a layout model. */
export function layoutState(given: unknown, where: string): State {
  const layout = requireKnown(`${where} layout`, given ?? {}, NAMES);
  const entries = NAMES.map((name) => {
    const value: unknown = Object.entries(layout).find(([key]) => key === name)?.[1];
    return [wireName(name), value === undefined ? null : text(value, `${where} layout.${name}`)];
  });
  return Object.fromEntries(entries);
}

/** The state of a style model, whose one setting is the width of descriptions. */
export function styleState(initial: State, given: unknown, where: string): State {
  if (given === undefined) return initial;
  if (!("description_width" in initial)) {
    const message = `${where}: there is no option descriptionWidth, because it has no description before it`;
    throw new InvalidConfiguration(message, { field: "descriptionWidth" });
  }
  return { ...initial, description_width: text(given, `${where} descriptionWidth`) };
}

/** `gridArea` -> `grid_area`. */
function wireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
