import { requireObject } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import {
  type LibraryKernel,
  type LibraryRegistration,
  libraryKernel,
  registerLibraryKernel,
} from "./library-kernels.js";
import {
  type ModuleKernel,
  type ModuleRegistration,
  moduleKernel,
  registerModuleKernel,
} from "./remote/module-kernels.js";

/** A kernel from outside: of a shared object, or of a JavaScript module. */
export type RegisteredKernel = LibraryKernel | ModuleKernel;

/**
 * Makes a kernel of your own callable: `runtime.run({ kernel: name, ... })`. Registering the same
 * again gives the same kernel; each worker thread registers for itself.
 *
 * - `{ name, library, symbol }`: of a shared object, written against `native/include/prism_kernel.h`
 *   in any language that speaks C; `native/examples` has one in C and one in Zig. It runs on the
 *   pool. The library stays loaded until the process ends, with all its rights: load what you trust.
 * - `{ name, module, export? }`: a function of a JavaScript module, which runs on a thread of its own
 *   and may compute for as long as it likes. The module is loaded by its first call.
 *
 * @throws {InvalidConfiguration} an option of a wrong type, or a name that is taken.
 * @throws {PluginError} what is named does not exist or is no kernel; `data.reason` says why.
 *   A library: "fileMissing", "notLoadable", "symbolMissing", "wrongAbiVersion" and "wrongSize" (with
 *   `found` and `expected`), "badName", "noRun", "nameTaken", "tableFull". A module: "fileMissing", and
 *   in the tasks that call it "notLoadable", "exportMissing", "badOutput".
 * @throws {AddonUnavailable} the engine itself does not load.
 * @example
 * registerKernel({ name: "debye", library: "build/debye.so", symbol: "debye_kernel" });
 * registerKernel({ name: "histogram", module: "./histogram.mjs" });
 * const counts = await Runtime.shared.run({
 *   kernel: "histogram",
 *   name: "histogram",
 *   inputs: [values],
 *   decode: ([counts]) => new Float64Array(counts),
 * });
 */
export function registerKernel(registration: LibraryRegistration): LibraryKernel;
export function registerKernel(registration: ModuleRegistration): ModuleKernel;
export function registerKernel(
  registration: LibraryRegistration | ModuleRegistration,
): RegisteredKernel;
export function registerKernel(
  registration: LibraryRegistration | ModuleRegistration,
): RegisteredKernel {
  const example = '{ name: "debye", library: "build/debye.so", symbol: "debye_kernel" }';
  requireObject("kernel registration", registration, example);
  requireKnownFields("kernel registrations", registration, [
    "name",
    "library",
    "symbol",
    "module",
    "export",
    // Of what `registerKernel` itself returned.
    "declaredName",
    "description",
  ]);
  if ("module" in registration === "library" in registration) {
    throw new InvalidConfiguration(
      `a kernel is of a library or of a module: give { name, library, symbol } or { name, module }`,
      { registration },
    );
  }
  if ("module" in registration) {
    requireFree(registration.name, libraryKernel(registration.name));
    return registerModuleKernel(registration);
  }
  requireFree(registration.name, moduleKernel(registration.name));
  return registerLibraryKernel(registration);
}

function requireFree(name: string, taken: RegisteredKernel | undefined): void {
  if (taken === undefined) return;
  throw new InvalidConfiguration(
    `the name "${name}" is taken by another registered kernel; choose another one`,
    { name, taken },
  );
}
