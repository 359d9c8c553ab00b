import type { CommMessage } from "../../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Map, Object, Set } from "../../intrinsics.js";
import type { LiveCell } from "../cell-tracker.js";
import { requireKnown } from "./checks.js";
import type { Kind, Property, State } from "./kinds.js";
import { layoutState, styleState } from "./layout.js";
import {
  described,
  isRecord,
  type Model,
  methodOf,
  reasonOf,
  reference,
  type WidgetHost,
} from "./widget-host.js";

type Observer = (value: unknown, previous: unknown) => unknown;
/** Runs an observer: by itself, or as part of the turn of a message. */
type Call = (run: () => unknown) => void;

const directly: Call = (run) => void run();

/** A widget's state, the same on both sides. */
export class WidgetCore {
  readonly host: WidgetHost;
  readonly kind: Kind;
  readonly model: Model;
  /** Messages of the widget's own, such as clicks. */
  readonly onCustom: Set<(content: unknown) => unknown> = new Set();
  /** What a cell holds; set by whoever makes it. */
  facade: object = {};
  private current: State;
  private readonly fixed: State;
  private readonly parts: readonly Model[];
  private readonly observers = new Map<Observer, string>();
  private hasRefused = false;

  /** @param given Options by their public names, with `layout` and `descriptionWidth`. */
  constructor(host: WidgetHost, kind: Kind, given: unknown = {}) {
    this.host = host;
    this.kind = kind;
    const { name, properties, style } = kind;
    const known = Object.keys(properties);
    const styling = style === undefined ? ["layout"] : ["layout", "descriptionWidth"];
    const options = new Map<string, unknown>(
      Object.entries(requireKnown(name, given, [...known, ...styling])),
    );
    this.current = initialState(kind, options);
    const layout = layoutState(options.get("layout"), name);
    const styled = style && styleState(style.state, options.get("descriptionWidth"), name);
    const layoutModel = this.opened("LayoutModel", "LayoutView", "base", {
      ...layout,
      _view_count: null,
    });
    const styleModel =
      style && this.opened(style.model, "StyleView", "controls", { ...styled, _view_count: null });
    this.parts = styleModel === undefined ? [layoutModel] : [layoutModel, styleModel];
    this.fixed = {
      ...described(kind.model, kind.view, ["controls", "controls"]),
      ...kind.constants,
      layout: reference(layoutModel.id),
      ...(styleModel === undefined ? {} : { style: reference(styleModel.id) }),
    };
    this.model = host.open(() => ({ ...this.fixed, ...this.current }));
    this.model.comm.onMessage.add((message, turn) => this.receive(message, turn));
    this.model.comm.onClose.add(() => host.forget(this));
    host.keep(this);
  }

  private opened(model: string, view: string, of: "base" | "controls", state: State): Model {
    const whole = { ...described(model, view, [of, "base"]), ...state };
    return this.host.open(() => whole);
  }

  get isOpen(): boolean {
    return this.model.comm.isOpen;
  }

  get(name: string): unknown {
    return this.current[this.property(name).wire];
  }

  /** @throws DomainError, InvalidConfiguration */
  set(values: Readonly<Record<string, unknown>>): void {
    const changes: State = {};
    for (const [name, value] of Object.entries(values)) {
      const { wire, check } = this.property(name);
      changes[wire] = check(value, `${this.kind.name} ${name}`);
    }
    this.apply(this.settled(changes), {}, directly);
  }

  /** @returns How to stop it. */
  observe(name: string, observer: Observer): () => void {
    // Of its own, so that a function that is given twice is called twice.
    const own: Observer = (value, previous) => observer(value, previous);
    this.observers.set(own, name);
    return () => void this.observers.delete(own);
  }

  close(): void {
    for (const model of [this.model, ...this.parts]) this.host.close(model);
    this.host.forget(this);
  }

  private property(name: string): Property {
    return this.kind.properties[name]!;
  }

  /** The state after some changes, checked as a whole. */
  private settled(changes: State): State {
    const next = { ...this.current, ...changes };
    this.kind.settle?.(next, new Set(Object.keys(changes)), this.kind.name);
    return next;
  }

  /** @param known What the front end has, which is not told again. */
  private apply(next: State, known: State, call: Call): void {
    const previous = this.current;
    const changed = Object.keys(next).filter((wire) => !isSame(next[wire], previous[wire]));
    this.current = next;
    const news = Object.keys(next).filter((wire) => {
      const before = wire in known ? known[wire] : previous[wire];
      return !isSame(next[wire], before);
    });
    if (news.length > 0) this.host.update(this.model, picked(next, news));
    if (changed.length === 0) return;
    this.host.changed();
    for (const [observer, name] of [...this.observers]) {
      const { wire } = this.property(name);
      if (changed.includes(wire)) call(() => observer(next[wire], previous[wire]));
    }
  }

  private receive({ data }: CommMessage, turn: LiveCell): void {
    const method = methodOf(data);
    const call: Call = (run) => this.host.parts.turns.attempt(turn, run);
    if (!isRecord(data)) return;
    if (method === "update" && isRecord(data.state)) this.take(data.state, call);
    if (method === "custom") {
      for (const handler of [...this.onCustom]) call(() => handler(data.content));
    }
  }

  /** A state from the front end, which may be wrong in any way. */
  private take(state: Readonly<Record<string, unknown>>, call: Call): void {
    const accepted: State = {};
    const refused: State = {};
    let next = this.current;
    for (const [name, { wire, check, isOurs }] of Object.entries(this.kind.properties)) {
      if (!Object.hasOwn(state, wire) || isOurs === true) continue;
      try {
        accepted[wire] = check(state[wire], `${this.kind.name} ${name}`);
      } catch (error) {
        this.refuse(error);
        refused[wire] = state[wire];
      }
    }
    try {
      next = this.settled(accepted);
    } catch (error) {
      this.refuse(error);
      Object.assign(refused, accepted);
      for (const wire of Object.keys(accepted)) delete accepted[wire];
    }
    // A front end waits for the echo of its own change before it takes others of the same field.
    if (Object.keys(accepted).length > 0) this.host.update(this.model, accepted, "echo_update");
    this.apply(next, { ...refused, ...accepted }, call);
  }

  /** Said once: a front end that does so goes on doing it. */
  private refuse(error: unknown): void {
    const { owner } = this.model.comm;
    if (this.hasRefused || owner === undefined) return;
    this.hasRefused = true;
    const note = `The front end has sent a value that is refused: ${reasonOf(error)}`;
    this.host.parts.outbox.note(owner, note);
  }
}

function initialState(kind: Kind, options: ReadonlyMap<string, unknown>): State {
  const state: State = {};
  const given = new Set<string>();
  for (const [name, { wire, initial, check }] of Object.entries(kind.properties)) {
    const value = options.get(name);
    if (value === undefined) {
      state[wire] = initial;
    } else {
      state[wire] = check(value, `${kind.name} ${name}`);
      given.add(wire);
    }
  }
  kind.settle?.(state, given, kind.name);
  return state;
}

/** Of two values that JSON can carry, where lists are of plain values. */
function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return Object.is(one, other);
  return one.length === other.length && one.every((each, i) => Object.is(each, other[i]));
}

function picked(state: State, wires: readonly string[]): State {
  return Object.fromEntries(wires.map((wire) => [wire, state[wire]]));
}
