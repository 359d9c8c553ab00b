import { InvalidConfiguration } from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Object } from "../../intrinsics.js";
import { wrongType } from "./checks.js";
import { createSelection } from "./choices.js";
import { createFacade, requireWidget } from "./facade.js";
import { boxKinds, type Kind, numberKinds, plainKinds, selectionKinds } from "./kinds.js";
import { link } from "./link.js";
import { WidgetCore } from "./widget-core.js";
import { isRecord, reference, type WidgetHost } from "./widget-host.js";
import type { Box, Button, Pages, ValueWidget, Widget, Widgets } from "./widgets-api.js";

type Given = Readonly<Record<string, unknown>>;

/** The notebook's global `widgets`. */
export function createWidgets(host: WidgetHost): Widgets {
  const entries = [
    ...Object.values({ ...numberKinds, ...plainKinds }).map(
      (kind) => [kind.name, (given: unknown) => createValue(host, kind, given)] as const,
    ),
    ...Object.values(selectionKinds).map(
      (kind) => [kind.name, (given: Given) => createSelection(host, kind, given)] as const,
    ),
    ...[boxKinds.hbox, boxKinds.vbox].map(
      (kind) =>
        [
          kind.name,
          (children: unknown, style: Given) => createBox(host, kind, { ...style, children }),
        ] as const,
    ),
  ];
  return {
    ...(Object.fromEntries(entries) as unknown as Omit<
      Widgets,
      "button" | "tab" | "accordion" | "link"
    >),
    button: (given) => createButton(host, given),
    tab: (pages, style) => createPages(host, boxKinds.tab, pages, { ...style, selectedIndex: 0 }),
    accordion: (pages, style) => createPages(host, boxKinds.accordion, pages, { ...style }),
    link: (first, firstProperty, second, secondProperty) =>
      link([first, firstProperty], [second, secondProperty]),
  };
}

function createValue(host: WidgetHost, kind: Kind, given: unknown): ValueWidget<unknown> {
  const core = new WidgetCore(host, kind, given);
  return createFacade(core, {
    onChange: (handler: (value: unknown, previous: unknown) => unknown) =>
      core.observe("value", handler),
  });
}

function createButton(host: WidgetHost, given: unknown): Button {
  const core = new WidgetCore(host, plainKinds.button, given);
  return createFacade(core, {
    onClick(handler: () => unknown): () => void {
      const own = (content: unknown): unknown => {
        return isRecord(content) && content.event === "click" ? handler() : undefined;
      };
      core.onCustom.add(own);
      return () => void core.onCustom.delete(own);
    },
  });
}

function createBox<T extends Box>(host: WidgetHost, kind: Kind, given: Given): T {
  const ids = (children: unknown): string[] => references(children, `${kind.name} children`);
  const core: WidgetCore = new WidgetCore(host, kind, { ...given, children: ids(given.children) });
  return createFacade<T>(core, {
    get children(): readonly Widget[] {
      const found = (core.get("children") as readonly string[]).map(
        (each) => host.find(each)?.facade,
      );
      return found.filter((each) => each !== undefined) as Widget[];
    },
    set children(next: readonly Widget[]) {
      const wanted = ids(next);
      refuseLoop(core, wanted);
      core.set({ children: wanted });
    },
  });
}

function createPages(host: WidgetHost, kind: Kind, pages: unknown, style: Given): Pages {
  if (!isRecord(pages)) throw wrongType(`${kind.name} pages`, "an object { title: widget }", pages);
  const titles = Object.keys(pages);
  const { selectedIndex = null, ...rest } = style;
  const given = { ...rest, titles, selectedIndex: titles.length === 0 ? null : selectedIndex };
  return createBox<Pages>(host, kind, { ...given, children: Object.values(pages) });
}

function references(children: unknown, where: string): string[] {
  if (!Array.isArray(children)) throw wrongType(where, "a list of widgets", children);
  return children.map((child, i) => requireWidget(child, `${where}[${i}]`).model.id).map(reference);
}

/** A box within itself would never be drawn to its end. */
function refuseLoop(box: WidgetCore, children: readonly string[]): void {
  for (const each of children) {
    const child = box.host.find(each);
    if (child === undefined) continue;
    if (child === box) {
      const message = `${box.kind.name} children: expected other widgets, got a box that holds this one`;
      throw new InvalidConfiguration(message, { field: "children" });
    }
    if ("children" in child.kind.properties) {
      refuseLoop(box, child.get("children") as readonly string[]);
    }
  }
}
