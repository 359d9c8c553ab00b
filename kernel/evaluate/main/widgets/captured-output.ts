import { Buffer } from "node:buffer";
import { stripVTControlCharacters } from "node:util";
import type { MimeBundle } from "../../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../../intrinsics.js";
import type { MainOutput } from "../../messages.js";
import type { StreamName } from "../../text-ring.js";
import type { OutputSink } from "../cell-tracker.js";
import { escaped } from "./pictures.js";

type Piece =
  | { readonly kind: "text"; readonly name: StreamName | "error"; text: string }
  | {
      readonly kind: "bundle";
      data: MimeBundle;
      metadata: MimeBundle;
      readonly displayId: string | undefined;
    };

/** Of printed text; a page that is drawn again and again has no room for more. */
const MOST_CHARACTERS = 100_000;

/** Collects what a call shows, to be shown as one output. */
export class CapturedOutput implements OutputSink {
  private pieces: Piece[] = [];
  private clearsNext = false;
  private readonly onChange: () => void;

  /** @param onChange Called whenever there is more to show. */
  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  text(name: StreamName | "error", text: string): void {
    this.clearIfDue();
    const last = this.pieces.at(-1);
    if (last?.kind === "text" && last.name === name) {
      last.text = tail(last.text + text);
    } else {
      this.pieces.push({ kind: "text", name, text: tail(text) });
    }
    this.onChange();
  }

  output(output: MainOutput): void {
    switch (output.kind) {
      case "result":
        this.show({ ...output, kind: "bundle", displayId: undefined });
        return;
      case "display":
        if (output.update) this.update(output.displayId, output.data, output.metadata);
        else this.show({ ...output, kind: "bundle", displayId: output.displayId });
        return;
      case "stream":
        this.text(output.name, output.text);
        return;
      case "error":
        this.text("error", `${output.error.traceback.join("\n")}\n`);
        return;
      case "clear":
        if (output.wait) this.clearsNext = true;
        else this.pieces = [];
        this.onChange();
        return;
      default:
        return;
    }
  }

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  /**
   * One bundle as it is, printed text as text with its colours, and anything else as a page with all of
   * it in order.
   */
  bundle(): { readonly data: MimeBundle; readonly metadata: MimeBundle } {
    const [only, ...more] = this.pieces;
    if (only?.kind === "bundle" && more.length === 0) return only;
    const text = this.pieces.map(textOf).join("");
    if (this.pieces.every(({ kind }) => kind === "text")) {
      return { data: { "text/plain": text }, metadata: {} };
    }
    const html = this.pieces.map(htmlOf).join("\n");
    return { data: { "text/html": html, "text/plain": text }, metadata: {} };
  }

  private show(piece: Piece): void {
    this.clearIfDue();
    if (piece.kind === "bundle" && Object.keys(piece.data).length === 0) return;
    this.pieces.push(piece);
    this.onChange();
  }

  private update(displayId: string | undefined, data: MimeBundle, metadata: MimeBundle): void {
    for (const piece of this.pieces) {
      if (piece.kind !== "bundle" || piece.displayId !== displayId) continue;
      piece.data = data;
      piece.metadata = metadata;
      this.onChange();
    }
  }

  private clearIfDue(): void {
    if (this.clearsNext) this.pieces = [];
    this.clearsNext = false;
  }
}

function tail(text: string): string {
  const more = text.length - MOST_CHARACTERS;
  return more > 0 ? `[the beginning is left out]\n${text.slice(-MOST_CHARACTERS)}` : text;
}

function textOf(piece: Piece): string {
  if (piece.kind === "text") return piece.text;
  const text = piece.data["text/plain"];
  return typeof text === "string" ? `${text}\n` : "";
}

function htmlOf(piece: Piece): string {
  if (piece.kind === "text") return preformatted(piece.text);
  const { data } = piece;
  const html = data["text/html"];
  if (typeof html === "string") return html;
  const svg = data["image/svg+xml"];
  if (typeof svg === "string") return image("svg+xml", Buffer.from(svg).toString("base64"));
  for (const format of ["png", "jpeg", "gif"]) {
    const content = data[`image/${format}`];
    if (typeof content === "string") return image(format, content);
  }
  const text = data["text/markdown"] ?? data["text/latex"] ?? data["text/plain"];
  return preformatted(typeof text === "string" ? text : "");
}

function image(format: string, base64: string): string {
  return `<img src="data:image/${format};base64,${base64}">`;
}

/** Where JupyterLab puts text that is an output of its own: within HTML it indents it otherwise. */
const AS_TEXT_OUTPUT =
  "margin:0;padding:0 var(--jp-code-padding,0);font-size:var(--jp-code-font-size,1em)";

function preformatted(text: string): string {
  return `<pre style="${AS_TEXT_OUTPUT}">${escaped(stripVTControlCharacters(text))}</pre>`;
}
