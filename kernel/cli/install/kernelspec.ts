import { randomUUID } from "node:crypto";
import { copyFile, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { InvalidConfiguration } from "prism-lab";
import { plotlyPath } from "prism-lab/internal";
import { createFolder } from "../../session/create-folder.js";
import { InstallError } from "../errors.js";
import { assetPath, commandPath, packageManifest } from "../package-root.js";

/** `kernel.json`; see https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs. */
export interface Kernelspec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "message";
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Display name by which people choose the kernel in a front end. */
export const DISPLAY_NAME = "Prism (TypeScript)";

/**
 * The kernelspec of this installation. Node and the command are named absolutely, so the kernel
 * starts also where Jupyter runs with another PATH.
 */
function kernelspec(): Kernelspec {
  const { version, engines } = packageManifest();
  return {
    argv: [
      process.execPath,
      // Without it, terminating an awaiting cell may abort the process.
      "--no-force-async-hooks-checks",
      commandPath(),
      "kernel",
      "-f",
      "{connection_file}",
    ],
    display_name: DISPLAY_NAME,
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false, prism: { version, node: engines.node } },
  };
}

/** Files of the kernelspec folder besides `kernel.json`; front ends fetch them by these names. */
function resources(): ReadonlyMap<string, string> {
  return new Map([
    ["logo-32x32.png", assetPath("logo-32x32.png")],
    ["logo-64x64.png", assetPath("logo-64x64.png")],
    ["logo-svg.svg", assetPath("logo-svg.svg")],
    ["plotly.min.js", plotlyPath()],
  ]);
}

/**
 * Writes the kernelspec into `kernelsFolder/name`. The folder is filled beside its place and then
 * put there, so a Jupyter server that looks meanwhile never sees half of one.
 *
 * @returns The folder of the kernelspec.
 * @throws {InvalidConfiguration} `name` is no name that Jupyter accepts.
 * @throws {InstallError} The place cannot be written to, or a resource is missing.
 */
export async function installKernelspec(kernelsFolder: string, name: string): Promise<string> {
  checkName(name);
  const target = path.join(kernelsFolder, name);
  const fresh = path.join(kernelsFolder, `.${name}.${randomUUID()}`);
  try {
    await createFolder(fresh);
    for (const [file, source] of resources()) await copyFile(source, path.join(fresh, file));
    await writeFile(path.join(fresh, "kernel.json"), `${JSON.stringify(kernelspec(), null, 1)}\n`);
    await rm(target, { recursive: true, force: true });
    await rename(fresh, target);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    throw installFailure(target, cause as NodeJS.ErrnoException);
  }
  return target;
}

function checkName(name: string): void {
  if (/^[a-z0-9._-]+$/i.test(name) && !/^\.+$/.test(name)) return;
  throw new InvalidConfiguration(
    `expected --name to be letters, digits, ".", "_" and "-" only, got "${name}"`,
    { name },
  );
}

function installFailure(target: string, cause: NodeJS.ErrnoException): InstallError {
  const code = cause.code ?? "UNKNOWN";
  const missing = code === "ENOENT" && cause.syscall === "copyfile";
  return new InstallError(
    missing
      ? `expected the package's file "${cause.path}", but it is missing; install Prism again`
      : `expected to write the kernelspec to "${target}", but that failed (${code}); ` +
          "choose another place with --user, --sys-prefix or --prefix",
    { target, code },
    { cause },
  );
}

/** The `kernel.json` in a kernelspec folder, or `undefined` where there is none that can be read. */
export async function readKernelspec(folder: string): Promise<Kernelspec | undefined> {
  try {
    return JSON.parse(await readFile(path.join(folder, "kernel.json"), "utf8")) as Kernelspec;
  } catch {
    return undefined;
  }
}

/**
 * Removes the kernelspec `kernelsFolder/name`.
 *
 * @returns The folder that was removed.
 * @throws {InvalidConfiguration} `name` is no name that Jupyter accepts.
 * @throws {InstallError} There is none, it is not Prism's, or it cannot be removed.
 */
export async function removeKernelspec(kernelsFolder: string, name: string): Promise<string> {
  checkName(name);
  const target = path.join(kernelsFolder, name);
  const spec = await readKernelspec(target);
  if (spec?.metadata?.prism === undefined) {
    const got = spec === undefined ? "none" : `that of another kernel ("${spec.display_name}")`;
    throw new InstallError(
      `expected a kernelspec of Prism in "${target}", but found ${got}; ` +
        "say where it is with --user, --sys-prefix, --prefix and --name, as at its installation",
      { target },
    );
  }
  try {
    await rm(target, { recursive: true });
  } catch (cause) {
    const { code = "UNKNOWN" } = cause as NodeJS.ErrnoException;
    throw new InstallError(
      `expected to remove "${target}", but that failed (${code}); check who owns it`,
      { target, code },
      { cause },
    );
  }
  return target;
}
