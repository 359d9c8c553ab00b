// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error, Map, Object, String, WeakMap } from "../../intrinsics.js";
import type { CellTracker, LiveCell } from "../cell-tracker.js";
import type { CommHub, HubComm } from "../comms/comm-hub.js";
import type { HandlerTurns } from "../handler-turns.js";
import type { LiveDisplays } from "../live-displays.js";
import type { Outbox } from "../outbox.js";
import type { State } from "./kinds.js";
import { ModelIds } from "./model-ids.js";
import type { WidgetCore } from "./widget-core.js";

const cores = new WeakMap<object, WidgetCore>();

/** The widget behind an object that a cell holds. */
export function coreOf(value: unknown): WidgetCore | undefined {
  return typeof value === "object" && value !== null ? cores.get(value) : undefined;
}

/** From now on `facade` stands for the widget in cells. */
export function standsFor(facade: object, core: WidgetCore): void {
  cores.set(facade, core);
}

const TARGET = "jupyter.widget";
/** @see https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md */
const PROTOCOL = { version: "2.1.0" };
const CONTROL_TARGET = "jupyter.widget.control";
const CONTROL_MAJOR = "1";

export interface HostParts {
  readonly outbox: Outbox;
  readonly tracker: CellTracker;
  readonly lives: LiveDisplays;
  readonly turns: HandlerTurns;
  readonly hub: CommHub;
}

/** A model that the front end has a copy of. */
export interface Model {
  readonly id: string;
  readonly comm: HubComm;
  /** All of it, as it goes over the wire. */
  state(): State;
}

/** Opens the models of widgets, and tells a front end that asks for all of them. */
export class WidgetHost {
  readonly parts: HostParts;
  private readonly ids = new ModelIds();
  private readonly models = new Map<string, Model>();
  /** By the ids of their models. */
  private readonly widgets = new Map<string, WidgetCore>();
  /** A front end with an extension for widgets has spoken. */
  hasFrontEnd = false;

  constructor(parts: HostParts) {
    this.parts = parts;
    parts.hub.register(CONTROL_TARGET, (comm, { metadata }) => {
      const { version } = metadata;
      if (typeof version !== "string" || version.split(".")[0] !== CONTROL_MAJOR) {
        comm.close();
        return;
      }
      this.hasFrontEnd = true;
      comm.onMessage.add(({ data }) => {
        if (methodOf(data) === "request_states") this.sendStates(comm);
      });
    });
  }

  get owner(): LiveCell | undefined {
    return this.parts.tracker.owner;
  }

  /** @param state Asked for now, and whenever a front end wants to know it. */
  open(state: () => State): Model {
    const id = this.ids.next(this.owner);
    const data = { state: state(), buffer_paths: [] };
    const comm = this.parts.hub.open(TARGET, data, { metadata: PROTOCOL }, id);
    const model: Model = { id, comm, state };
    this.models.set(id, model);
    comm.onClose.add(() => this.models.delete(id));
    comm.onMessage.add(({ data }) => {
      this.hasFrontEnd = true;
      if (methodOf(data) === "request_state") this.update(model, model.state());
    });
    return model;
  }

  /** Nothing is said of a model that is closed. */
  update(model: Model, state: State, method: "update" | "echo_update" = "update"): void {
    if (model.comm.isOpen) model.comm.send({ method, state, buffer_paths: [] });
  }

  close(model: Model): void {
    model.comm.close();
    this.models.delete(model.id);
  }

  /** Returns how many there were. */
  closeAll(): number {
    const open = [...this.widgets.values()];
    for (const widget of open) widget.close();
    return open.length;
  }

  keep(widget: WidgetCore): void {
    this.widgets.set(widget.model.id, widget);
  }

  forget(widget: WidgetCore): void {
    this.widgets.delete(widget.model.id);
    this.changed();
  }

  /** @param model A reference to it. */
  find(model: string): WidgetCore | undefined {
    return this.widgets.get(model.slice(REFERENCE.length));
  }

  /**
   * Pictures of widgets follow them, but not where a front end shows the widgets themselves: those
   * would be made anew with each picture, under the reader's hand.
   */
  changed(): void {
    if (!this.hasFrontEnd) this.parts.lives.changed((value) => coreOf(value) !== undefined);
  }

  private sendStates(comm: HubComm): void {
    const states = [...this.models.values()].map((model) => {
      const state = model.state();
      const described = {
        model_name: state._model_name,
        model_module: state._model_module,
        model_module_version: state._model_module_version,
        state,
      };
      return [model.id, described] as const;
    });
    const data = { method: "update_states", states: Object.fromEntries(states), buffer_paths: [] };
    comm.send(data);
  }
}

const REFERENCE = "IPY_MODEL_";

/** How one model names another. */
export function reference(id: string): string {
  return REFERENCE + id;
}

export function methodOf(data: unknown): unknown {
  return isRecord(data) ? data.method : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const BASE = "@jupyter-widgets/base";
const CONTROLS = "@jupyter-widgets/controls";
/** Of the two packages' models, as Python's ipywidgets 8 names it. */
const VERSION = "2.0.0";

/** The fields by which the front end finds a model's code, and its view's. */
export function described(
  modelName: string,
  viewName: string,
  [model, view]: readonly ["base" | "controls", "base" | "controls"],
): State {
  const packages = { base: BASE, controls: CONTROLS };
  return {
    _model_module: packages[model],
    _model_module_version: VERSION,
    _model_name: modelName,
    _view_module: packages[view],
    _view_module_version: VERSION,
    _view_name: viewName,
  };
}
