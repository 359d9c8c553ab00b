import { InvalidConfiguration } from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Map, Object, String } from "../../intrinsics.js";
import { shortly, wrongType } from "./checks.js";
import { createFacade } from "./facade.js";
import type { Kind } from "./kinds.js";
import { WidgetCore } from "./widget-core.js";
import { isRecord, type WidgetHost } from "./widget-host.js";
import type { Selection } from "./widgets-api.js";

interface Choices {
  readonly labels: readonly string[];
  readonly values: readonly unknown[];
}

/** @param given Options of the kind, with `options` and `value` in place of labels and index. */
export function createSelection(
  host: WidgetHost,
  kind: Kind,
  given: Readonly<Record<string, unknown>> = {},
): Selection<unknown> {
  const { options, value, ...rest } = isRecord(given) ? given : { options: undefined };
  let choices = choicesOf(options, `${kind.name} options`);
  const indexOf = (wanted: unknown): number | null => {
    if (wanted === null) return null;
    const index = choices.values.indexOf(wanted);
    if (index >= 0) return index;
    const all = choices.labels.join(", ");
    throw wrongType(`${kind.name} value`, `one of the options ${all}`, wanted);
  };
  const index = value === undefined ? 0 : indexOf(value);
  const core = new WidgetCore(host, kind, { ...rest, labels: choices.labels, index });
  const valueAt = (at: unknown): unknown =>
    typeof at === "number" ? (choices.values[at] ?? null) : null;

  return createFacade<Selection<unknown>>(core, {
    get value(): unknown {
      return valueAt(core.get("index"));
    },
    set value(wanted: unknown) {
      core.set({ index: indexOf(wanted) });
    },
    get label(): string | null {
      const at = core.get("index") as number | null;
      return at === null ? null : choices.labels[at]!;
    },
    set label(wanted: string | null) {
      const at = wanted === null ? null : choices.labels.indexOf(wanted);
      if (at === -1) {
        throw wrongType(`${kind.name} label`, `one of ${choices.labels.join(", ")}`, wanted);
      }
      core.set({ index: at });
    },
    get options(): readonly unknown[] {
      return choices.values;
    },
    get labels(): readonly string[] {
      return choices.labels;
    },
    setOptions(next: unknown): void {
      const kept = valueAt(core.get("index"));
      choices = choicesOf(next, `${kind.name} options`);
      const at = choices.values.indexOf(kept);
      core.set({ labels: choices.labels, index: at < 0 ? 0 : at });
    },
    onChange: (handler: (value: unknown, previous: unknown) => unknown) =>
      core.observe("index", (now, before) => handler(valueAt(now), valueAt(before))),
  });
}

function choicesOf(given: unknown, where: string): Choices {
  const { labels, values } = listed(given, where);
  if (labels.length === 0) {
    throw new InvalidConfiguration(`${where}: expected at least one option, got none`, {
      field: "options",
    });
  }
  const twin = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twin === undefined) return { labels, values };
  const message = `${where}: expected labels that differ, got "${twin}" twice`;
  throw new InvalidConfiguration(message, { field: "options", label: twin });
}

function listed(given: unknown, where: string): Choices {
  if (given instanceof Map) return pairs([...given], where);
  if (Array.isArray(given)) {
    const isPaired = given.every((each) => Array.isArray(each) && each.length === 2);
    if (isPaired) return pairs(given, where);
    return { labels: given.map((value) => labelOf(value, where)), values: [...given] };
  }
  if (isRecord(given)) return pairs(Object.entries(given), where);
  throw wrongType(where, "a list of options, or an object that gives each a label", given);
}

function pairs(entries: readonly (readonly [unknown, unknown])[], where: string): Choices {
  const labels = entries.map(([label]) => {
    if (typeof label === "string") return label;
    throw wrongType(where, "texts as labels", label);
  });
  return { labels, values: entries.map(([, value]) => value) };
}

/** Only of values that are one word or number: others would all be called `[object Object]`. */
function labelOf(value: unknown, where: string): string {
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") {
    return String(value);
  }
  const message = `${where}: expected a label for ${shortly(value)}; write { label: value, ... }`;
  throw new InvalidConfiguration(message, { field: "options", value });
}
