import { execFile } from "node:child_process";
import { access, constants, readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { InstallError } from "../errors.js";

const run = promisify(execFile);

/** What the folders of Jupyter depend on; a test gives its own. */
export interface Platform {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function thisPlatform(): Platform {
  return { platform: process.platform, home: os.homedir(), env: process.env };
}

/**
 * The data folder of the user,
 * https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files.
 */
export function userDataFolder({ platform, home, env }: Platform): string {
  const join = platform === "win32" ? path.win32.join : path.posix.join;
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  if (platform === "win32") return join(env.APPDATA || join(home, "AppData", "Roaming"), "jupyter");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/** Where a Python installation under `prefix` looks for kernelspecs. */
export function kernelsFolderOfPrefix(prefix: string): string {
  return path.join(prefix, "share", "jupyter", "kernels");
}

/**
 * The prefix of the Python environment that Jupyter runs in: that of an activated environment, else
 * of the `jupyter` on PATH, else of the `python3` on PATH.
 *
 * @throws {InstallError} There is none.
 */
export async function environmentPrefix({ env }: Platform): Promise<string> {
  const activated = env.VIRTUAL_ENV || env.CONDA_PREFIX;
  if (activated) return activated;
  const jupyter = await findOnPath("jupyter", env);
  const interpreters = [await interpreterOf(jupyter), "python3", "python"];
  for (const python of interpreters) {
    const prefix = python && (await prefixOf(python));
    if (prefix) return prefix;
  }
  throw new InstallError(
    "expected a Python environment for --sys-prefix, but found neither an activated one nor " +
      "jupyter or python3 on PATH; activate one, or use --user or --prefix",
    {},
  );
}

/** A console script of Python names its interpreter in the first line. */
async function interpreterOf(script: string | undefined): Promise<string | undefined> {
  if (script === undefined) return undefined;
  const text = await readFile(script, "latin1").catch(() => "");
  return /^#!\s*(\S*python[\d.]*)\s/.exec(text)?.[1];
}

async function prefixOf(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(python, ["-c", "import sys; print(sys.prefix)"], {
      timeout: 10_000,
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The first executable of that name on PATH. */
export async function findOnPath(name: string, env: Platform["env"]): Promise<string | undefined> {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of (env.PATH ?? "").split(path.delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      const found = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return file;
    }
  }
  return undefined;
}

/**
 * All data folders that Jupyter searches, first match wins: what `jupyter --paths` says, or those of
 * JUPYTER_PATH and the user's own where there is no Jupyter.
 */
export async function jupyterDataFolders(platform: Platform): Promise<readonly string[]> {
  const jupyter = await findOnPath("jupyter", platform.env);
  if (jupyter) {
    try {
      const { stdout } = await run(jupyter, ["--paths", "--json"], { timeout: 20_000 });
      const { data } = JSON.parse(stdout) as { readonly data: readonly string[] };
      return data;
    } catch {
      // A Jupyter that does not start is reported by the doctor on its own line.
    }
  }
  return [...jupyterPath(platform), userDataFolder(platform)];
}

/** The folders that the variable JUPYTER_PATH puts before all others. */
function jupyterPath({ env }: Platform): readonly string[] {
  return (env.JUPYTER_PATH ?? "").split(path.delimiter).filter(Boolean);
}

/** What to put into the environment so that Jupyter looks into one more data folder. */
export function jupyterPathWith(folder: string, platform: Platform): string {
  const folders = [folder, ...jupyterPath(platform)].join(path.delimiter);
  return `JUPYTER_PATH=${/^[\w./:@+-]+$/.test(folders) ? folders : `'${folders.replaceAll("'", "'\\''")}'`}`;
}

/** Data folders that hold kernelspecs of common installations, whether Jupyter looks there or not. */
export async function usualDataFolders(platform: Platform): Promise<readonly string[]> {
  const prefix = await environmentPrefix(platform).catch(() => undefined);
  const prefixes = [prefix, "/usr/local", "/usr"].filter((each) => each !== undefined);
  const shared = prefixes.map((each) => path.dirname(kernelsFolderOfPrefix(each)));
  return [...new Set([userDataFolder(platform), ...shared])];
}
