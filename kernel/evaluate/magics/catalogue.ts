/** `error` stops a cell with type errors, `warn` shows them and runs it, `off` does not check. */
export type TypecheckMode = "error" | "warn" | "off";

export interface MagicSpec {
  readonly usage: string;
  readonly does: string;
  /**
   * What stands behind the name: TypeScript that runs with the cell (`code`), words for the magic
   * itself (`words`), or nothing.
   */
  readonly takes: "code" | "words" | "nothing";
  readonly completes?: "files" | "folders" | "environment" | readonly string[];
}

/** `%name`, on any line that starts a statement. */
export const lineMagics: ReadonlyMap<string, MagicSpec> = new Map<string, MagicSpec>([
  ["help", { usage: "%help", does: "lists the magics", takes: "nothing" }],
  ["time", { usage: "%time CODE", does: "runs the code and says how long it took", takes: "code" }],
  [
    "timeit",
    {
      usage: "%timeit [-n LOOPS] [-r RUNS] EXPRESSION",
      does: "runs the expression many times: mean and standard deviation of one time",
      takes: "code",
    },
  ],
  [
    "typecheck",
    {
      usage: "%typecheck [error|warn|off]",
      does: "what type errors do, from this cell on: stop it, warn, or go unchecked; alone, what they do now",
      takes: "words",
      completes: ["error", "warn", "off"],
    },
  ],
  [
    "env",
    {
      usage: "%env [NAME | NAME=VALUE]",
      does: "shows the environment or one variable of it, or sets one",
      takes: "words",
      completes: "environment",
    },
  ],
  [
    "cd",
    {
      usage: "%cd [DIR | -]",
      does: "changes the working directory: to DIR, back, or home",
      takes: "words",
      completes: "folders",
    },
  ],
  ["who", { usage: "%who", does: "lists your variables", takes: "nothing" }],
  [
    "reset",
    {
      usage: "%reset [-f]",
      does: "forgets your variables and closes widgets, with -f without asking",
      takes: "words",
      completes: ["-f"],
    },
  ],
  [
    "load",
    {
      usage: "%load FILE",
      does: "puts the text of a file in place of the cell",
      takes: "words",
      completes: "files",
    },
  ],
]);

/** `%%name`, on the first line of a cell. */
export const cellMagics: ReadonlyMap<string, MagicSpec> = new Map<string, MagicSpec>([
  ["time", { usage: "%%time", does: "says how long the whole cell took", takes: "nothing" }],
  [
    "writefile",
    {
      usage: "%%writefile [-a] FILE",
      does: "writes the rest of the cell into a file, with -a at its end",
      takes: "words",
      completes: "files",
    },
  ],
]);

/** Not found by `splitMagics`: such a cell holds nothing else. */
export const helpMagic: MagicSpec = {
  usage: "NAME? or NAME??",
  does: "shows what something is, or its source too; alone in a cell",
  takes: "nothing",
};

export const shellMagic: MagicSpec = {
  usage: "!COMMAND",
  does: "runs a shell command; its exit code is in _exitCode",
  takes: "words",
};
