/** CSS of a widget's box in the front end: `{ width: "50%" }`. */
export type Layout = Readonly<
  Partial<
    Record<
      | "alignContent"
      | "alignItems"
      | "alignSelf"
      | "borderBottom"
      | "borderLeft"
      | "borderRight"
      | "borderTop"
      | "bottom"
      | "display"
      | "flex"
      | "flexFlow"
      | "gridArea"
      | "gridAutoColumns"
      | "gridAutoFlow"
      | "gridAutoRows"
      | "gridColumn"
      | "gridGap"
      | "gridRow"
      | "gridTemplateAreas"
      | "gridTemplateColumns"
      | "gridTemplateRows"
      | "height"
      | "justifyContent"
      | "justifyItems"
      | "left"
      | "margin"
      | "maxHeight"
      | "maxWidth"
      | "minHeight"
      | "minWidth"
      | "objectFit"
      | "objectPosition"
      | "order"
      | "overflow"
      | "padding"
      | "right"
      | "top"
      | "visibility"
      | "width",
      string
    >
  >
>;

/** Given when a widget is made. */
export interface BoxStyle {
  readonly layout?: Layout;
}

export interface DescribedStyle extends BoxStyle {
  /** Width of the text before the control, in CSS: "120px", "initial". */
  readonly descriptionWidth?: string;
}

/** What may be given when a widget is made and set at any time after. */
interface Described {
  /** The text before the control. */
  description: string;
  /** Shown while the pointer rests on it. */
  tooltip: string | null;
}

interface Control extends Described {
  /** Shown, but not to be changed by the reader. */
  disabled: boolean;
}

interface Bounds {
  /** Raised above the value, it takes the value along. */
  min: number;
  max: number;
}

interface Steps {
  step: number;
}

interface Oriented {
  orientation: "horizontal" | "vertical";
}

interface Sliding extends Control, Bounds, Steps, Oriented {
  /** The value is written beside the slider. */
  readout: boolean;
  /** d3's format; default ".2f", with more decimals where the step needs them. */
  readoutFormat: string;
  /** Values are sent while the slider moves; else when it is let go. */
  continuousUpdate: boolean;
}

type Settings<P, Style> = Partial<P> & Style;

export interface Widget {
  /** By which the front end knows it. */
  readonly modelId: string;
  /** Takes it away from all pages that show it, for good. */
  close(): void;
}

export type ChangeHandler<T> = (value: T, previous: T) => unknown;

/** A widget with a value that the reader changes, and that a cell may assign. */
export interface ValueWidget<T> extends Widget {
  value: T;
  /**
   * Called after each change of the value, whoever made it; returns how to stop it. May return a
   * promise; what it throws after a change by the reader is shown under the widget's cell.
   */
  onChange(handler: ChangeHandler<T>): () => void;
}

/** @throws DomainError for a value outside its bounds, or one that is no number. */
export interface NumberSlider extends ValueWidget<number>, Sliding {}

/** The value is a pair, the lower end first. */
export interface RangeSlider extends ValueWidget<readonly [number, number]>, Sliding {}

export interface NumberText extends ValueWidget<number>, Control {
  /** Of the arrows beside the number. */
  step: number;
  continuousUpdate: boolean;
}

export interface Text extends ValueWidget<string>, Control {
  /** Shown while the text is empty. */
  placeholder: string;
  /** The value follows every key; else it follows Enter. */
  continuousUpdate: boolean;
}

export interface Textarea extends Text {
  rows: number | null;
}

export interface Checkbox extends ValueWidget<boolean>, Control {
  /** In line with controls that have a description before them. */
  indent: boolean;
}

export type ButtonStyle = "" | "primary" | "success" | "info" | "warning" | "danger";

export interface ToggleButton extends ValueWidget<boolean>, Control {
  /** Name of a Font Awesome icon: "check". */
  icon: string;
  buttonStyle: ButtonStyle;
}

/** `value` is null where nothing is chosen. */
export interface Selection<T> extends ValueWidget<T | null>, Control {
  /** Of the present choice. */
  label: string | null;
  index: number | null;
  readonly options: readonly T[];
  readonly labels: readonly string[];
  /** Other options; the first of them is chosen, unless the present value is among them. */
  setOptions(options: Options<T>): void;
}

export interface Button extends Widget, Control {
  icon: string;
  buttonStyle: ButtonStyle;
  /** Called at each click; returns how to stop it. */
  onClick(handler: () => unknown): () => void;
}

export interface Progress extends ValueWidget<number>, Described, Bounds, Oriented {
  barStyle: "" | "success" | "info" | "warning" | "danger";
}

/** `value` is HTML, or for a label text. */
export interface Markup extends ValueWidget<string>, Described {
  placeholder: string;
}

export interface Box extends Widget {
  children: readonly Widget[];
}

export interface Pages extends Box {
  titles: readonly string[];
  /** Of the open page; null where none is. */
  selectedIndex: number | null;
}

/**
 * Numbers and texts stand for themselves; other values need a label: `{ Silicon: si }`, a `Map`, or
 * pairs `[["Silicon", si]]`.
 */
export type Options<T> =
  | readonly T[]
  | readonly (readonly [label: string, value: T])[]
  | Readonly<Record<string, T>>
  | ReadonlyMap<string, T>;

type OptionValue<O> =
  O extends ReadonlyMap<string, infer V>
    ? V
    : O extends readonly (infer E)[]
      ? E extends readonly [string, infer V]
        ? V
        : E
      : O[keyof O];

type SliderOptions<W extends Sliding & { value: unknown }> = Settings<
  Sliding & Pick<W, "value">,
  DescribedStyle
>;
type NumberTextOptions = Settings<Omit<NumberText, keyof Widget | "onChange">, DescribedStyle>;
type TextOptions<W extends Text> = Settings<Omit<W, keyof Widget | "onChange">, DescribedStyle>;
type SelectionOptions<O> = {
  readonly options: O;
  /** Default the first option. */
  readonly value?: NoInfer<OptionValue<O>> | null;
} & Settings<Control, DescribedStyle>;
type ProgressOptions = Settings<Omit<Progress, keyof Widget | "onChange">, DescribedStyle>;
type MarkupOptions = Settings<Omit<Markup, keyof Widget | "onChange">, DescribedStyle>;
type ButtonOptions = Settings<Omit<Button, keyof Widget | "onClick">, BoxStyle>;

/**
 * The notebook's global `widgets`: controls of the standard Jupyter widgets (ipywidgets 8), which a
 * front end with their extension shows and everything else shows as a picture of their state.
 * `DomainError` and `InvalidConfiguration` name the option that has no meaning.
 *
 * @example
 * const a = widgets.floatSlider({ min: 5, max: 6, step: 0.01, value: 5.43, description: "a (Å)" });
 * a.onChange((value) => console.log(value));
 * a
 */
export interface Widgets {
  /** Whole numbers from 0 to 100 unless said otherwise. */
  intSlider(options?: SliderOptions<NumberSlider>): NumberSlider;
  /** In steps of 0.1 from 0 to 100 unless said otherwise. */
  floatSlider(options?: SliderOptions<NumberSlider>): NumberSlider;
  intRangeSlider(options?: SliderOptions<RangeSlider>): RangeSlider;
  floatRangeSlider(options?: SliderOptions<RangeSlider>): RangeSlider;
  intText(options?: NumberTextOptions): NumberText;
  floatText(options?: NumberTextOptions): NumberText;
  text(options?: TextOptions<Text>): Text;
  textarea(options?: TextOptions<Textarea>): Textarea;
  checkbox(options?: Settings<Omit<Checkbox, keyof Widget | "onChange">, DescribedStyle>): Checkbox;
  toggleButton(
    options?: Settings<Omit<ToggleButton, keyof Widget | "onChange">, BoxStyle>,
  ): ToggleButton;
  /** @example widgets.dropdown({ options: { Silicon: silicon, Quartz: quartz } }) */
  dropdown<const O extends Options<unknown>>(
    options: SelectionOptions<O>,
  ): Selection<OptionValue<O>>;
  /** A list of which `rows` are seen at once. */
  select<const O extends Options<unknown>>(
    options: SelectionOptions<O> & { readonly rows?: number },
  ): Selection<OptionValue<O>>;
  radioButtons<const O extends Options<unknown>>(
    options: SelectionOptions<O>,
  ): Selection<OptionValue<O>>;
  toggleButtons<const O extends Options<unknown>>(
    options: SelectionOptions<O> & { readonly buttonStyle?: ButtonStyle },
  ): Selection<OptionValue<O>>;
  selectionSlider<const O extends Options<unknown>>(
    options: SelectionOptions<O> & { readonly continuousUpdate?: boolean },
  ): Selection<OptionValue<O>>;
  /** @example widgets.button({ description: "Relax" }).onClick(() => relaxed()) */
  button(options?: ButtonOptions): Button;
  intProgress(options?: ProgressOptions): Progress;
  floatProgress(options?: ProgressOptions): Progress;
  html(options?: MarkupOptions): Markup;
  label(options?: MarkupOptions): Markup;
  /** Side by side. */
  hbox(children: readonly Widget[], style?: BoxStyle): Box;
  /** One below the other. */
  vbox(children: readonly Widget[], style?: BoxStyle): Box;
  /** @example widgets.tab({ Cell: box1, Atoms: box2 }) */
  tab(pages: Readonly<Record<string, Widget>>, style?: BoxStyle): Pages;
  /** Closed at first. */
  accordion(pages: Readonly<Record<string, Widget>>, style?: BoxStyle): Pages;
  /**
   * Keeps a property of two widgets equal: now the second takes the value of the first, and later
   * each follows the other. Returns how to part them.
   *
   * @example widgets.link(slider, "value", text, "value")
   */
  link<K1 extends string, V, K2 extends string>(
    first: Widget & Record<K1, V>,
    firstProperty: K1,
    second: Widget & Record<K2, V>,
    secondProperty: K2,
  ): () => void;
}

/** What stands for a control, as in ipywidgets; `interact` says which stands for what. */
export type Abbreviation = boolean | number | string | ValueWidget<unknown> | Options<unknown>;

type AbbreviatedValue<A> =
  A extends ValueWidget<infer T>
    ? T
    : A extends boolean
      ? boolean
      : A extends number
        ? number
        : A extends string
          ? string
          : A extends readonly [number, number] | readonly [number, number, number]
            ? number
            : OptionValue<A>;

/** The values of the controls, by name. */
export type ControlValues<C> = { readonly [K in keyof C]: AbbreviatedValue<C[K]> };

export interface InteractCall {
  /** Aborted when the reader has moved on: pass it to a task, or leave a loop. */
  readonly signal: AbortSignal;
}

export interface InteractOptions {
  /** Of the button of `interact.manual`; default "Run". */
  readonly label?: string;
}

export interface Interaction<C> {
  readonly controls: {
    readonly [K in keyof C]: C[K] extends ValueWidget<unknown>
      ? C[K]
      : ValueWidget<AbbreviatedValue<C[K]>>;
  };
  readonly values: ControlValues<C>;
  /** What the last call that came to its end has returned. */
  readonly result: unknown;
  /** Calls the function again; resolves when what it shows is up to date. */
  run(): Promise<void>;
  /** Takes the controls away that it has made; what is on display stays. */
  close(): void;
}

type Interacting<C> = (values: ControlValues<C>, call: InteractCall) => unknown;

/**
 * The notebook's global `interact`: controls over what a function shows.
 *
 * Whatever the function returns, displays, prints or throws is shown below the controls, and drawn
 * again in that place when a control changes. A call under way is let end, with its signal aborted;
 * then one call follows with the latest values, however many there were in between. What the first
 * call throws is an error of the cell.
 *
 * | abbreviation | control |
 * |---|---|
 * | `[0, 10]`, `[0, 10, 2]`: min, max, step | slider; of whole numbers if all are whole |
 * | `5`, `0.5` | slider around that value |
 * | `true` | checkbox |
 * | `"text"` | text |
 * | `["a", "b"]`, `{ label: value }`, a `Map`, `[["label", value]]` | dropdown |
 * | a widget | itself |
 */
export interface Interact {
  /**
   * @throws DomainError, InvalidConfiguration An abbreviation that stands for no control.
   * @example
   * interact(({ a, n }) => `${n} cells: ${n * a} Å`, { a: [5, 6, 0.01], n: [1, 10] });
   */
  <const C extends Readonly<Record<string, Abbreviation>>>(
    show: Interacting<C>,
    controls: C,
  ): Interaction<C>;
  /** Calls the function when the reader presses a button, and not before. */
  manual<const C extends Readonly<Record<string, Abbreviation>>>(
    show: Interacting<C>,
    controls: C,
    options?: InteractOptions,
  ): Interaction<C>;
}
