// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Math, Number, String } from "../../intrinsics.js";
import type { WidgetCore } from "./widget-core.js";

/** A widget as it stands, for readers whose page cannot show the widget itself. */
export interface Picture {
  readonly html: string;
  readonly text: string;
}

/** Nested deeper, a box is a mistake or a mesh. */
const MOST_LEVELS = 20;

export function pictureOf(core: WidgetCore, level = 0): Picture {
  const { name } = core.kind;
  switch (name) {
    case "intSlider":
    case "floatSlider":
      return slider(core, [core.get("value") as number]);
    case "intRangeSlider":
    case "floatRangeSlider":
      return slider(core, core.get("value") as readonly number[]);
    case "intProgress":
    case "floatProgress":
      return progress(core);
    case "checkbox":
      return switched(core, "☑", "☐", "[x]", "[ ]");
    case "toggleButton":
      return switched(core, "◉", "○", "(x)", "( )");
    case "button":
      return button(core);
    case "html":
      return labelled(core, core.get("value") as string, core.get("value") as string);
    case "label":
      return labelled(core, escaped(core.get("value")), core.get("value") as string);
    case "hbox":
    case "vbox":
    case "tab":
    case "accordion":
      return level > MOST_LEVELS ? { html: "…", text: "…" } : box(core, level);
    default:
      return "labels" in core.kind.properties ? choice(core) : field(core, core.get("value"));
  }
}

/** Whether a reader could do something with it, or with a part of it. */
export function isControl(core: WidgetCore, level = 0): boolean {
  switch (core.kind.name) {
    case "intProgress":
    case "floatProgress":
    case "html":
    case "label":
      return false;
    case "hbox":
    case "vbox":
    case "tab":
    case "accordion": {
      if (level > MOST_LEVELS) return false;
      return (core.get("children") as readonly string[]).some((each) => {
        const child = core.host.find(each);
        return child !== undefined && isControl(child, level + 1);
      });
    }
    default:
      return true;
  }
}

function slider(core: WidgetCore, ends: readonly number[]): Picture {
  const min = core.get("min") as number;
  const max = core.get("max") as number;
  const decimals = /^\.(\d+)f$/.exec(core.get("readoutFormat") as string)?.[1];
  const written = ends.map((end) =>
    decimals === undefined ? String(end) : end.toFixed(Math.min(20, Number.parseInt(decimals, 10))),
  );
  const at = (value: number): number => share(value, min, max);
  const [low, high] = ends.length === 1 ? [0, at(ends[0]!)] : [at(ends[0]!), at(ends[1]!)];
  const value = written.join(" – ");
  return labelled(
    core,
    `${bar(low, high)} ${escaped(value)} <small>(${min} – ${max})</small>`,
    `${value} (${min} to ${max})`,
  );
}

function progress(core: WidgetCore): Picture {
  const value = core.get("value") as number;
  const min = core.get("min") as number;
  const max = core.get("max") as number;
  return labelled(
    core,
    `${bar(0, share(value, min, max))} ${value}`,
    `${value} (${min} to ${max})`,
  );
}

function share(value: number, min: number, max: number): number {
  return max > min ? (value - min) / (max - min) : 0;
}

/** A line with the part from `low` to `high`, shares of it, drawn strongly. */
function bar(low: number, high: number): string {
  const percent = (part: number): string => `${Math.round(part * 1000) / 10}%`;
  const part = `display:block;height:4px;width:${percent(high - low)};margin-left:${percent(low)}`;
  const frame = "display:inline-block;width:120px;height:4px;vertical-align:middle";
  return `<span style="${frame};background:rgba(128,128,128,0.4)"><span style="${part};background:currentColor"></span></span>`;
}

function switched(
  core: WidgetCore,
  on: string,
  off: string,
  textOn: string,
  textOff: string,
): Picture {
  const isOn = core.get("value") === true;
  const description = core.get("description") as string;
  return {
    html: line(`${isOn ? on : off} ${escaped(description)}`),
    text: `${isOn ? textOn : textOff} ${description}`.trimEnd(),
  };
}

function button(core: WidgetCore): Picture {
  const description = core.get("description") as string;
  return { html: line(framed(escaped(description) || "&nbsp;")), text: `[ ${description} ]` };
}

function choice(core: WidgetCore): Picture {
  const labels = core.get("labels") as readonly string[];
  const index = core.get("index") as number | null;
  const chosen = index === null ? "" : labels[index]!;
  const others = `<small>(${labels.map(escaped).join(", ")})</small>`;
  return labelled(core, `${framed(escaped(chosen))} ${others}`, `${chosen} (${labels.join(", ")})`);
}

function field(core: WidgetCore, value: unknown): Picture {
  return labelled(core, framed(escaped(value) || "&nbsp;"), String(value));
}

function box(core: WidgetCore, level: number): Picture {
  const { name } = core.kind;
  const children = core.get("children") as readonly string[];
  const pictures = children.map((each) => {
    const child = core.host.find(each);
    return child === undefined ? { html: "", text: "" } : pictureOf(child, level + 1);
  });
  if (name === "hbox") {
    const cells = pictures.map(({ html }) => `<div>${html}</div>`).join("");
    const style = "display:flex;flex-wrap:wrap;gap:0.5em;align-items:center";
    return {
      html: `<div style="${style}">${cells}</div>`,
      text: pictures.map(({ text }) => text).join(" | "),
    };
  }
  const titles = name === "vbox" ? undefined : (core.get("titles") as readonly string[]);
  const rows = pictures.map(({ html, text }, i) => {
    const title = titles?.[i] ?? "";
    if (titles === undefined) return { html, text };
    return { html: `${line(`<b>${escaped(title)}</b>`)}${html}`, text: `${title}\n${text}` };
  });
  return {
    html: `<div>${rows.map(({ html }) => html).join("")}</div>`,
    text: rows.map(({ text }) => text).join("\n"),
  };
}

function labelled(core: WidgetCore, html: string, text: string): Picture {
  const description = core.get("description") as string;
  if (description === "") return { html: line(html), text };
  return { html: line(`${escaped(description)} ${html}`), text: `${description}: ${text}` };
}

function line(html: string): string {
  return `<div style="margin:0.2em 0">${html}</div>`;
}

function framed(html: string): string {
  const style = "border:1px solid rgba(128,128,128,0.6);border-radius:2px;padding:0 0.5em";
  return `<span style="${style};white-space:pre-wrap">${html}</span>`;
}

export function escaped(value: unknown): string {
  return String(value)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}
