import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { requireObject, show } from "../../base/check.js";
import { InvalidConfiguration, PluginError } from "../../base/errors.js";
import { loadAddon } from "../load-addon.js";

export interface ModuleRegistration {
  /** What `runtime.run({ kernel })` calls it; any text that no other kernel has for a name. */
  readonly name: string;
  /** An ES or CommonJS module: a URL, a path relative to the working directory, or a package. */
  readonly module: string | URL;
  /** Which of its exports is the kernel; default "default". */
  readonly export?: string;
}

export interface ModuleKernel {
  readonly name: string;
  /** Its URL. */
  readonly module: string;
  readonly export: string;
}

/** What a kernel in JavaScript gets. */
export interface ModuleCall {
  /** Its own, except those over a SharedArrayBuffer. */
  readonly inputs: readonly ArrayBufferView[];
  readonly params: readonly number[];
  /** True once the task is to stop: the kernel should then return or throw, whatever. */
  isCancelled(): boolean;
  /** Chunks of work done and in all. */
  progress(done: number, total: number): void;
}

/** A kernel in JavaScript. The buffers that it returns are taken away from it. */
export type ModuleFunction = (
  call: ModuleCall,
) => readonly ArrayBufferView[] | Promise<readonly ArrayBufferView[]>;

const example = '{ name: "histogram", module: "./histogram.mjs" }';
const kernels = new Map<string, ModuleKernel>();

/**
 * Makes a function of a JavaScript module callable: `runtime.run({ kernel: name, ... })` runs it on
 * a thread of its own, so it may compute for as long as it likes. The module is loaded by its first
 * call. Registering the same again gives the same kernel.
 *
 * @throws {InvalidConfiguration} an option of a wrong type, or a name that is taken.
 * @throws {PluginError} there is no such module. A task that calls the kernel rejects with it too:
 *   `data.reason` is "fileMissing", "notLoadable", "exportMissing" or "badOutput".
 * @example registerModuleKernel({ name: "histogram", module: "./histogram.mjs" })
 */
export function registerModuleKernel(registration: ModuleRegistration): ModuleKernel {
  const given = requireObject("kernel registration", registration, example);
  const name = requireText("name", given.name, "a text to call the kernel by");
  const exported = requireText("export", given.export ?? "default", "the name of an export");
  const module = resolved(given.module);
  if (loadAddon().kernels.includes(name)) {
    throw new InvalidConfiguration(
      `the engine has a kernel "${name}" of its own; register yours under another name`,
      { name },
    );
  }
  const known = kernels.get(name);
  if (known?.module === module && known.export === exported) return known;
  if (known !== undefined) {
    throw new InvalidConfiguration(
      `the name "${name}" is taken by ${known.export} of ${known.module}; choose another one`,
      { name, module, export: exported, taken: known },
    );
  }
  const kernel = Object.freeze({ name, module, export: exported });
  kernels.set(name, kernel);
  return kernel;
}

/** The kernel that was registered under this name on this thread. */
export function moduleKernel(name: string): ModuleKernel | undefined {
  return kernels.get(name);
}

/** The names registered on this thread. */
export function moduleKernelNames(): readonly string[] {
  return [...kernels.keys()];
}

function requireText(option: string, value: unknown, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new InvalidConfiguration(`registerKernel: ${option} must be ${what}, got ${show(value)}`, {
    [option]: value,
  });
}

function resolved(module: unknown): string {
  if (module instanceof URL) return requireFile(module);
  const text = requireText("module", module, "a URL or the path of a module");
  if (/^(file|data|node):/.test(text)) return requireFile(new URL(text));
  const file = path.resolve(text);
  if (path.isAbsolute(text) || /^\.\.?[\\/]/.test(text) || existsSync(file)) {
    return requireFile(pathToFileURL(file));
  }
  try {
    const url = createRequire(path.resolve("kernel.js")).resolve(text);
    return path.isAbsolute(url) ? pathToFileURL(url).href : url;
  } catch (cause) {
    throw new PluginError(
      `there is no module ${show(text)}, neither a file nor an installed package; check its path, ` +
        `which is relative to ${process.cwd()}`,
      { module: text, reason: "fileMissing" },
      { cause },
    );
  }
}

function requireFile(url: URL): string {
  if (url.protocol !== "file:" || existsSync(fileURLToPath(url))) return url.href;
  throw new PluginError(`there is no file ${fileURLToPath(url)}; check the path of the module`, {
    module: url.href,
    reason: "fileMissing",
  });
}
