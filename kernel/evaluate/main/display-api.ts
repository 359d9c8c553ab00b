/** MIME type -> content; binary content as base64 text or bytes. */
export type DisplayBundle = Readonly<Record<string, unknown>>;

export interface DisplayOptions {
  /** Names the place, so that it can be updated; default a fresh one. */
  readonly displayId?: string;
  /** Replaces what `displayId` shows instead of showing it again. */
  readonly update?: boolean;
  /** Jupyter metadata by MIME type. */
  readonly metadata?: DisplayBundle;
}

export interface DisplayHandle {
  readonly id: string;
  /** Shows another value in the same place. */
  update(value: unknown): Promise<void>;
}

export interface WorkProgress {
  readonly fraction: number;
  readonly elapsedMs: number;
  /** What it is at, as flows tell: "optimise". */
  readonly step?: string | undefined;
}

/** Work that says how far it is, as every task of the library does. */
export interface Progressing<T> extends PromiseLike<T> {
  readonly name: string;
  readonly progress: AsyncIterable<WorkProgress>;
}

export type ShowText = (text: string, options?: DisplayOptions) => Promise<DisplayHandle>;

/** The notebook's global `display`. */
export interface Display {
  /**
   * Shows any value: its own `Symbol.for("Jupyter.display")` bundle, else text. Resolves once it
   * has been sent. An object with the method `Symbol.for("prism.liveDisplay")`, which returns
   * `{ bundle(), intervalMs, done() }`, is kept up to date until it is done or shown again.
   */
  (value: unknown, options?: DisplayOptions): Promise<DisplayHandle>;
  readonly html: ShowText;
  readonly markdown: ShowText;
  readonly svg: ShowText;
  /** With its delimiters: `$E = mc^2$`. */
  readonly latex: ShowText;
  /** Bytes of a PNG file, or their base64 text. */
  png(image: Uint8Array | string, options?: DisplayOptions): Promise<DisplayHandle>;
  json(value: unknown, options?: DisplayOptions): Promise<DisplayHandle>;
  /** A bundle as it is, for MIME types without a method here. */
  raw(bundle: DisplayBundle, options?: DisplayOptions): Promise<DisplayHandle>;
  /**
   * Shows a bar that follows a task, and resolves with the task's result.
   *
   * @example const pattern = await display.progress(prism.powderPattern(crystal, options));
   */
  progress<T>(task: Progressing<T>, label?: string): Promise<T>;
  /** Removes the cell's output; with `wait`, only when the next output comes. */
  clear(wait?: boolean): void;
}
