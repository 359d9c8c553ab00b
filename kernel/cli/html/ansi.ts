import { escapeHtml } from "./escape.js";

/** What the escape sequences so far ask for; colours are palette indices or CSS colours. */
interface Style {
  foreground?: number | string | undefined;
  background?: number | string | undefined;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
}

// CSI sequences (SGR is the one that ends in "m"), OSC sequences such as hyperlinks, lone escapes.
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters
  /\x1b\[([0-9;:]*)([@-~])|\x1b\[[^@-~]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]?/g;

/** Terminal text as HTML: colours and weights become spans, everything else is escaped. */
export function ansiToHtml(text: string): string {
  const style: Style = {};
  const source = overwritten(text);
  let html = "";
  let end = 0;
  for (const match of source.matchAll(SEQUENCE)) {
    html += styled(source.slice(end, match.index), style);
    end = match.index + match[0].length;
    if (match[2] === "m") applyCodes(style, match[1] ?? "");
  }
  return html + styled(source.slice(end), style);
}

/** What a terminal shows of a line after carriage returns and backspaces: progress bars use them. */
function overwritten(text: string): string {
  return text.replaceAll("\r\n", "\n").split("\n").map(finalLine).join("\n");
}

function finalLine(line: string): string {
  const lastWritten = line.split("\r").findLast((part) => part !== "") ?? "";
  const characters: string[] = [];
  for (const character of lastWritten) {
    if (character === "\b") characters.pop();
    else characters.push(character);
  }
  return characters.join("");
}

function applyCodes(style: Style, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(at + 1));
      if (code === 38) style.foreground = color;
      else style.background = color;
      at += used;
    } else {
      applyCode(style, code);
    }
  }
}

/** One SGR code of ECMA-48, and the bright colours that xterm added. */
function applyCode(style: Style, code: number): void {
  if (code === 0) for (const key of Object.keys(style)) delete style[key as keyof Style];
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 3) style.italic = true;
  else if (code === 4) style.underline = true;
  else if (code === 7) style.inverse = true;
  else if (code === 22) Object.assign(style, { bold: false, dim: false });
  else if (code === 23) style.italic = false;
  else if (code === 24) style.underline = false;
  else if (code === 27) style.inverse = false;
  else if (code >= 30 && code <= 37) style.foreground = code - 30;
  else if (code === 39) style.foreground = undefined;
  else if (code >= 40 && code <= 47) style.background = code - 40;
  else if (code === 49) style.background = undefined;
  else if (code >= 90 && code <= 97) style.foreground = code - 82;
  else if (code >= 100 && code <= 107) style.background = code - 92;
}

/** The colour after 38 or 48, and how many codes it takes. */
function extendedColor(codes: readonly number[]): readonly [number | string | undefined, number] {
  const [kind, a = 0, b = 0, c = 0] = codes;
  if (kind === 5) return [a < 16 ? a : xtermColor(a), 2];
  if (kind === 2) return [`rgb(${a},${b},${c})`, 4];
  return [undefined, codes.length];
}

/** Colours 16 to 255 of xterm: a cube of six levels a channel, then 24 greys. */
function xtermColor(index: number): string {
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return `rgb(${grey},${grey},${grey})`;
  }
  const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
  const cube = index - 16;
  const [red, green, blue] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return `rgb(${level(red)},${level(green)},${level(blue)})`;
}

function styled(text: string, style: Style): string {
  if (text === "") return "";
  const classes = (["bold", "dim", "italic", "underline"] as const)
    .filter((name) => style[name])
    .map((name) => `ansi-${name}`);
  const [front, back] = style.inverse
    ? [style.background ?? "var(--paper)", style.foreground ?? "var(--ink)"]
    : [style.foreground, style.background];
  const rules = [
    ...(front === undefined ? [] : [`color:${cssColor(front)}`]),
    ...(back === undefined ? [] : [`background:${cssColor(back)}`]),
  ];
  if (classes.length === 0 && rules.length === 0) return escapeHtml(text);
  const classAttribute = classes.length > 0 ? ` class="${classes.join(" ")}"` : "";
  const styleAttribute = rules.length > 0 ? ` style="${rules.join(";")}"` : "";
  return `<span${classAttribute}${styleAttribute}>${escapeHtml(text)}</span>`;
}

/** The 16 named colours are variables of the page, so that they stay legible on both schemes. */
function cssColor(color: number | string): string {
  return typeof color === "number" ? `var(--ansi-${color})` : color;
}
