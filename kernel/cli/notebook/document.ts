/**
 * A notebook as Prism holds it in memory: nbformat 4.5 with every multi-line text joined. The field
 * names are those of the file format (https://nbformat.readthedocs.io).
 */
export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: number;
  metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly Cell[];
}

export type Cell = CodeCell | TextCell;

export interface CodeCell {
  readonly cell_type: "code";
  readonly id: string;
  metadata: Readonly<Record<string, unknown>>;
  readonly source: string;
  execution_count: number | null;
  /** Filled while the cell runs. */
  outputs: Output[];
}

export interface TextCell {
  readonly cell_type: "markdown" | "raw";
  readonly id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly source: string;
  /** file name -> MIME bundle, for `![](attachment:name)`. */
  readonly attachments?: Readonly<Record<string, MimeBundle>>;
}

export type Output = StreamOutput | DisplayOutput | ErrorOutput;

export interface StreamOutput {
  readonly output_type: "stream";
  readonly name: "stdout" | "stderr";
  text: string;
}

export interface DisplayOutput {
  readonly output_type: "display_data" | "execute_result";
  data: MimeBundle;
  metadata: MimeBundle;
  /** Of an `execute_result` only. */
  readonly execution_count?: number | null;
}

export interface ErrorOutput {
  readonly output_type: "error";
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export type MimeBundle = Readonly<Record<string, unknown>>;

/** What identifies a kernel in `metadata.kernelspec`. */
export interface KernelspecMetadata {
  readonly name: string;
  readonly display_name: string;
  readonly language: string;
}

/** The code cells that have something to run; a blank cell stays unnumbered, as in a front end. */
export function codeCellsOf(notebook: Notebook): readonly CodeCell[] {
  return notebook.cells
    .filter((cell) => cell.cell_type === "code")
    .filter((cell) => cell.source.trim() !== "");
}

/** Whether the cell has a tag of that name, as front ends write them. */
export function hasTag(cell: Cell, tag: string): boolean {
  const { tags } = cell.metadata;
  return Array.isArray(tags) && tags.includes(tag);
}

/** A cell of this tag is passed over by every runner of notebooks and keeps what it holds. */
export const SKIP_TAG = "skip-execution";

/**
 * Takes away all that an earlier run left: outputs, counts, and the times that JupyterLab records.
 * Cells that a run passes over keep theirs.
 */
export function clearResults(notebook: Notebook): void {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code" || hasTag(cell, SKIP_TAG)) continue;
    cell.outputs = [];
    cell.execution_count = null;
    const { execution: _times, ...metadata } = cell.metadata;
    cell.metadata = metadata;
  }
}

/** The first line of a cell that is not blank, cut to `width` characters. */
export function firstLine(source: string, width = 72): string {
  const line =
    source
      .split("\n")
      .map((text) => text.trim())
      .find((text) => text !== "") ?? "";
  const characters = [...line];
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join("")}…`;
}
