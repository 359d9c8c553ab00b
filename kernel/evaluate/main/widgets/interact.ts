// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Map, Object, Symbol } from "../../intrinsics.js";
import type { Display } from "../display-api.js";
import { controlFor } from "./abbreviations.js";
import { wrongType } from "./checks.js";
import { Redrawing } from "./redrawing.js";
import { coreOf, isRecord, type WidgetHost } from "./widget-host.js";
import type {
  Interact,
  InteractCall,
  Interaction,
  InteractOptions,
  ValueWidget,
  Widget,
  Widgets,
} from "./widgets-api.js";

export interface InteractParts {
  readonly host: WidgetHost;
  readonly widgets: Widgets;
  readonly display: Display;
}

type Show = (values: Readonly<Record<string, unknown>>, call: InteractCall) => unknown;
type Controls = ReadonlyMap<string, ValueWidget<unknown>>;

/** The notebook's global `interact`. */
export function createInteract(parts: InteractParts): Interact {
  const { host, widgets, display } = parts;

  const prepare = (show: unknown, given: unknown): Prepared => {
    if (typeof show !== "function") throw wrongType("interact", "a function to call", show);
    const { controls, made } = controlsOf(widgets, given);
    const call = (signal: AbortSignal): unknown => (show as Show)(valuesOf(controls), { signal });
    return { controls, made, redrawing: new Redrawing(host.parts, call) };
  };

  const interact = (show: unknown, given: unknown): Interaction<unknown> => {
    const prepared = prepare(show, given);
    const { controls, made, redrawing } = prepared;
    for (const control of controls.values()) control.onChange(() => void redrawing.request());
    const box = widgets.vbox([...controls.values()]);
    made.push(box);
    void display(box);
    redrawing.start();
    return interaction(prepared);
  };

  const manual = (
    show: unknown,
    given: unknown,
    { label = "Run" }: InteractOptions = {},
  ): Interaction<unknown> => {
    const prepared = prepare(show, given);
    const { controls, made, redrawing } = prepared;
    const button = widgets.button({ description: label });
    button.onClick(() => void redrawing.request());
    const box = widgets.vbox([...controls.values(), button]);
    made.push(button, box);
    void display(box);
    redrawing.show();
    return interaction(prepared);
  };

  return Object.assign(interact, { manual }) as unknown as Interact;
}

interface Prepared {
  readonly controls: Controls;
  /** Widgets that the reader has not made. */
  readonly made: Widget[];
  readonly redrawing: Redrawing;
}

function controlsOf(widgets: Widgets, given: unknown): { controls: Controls; made: Widget[] } {
  if (!isRecord(given)) {
    throw wrongType("interact", "an object of controls such as { x: [0, 10] }", given);
  }
  const entries = Object.entries(given);
  const controls = new Map(
    entries.map(([name, each]) => [name, controlFor(widgets, name, each)] as const),
  );
  const own = entries.filter(([, each]) => coreOf(each) === undefined);
  return { controls, made: own.map(([name]) => controls.get(name)!) };
}

function valuesOf(controls: Controls): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...controls].map(([name, { value }]) => [name, value]));
}

/** Shows nothing of itself: a cell that ends in `interact(...)` has shown it already. */
function interaction({ controls, made, redrawing }: Prepared): Interaction<unknown> {
  const facade = {
    controls: Object.fromEntries(controls),
    get values(): Readonly<Record<string, unknown>> {
      return valuesOf(controls);
    },
    get result(): unknown {
      return redrawing.result;
    },
    run: () => redrawing.request(),
    close(): void {
      redrawing.close();
      for (const widget of made) widget.close();
    },
  };
  return Object.defineProperty(facade, Symbol.for("Jupyter.display"), { value: () => ({}) });
}
