/**
 * Every error Prism throws on purpose is a `PrismError`: `code` is stable API, `message` says what
 * was expected, what came and what to try, `data` carries the offending values.
 */
export class PrismError extends Error {
  readonly code: string;
  readonly data: unknown;

  constructor(code: string, message: string, data: unknown = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.data = data;
  }

  override get name(): string {
    return this.constructor.name;
  }
}

// ---- crystal system -----------------------------------------------------------------------------

/** A text that does not follow its format; `data` has `file`, `line`, `column` as far as known. */
export class ParseError extends PrismError {
  declare readonly data: ParseErrorData;

  constructor(message: string, data: ParseErrorData) {
    super("PARSE_ERROR", `${data.file ?? "<text>"}:${data.line}:${data.column}: ${message}`, data);
  }
}

export interface ParseErrorData {
  readonly file?: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  readonly [detail: string]: unknown;
}

/** An option or a combination of options that has no meaning. */
export class InvalidConfiguration extends PrismError {
  constructor(message: string, data: unknown) {
    super("INVALID_CONFIGURATION", message, data);
  }
}

/** A number outside the domain of the function: negative length, NaN, wavelength of 0. */
export class DomainError extends PrismError {
  constructor(message: string, data: unknown) {
    super("DOMAIN_ERROR", message, data);
  }
}

/** An array whose length does not fit the shape that was asked for. */
export class ShapeError extends PrismError {
  constructor(message: string, data: unknown) {
    super("SHAPE_ERROR", message, data);
  }
}

/** Symmetry could not be found, or a space group is not one of the known ones. */
export class SymmetryError extends PrismError {
  constructor(message: string, data: unknown) {
    super("SYMMETRY_ERROR", message, data);
  }
}

/** A file that cannot be read: missing, a directory, no permission, empty. */
export class FileError extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("FILE_ERROR", message, data, options);
  }
}

// ---- runtime ------------------------------------------------------------------------------------

/** The kernel of a task failed; `data.reason` says how. */
export class TaskFailed extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("TASK_FAILED", message, data, options);
  }
}

export class TaskTimeout extends PrismError {
  constructor(message: string, data: unknown) {
    super("TASK_TIMEOUT", message, data);
  }
}

export class TaskCancelled extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("TASK_CANCELLED", message, data, options);
  }
}

/** A runtime was asked for work, or closed again, after it was closed. */
export class RuntimeClosed extends PrismError {
  constructor() {
    super(
      "RUNTIME_CLOSED",
      "this runtime is closed; make a new Runtime, or leave the option out to use the shared one",
    );
  }
}

/** The task needs more memory than its limit or its runtime's limit allows. */
export class QuotaExceeded extends PrismError {
  constructor(message: string, data: unknown) {
    super("QUOTA_EXCEEDED", message, data);
  }
}

/** A kernel from outside that cannot be used; `data.reason` says why. */
export class PluginError extends PrismError {
  declare readonly data: PluginErrorData;

  constructor(message: string, data: PluginErrorData, options?: ErrorOptions) {
    super("PLUGIN_ERROR", message, data, options);
  }
}

export interface PluginErrorData {
  readonly reason: string;
  /** What the loader says. */
  readonly detail?: string;
  /** Of a version or a size in bytes. */
  readonly found?: number;
  readonly expected?: number;
  readonly [about: string]: unknown;
}

// ---- resources ----------------------------------------------------------------------------------

export class OutOfMemory extends PrismError {
  constructor(message: string, data: unknown) {
    super("OUT_OF_MEMORY", message, data);
  }
}

export class ThreadCreationFailed extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("THREAD_CREATION_FAILED", message, data, options);
  }
}

/** A result too large for any machine this runs on: asked for before anything is allocated. */
export class ResourceExhausted extends PrismError {
  constructor(message: string, data: unknown) {
    super("RESOURCE_EXHAUSTED", message, data);
  }
}

/** The native addon is missing or does not load; the message holds the remedy. */
export class AddonUnavailable extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("ADDON_UNAVAILABLE", message, data, options);
  }
}
