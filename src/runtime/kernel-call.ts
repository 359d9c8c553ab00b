import { types } from "node:util";
import { requireObject, show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { maxParams } from "./records.js";
import { isGone } from "./views.js";

const maxInputs = 8;
const noInputs: readonly ArrayBufferView[] = [];
const noParams: readonly number[] = [];

/** A kernel with its arguments, and how to read its result. */
export interface KernelCall<T> {
  /** Name of a kernel of the engine, or of a registered one. */
  readonly kernel: string;
  /** What the user called, for messages; default the kernel's name. */
  readonly name?: string;
  /** At most 8. Copied at the call, unless they lie in shared memory. */
  readonly inputs?: readonly ArrayBufferView[];
  /** Numbers by position, at most 16. */
  readonly params?: readonly number[];
  /** Makes the result from the kernel's outputs, in its order. */
  decode(outputs: readonly ArrayBuffer[]): T;
}

/** A call as it was made: its arrays are plain and nobody else's, and its name is there. */
export class CheckedCall<T> {
  readonly kernel: string;
  readonly name: string;
  readonly inputs: readonly ArrayBufferView[];
  readonly params: readonly number[];
  private readonly call: KernelCall<T>;

  /** @throws {InvalidConfiguration | ShapeError | DomainError} arguments that no kernel takes. */
  constructor(call: KernelCall<T>) {
    const example = '{ kernel: "empty", decode: () => undefined }';
    const { kernel, name = kernel, inputs, params, decode } = requireObject("call", call, example);
    requireText("kernel", kernel, "the name of a kernel");
    requireText("name", name, "what messages call the task");
    if (typeof decode !== "function") {
      throw new InvalidConfiguration(
        `decode must be a function such as ([sum]) => new Float64Array(sum)[0], got ${show(decode)}`,
        { kernel },
      );
    }
    this.kernel = kernel;
    this.name = name;
    this.inputs = inputs === undefined ? noInputs : checkedInputs(kernel, inputs);
    this.params = params === undefined ? noParams : checkedParams(kernel, params);
    this.call = call;
  }

  decode(outputs: readonly ArrayBuffer[]): T {
    return this.call.decode(outputs);
  }
}

function requireText(field: string, value: unknown, what: string): void {
  if (typeof value === "string") return;
  throw new InvalidConfiguration(`${field} must be a text, ${what}, got ${show(value)}`, {
    [field]: value,
  });
}

function checkedParams(kernel: string, given: readonly number[]): readonly number[] {
  if (!Array.isArray(given) || given.length > maxParams) {
    throw new ShapeError(
      `${kernel}: params must be an array of at most ${maxParams} numbers, got ${show(given)}`,
      { kernel },
    );
  }
  const params: number[] = Array.from(given);
  for (let i = 0; i < params.length; i++) {
    if (typeof params[i] === "number") continue;
    throw new DomainError(`${kernel}: params[${i}] must be a number, got ${show(params[i])}`, {
      kernel,
      index: i,
    });
  }
  return params;
}

function checkedInputs(
  kernel: string,
  given: readonly ArrayBufferView[],
): readonly ArrayBufferView[] {
  if (!Array.isArray(given) || given.length > maxInputs) {
    throw new ShapeError(
      `${kernel}: inputs must be an array of at most ${maxInputs} typed arrays, got ${show(given)}`,
      { kernel },
    );
  }
  const inputs: ArrayBufferView[] = Array.from(given);
  for (let i = 0; i < inputs.length; i++) {
    const view: unknown = inputs[i];
    if (!types.isTypedArray(view)) {
      throw new InvalidConfiguration(
        `${kernel}: inputs[${i}] must be a typed array such as a Float64Array, got ${show(view)}`,
        { kernel, index: i },
      );
    }
    if (view.byteLength === 0 && isGone(view)) {
      throw new InvalidConfiguration(
        `${kernel}: inputs[${i}] lies over an ArrayBuffer that was transferred away or made smaller; ` +
          "pass a copy made before",
        { kernel, index: i },
      );
    }
  }
  return inputs;
}
