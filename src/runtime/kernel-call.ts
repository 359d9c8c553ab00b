import { types } from "node:util";
import { show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { maxParams } from "./records.js";
import { isGone } from "./views.js";

const maxInputs = 8;

/** A kernel with its arguments, and how to read its result. */
export interface KernelCall<T> {
  /** Name of a kernel of the engine, or of a registered one. */
  readonly kernel: string;
  /** What the user called, for messages; default the kernel's name. */
  readonly name: string;
  /** At most 8. Copied at the call, unless they lie in shared memory. */
  readonly inputs?: readonly ArrayBufferView[];
  /** Numbers by position, at most 16. */
  readonly params?: readonly number[];
  /** Makes the result from the kernel's outputs, in its order. */
  decode(outputs: readonly ArrayBuffer[]): T;
}

/** @throws {InvalidConfiguration | ShapeError | DomainError} arguments that no kernel takes. */
export function checkCall({ kernel, inputs, params, decode }: KernelCall<unknown>): void {
  if (typeof decode !== "function") {
    throw new InvalidConfiguration(
      `decode must be a function such as ([sum]) => new Float64Array(sum)[0], got ${show(decode)}`,
      { kernel },
    );
  }
  if (inputs !== undefined) checkInputs(kernel, inputs);
  if (params === undefined) return;
  if (!Array.isArray(params) || params.length > maxParams) {
    throw new ShapeError(
      `${kernel}: params must be an array of at most ${maxParams} numbers, got ${show(params)}`,
      { kernel },
    );
  }
  for (let i = 0; i < params.length; i++) {
    if (typeof params[i] === "number") continue;
    throw new DomainError(`${kernel}: params[${i}] must be a number, got ${show(params[i])}`, {
      kernel,
      index: i,
    });
  }
}

function checkInputs(kernel: string, inputs: readonly ArrayBufferView[]): void {
  if (!Array.isArray(inputs) || inputs.length > maxInputs) {
    throw new ShapeError(
      `${kernel}: inputs must be an array of at most ${maxInputs} typed arrays, got ${show(inputs)}`,
      { kernel },
    );
  }
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
}
