import { PrismError } from "prism-lab";

/** The kernel process is gone; `data` has `exitCode`, `signal` and the last lines of its stderr. */
export class KernelDied extends PrismError {
  constructor(message: string, data: unknown, options?: ErrorOptions) {
    super("KERNEL_DIED", message, data, options);
  }
}

/** The kernel lives but did not answer in time; `data` has `timeoutMs` and what it did not answer. */
export class KernelTimeout extends PrismError {
  constructor(message: string, data: unknown) {
    super("KERNEL_TIMEOUT", message, data);
  }
}
