import { resolve } from "node:path";
import { requireObject, show } from "../base/check.js";
import { InvalidConfiguration, PluginError } from "../base/errors.js";
import type { LoadedKernel } from "./addon.js";
import { loadAddon } from "./load-addon.js";

export interface LibraryRegistration {
  /** What `runtime.run({ kernel })` calls it; any text that no built-in kernel has for a name. */
  readonly name: string;
  /** Path of the shared object, relative to the working directory. */
  readonly library: string;
  /** The exported `prism_kernel` in it. */
  readonly symbol: string;
}

export interface LibraryKernel extends LibraryRegistration {
  /** Absolute. */
  readonly library: string;
  /** The name in the library's own declaration, unique in the process. */
  readonly declaredName: string;
  /** One line from the declaration; empty if it has none. */
  readonly description: string;
}

interface Entry {
  readonly kernel: LibraryKernel;
  readonly index: number;
}

const entries = new Map<string, Entry>();

/**
 * Makes a kernel of a shared object callable: `runtime.run({ kernel: name, ... })`. The library is
 * written against `native/include/prism_kernel.h`, in any language that speaks C; `native/examples`
 * has one in C and one in Zig.
 *
 * The library stays loaded until the process ends, and its code runs in this process with all its
 * rights: load what you trust. Each worker thread registers for itself; they share the library.
 * Registering the same again gives the same kernel.
 *
 * @throws {InvalidConfiguration} an option that is no text, or a name that is taken.
 * @throws {PluginError} the library or its declaration is not usable; `data.reason` is one of
 *   "fileMissing", "notLoadable", "symbolMissing", "wrongAbiVersion" and "wrongSize" (with `found` and
 *   `expected`), "badName", "noRun", "nameTaken" (the declared name), "tableFull".
 * @throws {AddonUnavailable} the engine itself does not load.
 * @example registerLibraryKernel({ name: "debye", library: "build/debye.so", symbol: "debye_kernel" })
 */
export function registerLibraryKernel(registration: LibraryRegistration): LibraryKernel {
  const { name, library, symbol } = readRegistration(registration);
  const addon = loadAddon();
  if (addon.kernels.includes(name)) {
    throw new InvalidConfiguration(
      `the engine has a kernel "${name}" of its own; register yours under another name`,
      { name },
    );
  }
  const known = entries.get(name)?.kernel;
  if (known) {
    if (known.library === library && known.symbol === symbol) return known;
    throw new InvalidConfiguration(
      `the name "${name}" is taken by ${known.symbol} of ${known.library}; choose another one`,
      { name, library, symbol, taken: known },
    );
  }
  const loaded = load(library, symbol);
  const { name: declaredName, description } = loaded;
  const kernel = Object.freeze({ name, library, symbol, declaredName, description });
  entries.set(name, { kernel, index: loaded.kernel });
  return kernel;
}

/** The registration under this name on this thread. */
export function libraryKernel(name: string): LibraryKernel | undefined {
  return entries.get(name)?.kernel;
}

/** The names registered on this thread. */
export function libraryKernelNames(): readonly string[] {
  return [...entries.keys()];
}

/** The engine's number for a kernel registered on this thread, for `Addon.submit`. */
export function libraryKernelIndex(name: string): number | undefined {
  return entries.get(name)?.index;
}

function readRegistration(registration: LibraryRegistration): LibraryRegistration {
  const example = '{ name: "debye", library: "build/debye.so", symbol: "debye_kernel" }';
  const { name, library, symbol } = requireObject("kernel registration", registration, example);
  return {
    name: requireText("name", name, "a text to call the kernel by"),
    library: resolve(requireText("library", library, "the path of a shared object")),
    symbol: requireText("symbol", symbol, "the name of an exported prism_kernel"),
  };
}

function requireText(option: string, value: unknown, what: string): string {
  if (typeof value === "string" && value !== "" && !value.includes("\0")) return value;
  throw new InvalidConfiguration(`registerKernel: ${option} must be ${what}, got ${show(value)}`, {
    [option]: value,
  });
}

/** What the addon's `loadKernel` throws; the message may be empty. */
interface LoadFailure extends Error {
  readonly code: string;
  readonly found: number;
  readonly expected: number;
}

function load(library: string, symbol: string): LoadedKernel {
  try {
    return loadAddon().loadKernel(library, symbol);
  } catch (cause) {
    const failure = cause as LoadFailure;
    const { code: reason, found, expected, message: detail } = failure;
    const numbers = hasNumbers(reason) ? { found, expected } : {};
    throw new PluginError(
      explain(library, symbol, failure),
      { library, symbol, reason, ...(detail ? { detail } : {}), ...numbers },
      { cause },
    );
  }
}

function hasNumbers(reason: string): boolean {
  return reason === "wrongAbiVersion" || reason === "wrongSize";
}

function explain(library: string, symbol: string, failure: LoadFailure): string {
  const { found, expected, message: detail } = failure;
  const rebuild = "rebuild it with the prism_kernel.h of this version of Prism";
  switch (failure.code) {
    case "fileMissing":
      return `there is no file ${library}; build the library first, or check the path`;
    case "notLoadable":
      return `${library} does not load as a shared object: ${detail}; build it for this machine with -shared -fPIC`;
    case "symbolMissing":
      return `${library} exports no "${symbol}": ${detail}; expected a prism_kernel declared with PRISM_EXPORT`;
    case "wrongAbiVersion":
      return `"${symbol}" of ${library} has kernel ABI version ${found}, expected ${expected}; ${rebuild}, and check that the symbol is a prism_kernel`;
    case "wrongSize":
      return `"${symbol}" of ${library} declares ${found} bytes of prism_kernel, expected at least ${expected}; set size to sizeof(prism_kernel), and ${rebuild}`;
    case "badName":
      return `"${symbol}" of ${library} has no usable name: ${detail}; expected 1 to 64 bytes`;
    case "noRun":
      return `kernel "${detail}" of ${library} has no run function; expected one in the field run`;
    case "nameTaken":
      return `another kernel is declared as "${detail}"; give that of ${library} a name of its own`;
    case "tableFull":
      return `${library}: this process has as many kernels as the engine can hold; start it anew`;
    default:
      return `${library} could not be registered: ${detail}`;
  }
}
