import type { Output, StreamOutput } from "./document.js";

/** Of this length are what is kept of a cell's text from its beginning and from its end. */
const KEPT_CHARACTERS: number = 8 * 2 ** 20;

/** Cut in steps of this size: each one copies what is kept. */
const STEP_CHARACTERS = 4 * 2 ** 20;

/** Keeps the text of one cell from growing without bound: of a flood the beginning and the end stay. */
export class TextLimit {
  readonly #kept: number;
  #length = 0;
  #missing = 0;
  #noteLength = 0;

  constructor(kept: number = KEPT_CHARACTERS) {
    this.#kept = kept;
  }

  /** Characters that are left out. */
  get missing(): number {
    return this.#missing;
  }

  /** Text was added to the outputs. */
  added(outputs: Output[], length: number): void {
    this.#length += length;
    if (this.#length > 2 * this.#kept + STEP_CHARACTERS) this.cut(outputs);
  }

  /** Leaves out the middle, where there is one. */
  cut(outputs: Output[]): void {
    const surplus = this.#length - this.#noteLength - 2 * this.#kept;
    if (surplus <= 0) return;
    this.#missing += surplus;
    const note = `\n[... ${this.#missing} characters are left out ...]\n`;
    const [from, to] = [this.#kept, this.#kept + this.#noteLength + surplus];
    let start = 0;
    for (const output of outputs.filter(isStream)) {
      const { text } = output;
      const isNotePlace = start <= from && from < start + text.length;
      output.text =
        text.slice(0, Math.max(from - start, 0)) +
        (isNotePlace ? note : "") +
        text.slice(Math.max(to - start, 0));
      start += text.length;
    }
    this.#noteLength = note.length;
    this.#length = 2 * this.#kept + note.length;
    const shown = outputs.filter((output) => !isStream(output) || output.text !== "");
    outputs.splice(0, outputs.length, ...shown);
  }
}

function isStream(output: Output): output is StreamOutput {
  return output.output_type === "stream";
}
