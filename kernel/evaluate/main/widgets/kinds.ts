import { DomainError } from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Math } from "../../intrinsics.js";
import {
  type Check,
  finite,
  flag,
  oneOf,
  orNull,
  outOfDomain,
  pairOf,
  positive,
  positiveWhole,
  text,
  texts,
  whole,
} from "./checks.js";

/** A model's state by the names of the wire. */
export type State = Record<string, unknown>;

/** A property of a widget: the public name is its key in `Kind.properties`. */
export interface Property {
  /** Its name in the model. */
  readonly wire: string;
  readonly initial: unknown;
  readonly check: Check;
  /** The front end has no say in it. */
  readonly isOurs?: boolean;
}

/**
 * What sets one sort of widget apart: the names and the state of its models, as ipywidgets 8 sends
 * them.
 */
export interface Kind {
  /** That of the function that makes it. */
  readonly name: string;
  readonly model: string;
  readonly view: string;
  /** Name and state of the model of its style, where it has one. */
  readonly style?: { readonly model: string; readonly state: State };
  readonly properties: Readonly<Record<string, Property>>;
  /** Sent and never changed. */
  readonly constants: State;
  /**
   * Brings a new state in order, or throws where it contradicts itself.
   * @param given What was asked for: the rest may give way.
   */
  readonly settle?: (state: State, given: ReadonlySet<string>, name: string) => void;
}

type Kinds<Name extends string = never> = Readonly<Record<string, Kind> & Record<Name, Kind>>;

const property = (wire: string, initial: unknown, check: Check): Property => ({
  wire,
  initial,
  check,
});

const DOM: State = { _dom_classes: [], _view_count: null, tabbable: null };
const TOOLTIP = property("tooltip", null, orNull(text));
const described = { description: property("description", "", text), tooltip: TOOLTIP };
const control = { ...described, disabled: property("disabled", false, flag) };
const DESCRIBED: State = { ...DOM, description_allow_html: false };
const orientation = property("orientation", "horizontal", oneOf("horizontal", "vertical"));
const continuous = (initial: boolean): Property => property("continuous_update", initial, flag);
const ZERO_WIDTH_SPACE = "\u200b";
const placeholder = property("placeholder", ZERO_WIDTH_SPACE, text);
const icon = property("icon", "", text);
const STYLES = ["primary", "success", "info", "warning", "danger", ""] as const;
const buttonStyle = property("button_style", "", oneOf(...STYLES));
const FONT: State = {
  font_family: null,
  font_size: null,
  font_style: null,
  font_variant: null,
  font_weight: null,
  text_decoration: null,
};
const plainStyle = { model: "DescriptionStyleModel", state: { description_width: "" } };
const sliderStyle = {
  model: "SliderStyleModel",
  state: { description_width: "", handle_color: null },
};
const textStyle = {
  model: "TextStyleModel",
  state: { background: null, description_width: "", font_size: null, text_color: null },
};

// ---- numbers ------------------------------------------------------------------------------------

type Scale = "int" | "float";

const checks = {
  int: { number: whole, step: positiveWhole, increment: 1, format: "d" },
  float: { number: finite, step: positive, increment: 0.1, format: ".2f" },
} as const;

function bounds(scale: Scale): { readonly min: Property; readonly max: Property } {
  const { number } = checks[scale];
  return { min: property("min", 0, number), max: property("max", 100, number) };
}

function sliderKind(scale: Scale, name: string, model: string, isRange: boolean): Kind {
  const { number, step, increment, format } = checks[scale];
  const value = isRange
    ? property("value", undefined, pairOf(number))
    : property("value", 0, number);
  return {
    name,
    model: `${model}Model`,
    view: `${model}View`,
    style: sliderStyle,
    properties: {
      value,
      ...bounds(scale),
      step: property("step", increment, step),
      ...control,
      orientation,
      readout: property("readout", true, flag),
      readoutFormat: property("readout_format", format, text),
      continuousUpdate: continuous(true),
    },
    constants: { ...DESCRIBED, behavior: "drag-tap" },
    settle: (state, given, where) => {
      settleBounds(state, where);
      (isRange ? settleRange : settleValue)(state, given, where);
      if (scale === "float" && given.has("step") && !given.has("readout_format")) {
        state.readout_format = `.${decimalsOf(state.step as number)}f`;
      }
      if (scale === "int" && isRange) state.value = (state.value as number[]).map(Math.round);
    },
  };
}

/** As many as a step of this size shows in, and two at least. */
function decimalsOf(step: number): number {
  return Math.min(12, Math.max(2, Math.ceil(-Math.log10(step))));
}

function settleBounds(state: State, where: string): void {
  const { min, max } = state as { min: number; max: number };
  if (min <= max) return;
  const message = `${where}: expected min not to exceed max, got min ${min} and max ${max}`;
  throw new DomainError(message, { field: "min", min, max });
}

function settleValue(state: State, given: ReadonlySet<string>, where: string): void {
  const { min, max, value } = state as { min: number; max: number; value: number };
  const inside = Math.min(max, Math.max(min, value));
  if (given.has("value") && inside !== value) {
    throw outOfDomain(`${where} value`, `a number from min ${min} to max ${max}`, value);
  }
  state.value = inside;
}

function settleRange(state: State, given: ReadonlySet<string>, where: string): void {
  const { min, max } = state as { min: number; max: number };
  const quarter = (max - min) / 4;
  const [low, high] = (state.value ?? [min + quarter, max - quarter]) as [number, number];
  const isInside = min <= low && low <= high && high <= max;
  if (given.has("value") && !isInside) {
    const expected = `two numbers from min ${min} to max ${max}, the lower one first`;
    throw outOfDomain(`${where} value`, expected, [low, high]);
  }
  state.value = [low, high].map((end) => Math.min(max, Math.max(min, end)));
}

function numberTextKind(scale: Scale, name: string, model: string): Kind {
  const { number, step } = checks[scale];
  return {
    name,
    model: `${model}Model`,
    view: `${model}View`,
    style: plainStyle,
    properties: {
      value: property("value", 0, number),
      step: property("step", scale === "int" ? 1 : null, scale === "int" ? step : orNull(step)),
      ...control,
      continuousUpdate: continuous(false),
    },
    constants: DESCRIBED,
  };
}

function progressKind(scale: Scale, name: string, model: string): Kind {
  return {
    name,
    model: `${model}Model`,
    view: "ProgressView",
    style: { model: "ProgressStyleModel", state: { bar_color: null, description_width: "" } },
    properties: {
      value: property("value", 0, checks[scale].number),
      ...bounds(scale),
      ...described,
      orientation,
      barStyle: property("bar_style", "", oneOf(...STYLES.slice(1))),
    },
    constants: DESCRIBED,
    settle: (state, given, where) => {
      settleBounds(state, where);
      settleValue(state, given, where);
    },
  };
}

export const numberKinds: Kinds = {
  intSlider: sliderKind("int", "intSlider", "IntSlider", false),
  floatSlider: sliderKind("float", "floatSlider", "FloatSlider", false),
  intRangeSlider: sliderKind("int", "intRangeSlider", "IntRangeSlider", true),
  floatRangeSlider: sliderKind("float", "floatRangeSlider", "FloatRangeSlider", true),
  intText: numberTextKind("int", "intText", "IntText"),
  floatText: numberTextKind("float", "floatText", "FloatText"),
  intProgress: progressKind("int", "intProgress", "IntProgress"),
  floatProgress: progressKind("float", "floatProgress", "FloatProgress"),
};

// ---- texts, switches and buttons ----------------------------------------------------------------

const textProperties = {
  value: property("value", "", text),
  ...control,
  placeholder,
  continuousUpdate: continuous(true),
};

function markupKind(name: string, model: string, styleModel: string, font: State): Kind {
  const state = {
    background: null,
    description_width: "",
    font_size: null,
    text_color: null,
    ...font,
  };
  return {
    name,
    model: `${model}Model`,
    view: `${model}View`,
    style: { model: styleModel, state },
    properties: { value: property("value", "", text), ...described, placeholder },
    constants: DESCRIBED,
  };
}

export const plainKinds: Kinds<"button"> = {
  text: {
    name: "text",
    model: "TextModel",
    view: "TextView",
    style: textStyle,
    properties: textProperties,
    constants: DESCRIBED,
  },
  textarea: {
    name: "textarea",
    model: "TextareaModel",
    view: "TextareaView",
    style: textStyle,
    properties: { ...textProperties, rows: property("rows", null, orNull(positiveWhole)) },
    constants: DESCRIBED,
  },
  checkbox: {
    name: "checkbox",
    model: "CheckboxModel",
    view: "CheckboxView",
    style: { model: "CheckboxStyleModel", state: { background: null, description_width: "" } },
    properties: {
      value: property("value", false, flag),
      ...control,
      indent: property("indent", true, flag),
    },
    constants: DESCRIBED,
  },
  toggleButton: {
    name: "toggleButton",
    model: "ToggleButtonModel",
    view: "ToggleButtonView",
    style: {
      model: "ToggleButtonStyleModel",
      state: { ...FONT, description_width: "", text_color: null },
    },
    properties: { value: property("value", false, flag), ...control, icon, buttonStyle },
    constants: DESCRIBED,
  },
  button: {
    name: "button",
    model: "ButtonModel",
    view: "ButtonView",
    style: { model: "ButtonStyleModel", state: { ...FONT, button_color: null, text_color: null } },
    properties: { ...control, icon, buttonStyle },
    constants: DOM,
  },
  html: markupKind("html", "HTML", "HTMLStyleModel", {}),
  label: markupKind("label", "Label", "LabelStyleModel", FONT),
};

// ---- choices ------------------------------------------------------------------------------------

function selectionKind(
  name: string,
  model: string,
  special: Pick<Kind, "properties" | "constants"> = { properties: {}, constants: {} },
  style: Kind["style"] = plainStyle,
): Kind {
  return {
    name,
    model: `${model}Model`,
    view: `${model}View`,
    ...(style === undefined ? {} : { style }),
    properties: {
      index: property("index", null, orNull(whole)),
      labels: { ...property("_options_labels", [], texts), isOurs: true },
      ...control,
      ...special.properties,
    },
    constants: { ...DESCRIBED, ...special.constants },
    settle: (state, _given, where) => {
      const { index, _options_labels: labels } = state as {
        index: number | null;
        _options_labels: readonly string[];
      };
      if (index === null || (index >= 0 && index < labels.length)) return;
      throw outOfDomain(`${where} index`, `the place of one of ${labels.length} options`, index);
    },
  };
}

export const selectionKinds: Kinds = {
  dropdown: selectionKind("dropdown", "Dropdown"),
  select: selectionKind("select", "Select", {
    properties: { rows: property("rows", 5, positiveWhole) },
    constants: {},
  }),
  radioButtons: selectionKind("radioButtons", "RadioButtons", {
    properties: {},
    constants: { orientation: "vertical" },
  }),
  toggleButtons: selectionKind(
    "toggleButtons",
    "ToggleButtons",
    { properties: { buttonStyle }, constants: { icons: [], tooltips: [] } },
    {
      model: "ToggleButtonsStyleModel",
      state: { button_width: "", description_width: "", font_weight: "" },
    },
  ),
  selectionSlider: selectionKind(
    "selectionSlider",
    "SelectionSlider",
    {
      properties: { continuousUpdate: continuous(true) },
      constants: { behavior: "drag-tap", orientation: "horizontal", readout: true },
    },
    sliderStyle,
  ),
};

// ---- boxes --------------------------------------------------------------------------------------

/** References to the models of the widgets in a box. */
const children: Property = { ...property("children", [], texts), isOurs: true };

function boxKind(name: string, model: string): Kind {
  return {
    name,
    model: `${model}Model`,
    view: `${model}View`,
    properties: { children, tooltip: TOOLTIP },
    constants: { ...DOM, box_style: "" },
  };
}

function pagesKind(name: string, model: string): Kind {
  const box = boxKind(name, model);
  return {
    ...box,
    properties: {
      ...box.properties,
      titles: property("titles", [], texts),
      selectedIndex: property("selected_index", null, orNull(whole)),
    },
    settle: (state, _given, where) => {
      const index = state.selected_index as number | null;
      const count = (state.children as readonly string[]).length;
      if (index === null || (index >= 0 && index < count)) return;
      throw outOfDomain(`${where} selectedIndex`, `the place of one of ${count} pages`, index);
    },
  };
}

export const boxKinds: Kinds<"hbox" | "vbox" | "tab" | "accordion"> = {
  hbox: boxKind("hbox", "HBox"),
  vbox: boxKind("vbox", "VBox"),
  tab: pagesKind("tab", "Tab"),
  accordion: pagesKind("accordion", "Accordion"),
};
