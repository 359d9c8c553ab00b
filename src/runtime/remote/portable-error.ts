import { deserialize, serialize } from "node:v8";
import { show } from "../../base/check.js";
import * as errors from "../../base/errors.js";

/** Something thrown, in a form that survives the way between threads and processes. */
export type Portable =
  | {
      readonly kind: "error";
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly code: unknown;
      readonly data: unknown;
      readonly cause: Portable | undefined;
    }
  | { readonly kind: "value"; readonly value: unknown };

type ErrorClass = abstract new (...args: never[]) => Error;

/** A chain of causes may be a circle. */
const maxCauses = 8;

const known = new Map<string, ErrorClass>(
  [
    ...Object.values(errors),
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  ].map((kind) => [kind.name, kind]),
);

export function toPortable(thrown: unknown, causes: number = maxCauses): Portable {
  if (!(thrown instanceof Error)) return { kind: "value", value: portableValue(thrown) };
  const { name, message, stack, cause, code, data } = thrown as Error & Record<string, unknown>;
  return {
    kind: "error",
    name: String(name),
    message: String(message),
    stack: typeof stack === "string" ? stack : undefined,
    code: portableValue(code),
    data: portableValue(data),
    cause: cause === undefined || causes === 0 ? undefined : toPortable(cause, causes - 1),
  };
}

/**
 * The error again: of the same class if this side knows it, else an `Error` of that name. Its stack
 * begins at the call of this function, those of its causes are as they were.
 */
export function fromPortable(portable: Portable): unknown {
  return revived(portable, false);
}

function revived(portable: Portable, keepsStack: boolean): unknown {
  if (portable.kind === "value") return portable.value;
  const { name, message, stack, code, data } = portable;
  const kind = known.get(name) ?? Error;
  const cause = portable.cause && { cause: revived(portable.cause, true) };
  // The constructors take different arguments, and what they would compute is there already.
  const error = Reflect.construct(Error, [message, cause], kind) as Error;
  const own: Record<string, unknown> = {};
  if (code !== undefined) own.code = code;
  if (data !== undefined) own.data = data;
  Object.assign(error, own);
  if (error.name !== name)
    Object.defineProperty(error, "name", { value: name, configurable: true });
  if (!keepsStack)
    Error.captureStackTrace(error, fromPortable); // that of construct is empty
  else if (stack !== undefined) error.stack = stack;
  return error;
}

/** As text, if it is something that cannot be sent, such as a function. */
function portableValue(value: unknown): unknown {
  if (typeof value !== "object" && typeof value !== "function") return value;
  try {
    return deserialize(serialize(value));
  } catch {
    return show(value);
  }
}
