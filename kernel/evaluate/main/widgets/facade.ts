import { inspect } from "node:util";
import type { MimeBundle } from "../../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Number, Object, Symbol } from "../../intrinsics.js";
import { wrongType } from "./checks.js";
import { isControl, pictureOf } from "./pictures.js";
import type { WidgetCore } from "./widget-core.js";
import { coreOf, standsFor } from "./widget-host.js";

/** What a cell holds: properties by name, shown by `display` or as a cell's last value. */
class Facade {
  readonly #core: WidgetCore;

  constructor(core: WidgetCore) {
    this.#core = core;
  }

  get modelId(): string {
    return this.#core.model.id;
  }

  close(): void {
    this.#core.close();
  }

  [inspect.custom](): string {
    return pictureOf(this.#core).text;
  }

  [Symbol.for("Jupyter.display")](): MimeBundle {
    return bundleOf(this.#core);
  }

  /** It tells of its changes itself, as long as its picture is to follow them. */
  [Symbol.for("prism.liveDisplay")](): object {
    const core = this.#core;
    return {
      bundle: () => bundleOf(core),
      intervalMs: core.host.hasFrontEnd ? 0 : Number.POSITIVE_INFINITY,
      done: () => !core.isOpen || core.host.hasFrontEnd,
    };
  }
}

/** A page without the kernel says so: `page.css` shows the caption, others at the pointer. */
function captioned(html: string): string {
  return `<div class="prism-control" title="needs a running kernel">${html}</div>`;
}

function bundleOf(core: WidgetCore): MimeBundle {
  const { html, text } = pictureOf(core);
  if (!core.isOpen) return { "text/html": html, "text/plain": text };
  const picture = {
    "text/html": isControl(core) ? captioned(html) : html,
    "text/plain": text,
  };
  const view = { version_major: 2, version_minor: 0, model_id: core.model.id };
  return { "application/vnd.jupyter.widget-view+json": view, ...picture };
}

/** @param special Beside the properties of the kind, which it may also replace. */
export function createFacade<T extends object>(core: WidgetCore, special: object): T {
  const facade = new Facade(core);
  for (const [name, { isOurs }] of Object.entries(core.kind.properties)) {
    if (isOurs === true) continue;
    Object.defineProperty(facade, name, {
      get: () => core.get(name),
      set: (value: unknown) => core.set({ [name]: value }),
      configurable: true,
    });
  }
  Object.defineProperties(facade, Object.getOwnPropertyDescriptors(special));
  core.facade = facade;
  standsFor(facade, core);
  return facade as unknown as T;
}

export function requireWidget(value: unknown, where: string): WidgetCore {
  const core = coreOf(value);
  if (core !== undefined) return core;
  throw wrongType(where, "a widget", value);
}
