import type { CodeCell, DisplayOutput, MimeBundle } from "./document.js";
import { TextLimit } from "./text-limit.js";

/** What a kernel publishes while a cell runs, free of transport. */
export type OutputEvent =
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | {
      readonly type: "display_data" | "update_display_data";
      readonly data: MimeBundle;
      readonly metadata: MimeBundle;
      readonly displayId?: string;
    }
  | {
      readonly type: "execute_result";
      readonly data: MimeBundle;
      readonly metadata: MimeBundle;
      readonly executionCount: number;
      readonly displayId?: string;
    }
  | {
      readonly type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    }
  | { readonly type: "clear_output"; readonly wait: boolean };

/**
 * Folds the messages of a kernel into the outputs of the cells they belong to, as a front end does:
 * neighbouring stream texts of one name become one output, `clear_output(wait)` clears with the next
 * output, and `update_display_data` changes every output of that display id, in whatever cell. Of a
 * flood of text the middle is left out.
 */
export class OutputFolder {
  readonly #displays = new Map<string, DisplayOutput[]>();
  readonly #clearPending = new WeakSet<CodeCell>();
  readonly #limits = new WeakMap<CodeCell, TextLimit>();

  add(cell: CodeCell, event: OutputEvent): void {
    if (event.type === "update_display_data") {
      this.#update(event.displayId, event.data, event.metadata);
      return;
    }
    if (event.type === "clear_output") {
      if (event.wait) this.#clearPending.add(cell);
      else this.#clear(cell);
      return;
    }
    if (this.#clearPending.has(cell)) this.#clear(cell);
    this.#append(cell, event);
  }

  /**
   * Nothing more comes.
   * @returns How many characters of the cell's text had to be left out.
   */
  finish(cell: CodeCell): number {
    const limit = this.#limitOf(cell);
    limit.cut(cell.outputs);
    return limit.missing;
  }

  #limitOf(cell: CodeCell): TextLimit {
    const limit = this.#limits.get(cell) ?? new TextLimit();
    this.#limits.set(cell, limit);
    return limit;
  }

  #append(
    cell: CodeCell,
    event: Exclude<OutputEvent, { type: "update_display_data" | "clear_output" }>,
  ): void {
    switch (event.type) {
      case "stream": {
        const last = cell.outputs.at(-1);
        if (last?.output_type === "stream" && last.name === event.name) last.text += event.text;
        else cell.outputs.push({ output_type: "stream", name: event.name, text: event.text });
        this.#limitOf(cell).added(cell.outputs, event.text.length);
        return;
      }
      case "error": {
        const { ename, evalue, traceback } = event;
        cell.outputs.push({ output_type: "error", ename, evalue, traceback });
        return;
      }
      case "display_data": {
        const { data, metadata } = event;
        this.#show(cell, { output_type: "display_data", data, metadata }, event.displayId);
        return;
      }
      case "execute_result": {
        const { data, metadata, executionCount } = event;
        this.#show(
          cell,
          { output_type: "execute_result", data, metadata, execution_count: executionCount },
          event.displayId,
        );
      }
    }
  }

  #show(cell: CodeCell, output: DisplayOutput, displayId: string | undefined): void {
    cell.outputs.push(output);
    if (displayId === undefined) return;
    const known = this.#displays.get(displayId);
    if (known) known.push(output);
    else this.#displays.set(displayId, [output]);
  }

  #update(displayId: string | undefined, data: MimeBundle, metadata: MimeBundle): void {
    for (const output of this.#displays.get(displayId ?? "") ?? []) {
      output.data = data;
      output.metadata = metadata;
    }
  }

  #clear(cell: CodeCell): void {
    this.#clearPending.delete(cell);
    this.#limits.delete(cell);
    cell.outputs = [];
  }
}

/** The event in an iopub message, or `undefined` for messages that are no output (status, comm). */
export function outputEventOf(messageType: string, content: unknown): OutputEvent | undefined {
  const fields = content as Readonly<Record<string, unknown>>;
  switch (messageType) {
    case "stream":
      return {
        type: "stream",
        name: fields.name === "stderr" ? "stderr" : "stdout",
        text: String(fields.text),
      };
    case "display_data":
    case "update_display_data":
      return { type: messageType, ...displayFields(fields) };
    case "execute_result":
      return {
        type: "execute_result",
        executionCount: Number(fields.execution_count),
        ...displayFields(fields),
      };
    case "error":
      return {
        type: "error",
        ename: String(fields.ename),
        evalue: String(fields.evalue),
        traceback: (fields.traceback as readonly string[] | undefined) ?? [],
      };
    case "clear_output":
      return { type: "clear_output", wait: fields.wait === true };
    default:
      return undefined;
  }
}

function displayFields(fields: Readonly<Record<string, unknown>>): {
  data: MimeBundle;
  metadata: MimeBundle;
  displayId?: string;
} {
  const transient = fields.transient as { readonly display_id?: unknown } | undefined;
  const shown = {
    data: withoutWidgetView((fields.data as MimeBundle | undefined) ?? {}),
    metadata: (fields.metadata as MimeBundle | undefined) ?? {},
  };
  const id = transient?.display_id;
  return typeof id === "string" ? { ...shown, displayId: id } : shown;
}

/** Names a model that lives in the kernel and in a page: in a file it would stand in the picture's way. */
export const WIDGET_VIEW_MIME = "application/vnd.jupyter.widget-view+json";

function withoutWidgetView(data: MimeBundle): MimeBundle {
  const { [WIDGET_VIEW_MIME]: view, ...rest } = data;
  return view === undefined || Object.keys(rest).length === 0 ? data : rest;
}
