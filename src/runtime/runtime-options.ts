import { createRequire } from "node:module";
import type * as Zod from "zod";
import { show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";

/** How a `Runtime` is made; every field may be left out. */
export interface RuntimeOptions {
  /** Worker threads, a whole number from 1 to 1024; default see `useHardwareThreads`. */
  readonly threadCount?: number;
  /** Bytes of stack a thread, a whole number from 65,536 to 2 GiB; default 8 MiB. */
  readonly stackSize?: number;
  /**
   * The number of workers when `threadCount` does not say it: one a hardware thread (true, the
   * default), or one a physical core (false), which suits kernels that fill a core's vector units.
   * With both given, `threadCount` wins.
   */
  readonly useHardwareThreads?: boolean;
  /**
   * Bytes that the tasks may hold, at least 1, a fraction rounded down; default three quarters of
   * the memory of the machine or of its control group.
   */
  readonly memoryLimit?: number;
}

const maxThreads = 1024;
const minStackBytes = 65536;
const maxStackBytes = 2 ** 31;

const allowed: Readonly<Record<keyof RuntimeOptions, string>> = {
  threadCount: `a whole number from 1 to ${maxThreads}`,
  stackSize: `a whole number of bytes from ${minStackBytes} to ${maxStackBytes}`,
  useHardwareThreads: "true or false",
  memoryLimit: `a number of bytes from 1 to ${Number.MAX_SAFE_INTEGER}`,
};

type Schema = Zod.ZodType<{ [Field in keyof RuntimeOptions]?: RuntimeOptions[Field] | undefined }>;
let compiled: Schema | undefined;

/**
 * The options, once they are known to be good; without the fields that are undefined.
 *
 * @throws {DomainError} a number out of its range, NaN, or a fraction where a whole number is due.
 * @throws {InvalidConfiguration} a value of the wrong type, or a field that does not exist.
 * @example checkedRuntimeOptions({ threadCount: 4, stackSize: undefined }) // { threadCount: 4 }
 */
export function checkedRuntimeOptions(options: RuntimeOptions = {}): RuntimeOptions {
  // Nothing to check in the common case, and the check costs the loading of zod.
  if (isEmptyLiteral(options)) return {};
  compiled ??= compile();
  const result = compiled.safeParse(options);
  if (!result.success) throw refusal(options, result.error.issues[0]!);
  const given = Object.entries(result.data).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as RuntimeOptions;
}

function isEmptyLiteral(options: unknown): boolean {
  if (typeof options !== "object" || options === null) return false;
  return Object.getPrototypeOf(options) === Object.prototype && Object.keys(options).length === 0;
}

function compile(): Schema {
  const { z } = createRequire(import.meta.url)("zod") as typeof Zod;
  return z.strictObject({
    threadCount: z.int().min(1).max(maxThreads).optional(),
    stackSize: z.int().min(minStackBytes).max(maxStackBytes).optional(),
    useHardwareThreads: z.boolean().optional(),
    memoryLimit: z.number().min(1).max(Number.MAX_SAFE_INTEGER).transform(Math.floor).optional(),
  });
}

function refusal(
  options: RuntimeOptions,
  issue: Zod.core.$ZodIssue,
): DomainError | InvalidConfiguration {
  if (issue.code === "unrecognized_keys") {
    requireKnownFields("runtime options", options, Object.keys(allowed));
  }
  const name = issue.path[0] as keyof RuntimeOptions | undefined;
  if (name === undefined) {
    return new InvalidConfiguration(
      `runtime options must be an object such as { threadCount: 4 }, got ${show(options)}`,
      { options },
    );
  }
  const value: unknown = options[name];
  const message = `${name} must be ${allowed[name]}, got ${show(value)}`;
  const isNumberOutOfRange = typeof value === "number" && name !== "useHardwareThreads";
  return isNumberOutOfRange
    ? new DomainError(message, { name, value })
    : new InvalidConfiguration(message, { name, value });
}
