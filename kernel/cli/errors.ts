import { InvalidConfiguration, PrismError } from "prism-lab";

/** A command line whose parts do not fit together; found before anything runs, status 2. */
export class UsageError extends InvalidConfiguration {}

/** A file that is JSON but no notebook Prism can run; `data` has `file` and the offending part. */
export class NotebookError extends PrismError {
  constructor(message: string, data: unknown) {
    super("NOTEBOOK_ERROR", message, data);
  }
}

/** A cell threw; the notebook up to it is written all the same. */
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

/** `--check`: cells gave other outputs than those stored; `data` has the cells. */
export class OutputsDiffer extends PrismError {
  constructor(message: string, data: unknown) {
    super("OUTPUTS_DIFFER", message, data);
  }
}

/** `--check` of a notebook that holds no outputs: it has never run, or they were cleared. */
export class NothingStored extends PrismError {
  constructor(message: string, data: unknown) {
    super("NOTHING_STORED", message, data);
  }
}

/** More than one thing failed in a run; the message has them all. */
export class RunFailed extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("RUN_FAILED", message, data, options);
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
