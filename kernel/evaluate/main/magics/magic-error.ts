import { KernelError } from "../kernel-error.js";

/** A magic that could not do what it was asked for. */
export function magicError(
  magic: string,
  message: string,
  data: object,
  cause?: unknown,
): KernelError {
  const options = cause === undefined ? undefined : { cause };
  return new KernelError("MAGIC_FAILED", `${magic}: ${message}`, data, options);
}

/** What Node says about a file, without its stack: it stands in the message. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "no reason given";
}
