// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Reflect } from "../../intrinsics.js";
import { wrongType } from "./checks.js";
import { requireWidget } from "./facade.js";
import type { WidgetCore } from "./widget-core.js";

interface Watched {
  readonly core: WidgetCore;
  readonly name: string;
}

type End = readonly [widget: object, property: string];

/** Keeps two properties equal; returns how to part them. */
export function link(first: End, second: End): () => void {
  const [one, other] = [watchedOf(first), watchedOf(second)];
  const stops = [follow(one, first, second), follow(other, second, first)];
  Reflect.set(second[0], second[1], Reflect.get(first[0], first[1]));
  return () => {
    for (const stop of stops) stop();
  };
}

/** The model's property by which a change is seen. */
function watchedOf([widget, property]: End): Watched {
  const core = requireWidget(widget, "link");
  const known = Object.keys(core.kind.properties);
  const name = property === "value" && known.includes("index") ? "index" : property;
  if (known.includes(name)) return { core, name };
  throw wrongType("link", `a property of ${core.kind.name}: ${known.join(", ")}`, property);
}

/** It ends where both are equal: a property that has its value already changes no more. */
function follow(leader: Watched, [from, property]: End, [to, name]: End): () => void {
  return leader.core.observe(leader.name, () => {
    Reflect.set(to, name, Reflect.get(from, property));
  });
}
