import { PrismError } from "prism-lab";

/** A file that is JSON but no notebook Prism can run; `data` has `file` and the offending part. */
export class NotebookError extends PrismError {
  constructor(message: string, data: unknown) {
    super("NOTEBOOK_ERROR", message, data);
  }
}

/** The first cell of a run that threw; the notebook up to it is written all the same. */
export class CellFailed extends PrismError {
  constructor(message: string, data: unknown) {
    super("CELL_FAILED", message, data);
  }
}

/** A cell took longer than `--timeout`; it was interrupted. */
export class CellTimeout extends PrismError {
  constructor(message: string, data: unknown) {
    super("CELL_TIMEOUT", message, data);
  }
}

/** The run was stopped from outside: Ctrl-C or SIGTERM. */
export class RunInterrupted extends PrismError {
  constructor(message: string, data: unknown) {
    super("RUN_INTERRUPTED", message, data);
  }
}

/** No Jupyter server answers at the URL. */
export class ServerUnreachable extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("SERVER_UNREACHABLE", message, data, options);
  }
}

/** The Jupyter server answers, and says no: bad token, no such kernelspec, failure to start it. */
export class ServerRefused extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("SERVER_REFUSED", message, data, options);
  }
}

/** The kernelspec could not be put where it was asked for. */
export class InstallError extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("INSTALL_ERROR", message, data, options);
  }
}
