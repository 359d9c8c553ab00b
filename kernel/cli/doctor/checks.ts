import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { findNodeTimers } from "../../evaluate/main/node-timers.js";
import {
  findOnPath,
  jupyterDataFolders,
  jupyterPathWith,
  type Platform,
  usualDataFolders,
} from "../install/jupyter-paths.js";
import { readKernelspec } from "../install/kernelspec.js";
import { type Finding, fail, ok, warn } from "./finding.js";

const run = promisify(execFile);

/** `engines` is a lower bound such as ">=20.11": the only form this package uses. */
export function checkNode(version: string, engines: string): Finding {
  const floor = /^>=(\d+)\.(\d+)/.exec(engines);
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [floorMajor, floorMinor] = [Number(floor?.[1]), Number(floor?.[2])];
  const recent = major > floorMajor || (major === floorMajor && minor >= floorMinor);
  if (recent) return ok("node", `Node ${version} (needs ${engines})`);
  return fail("node", `Node ${version} is too old`, `install Node ${engines} from nodejs.org`);
}

/** What the library tells of its native addon. */
export interface AddonInfo {
  readonly simdLevel: string;
  readonly threadCount: number;
  readonly kernels: readonly string[];
}

export async function checkAddon(
  runtimeInfo: () => AddonInfo | Promise<AddonInfo>,
): Promise<Finding> {
  try {
    const { simdLevel, threadCount, kernels } = await runtimeInfo();
    const threads = `${threadCount} thread${threadCount === 1 ? "" : "s"}`;
    return ok(
      "addon",
      `native addon loads: SIMD ${simdLevel}, ${threads}, ${kernels.length} kernels`,
    );
  } catch (error) {
    const { message } = error as Error;
    return fail("addon", message, "run `npm rebuild prism-lab`, or `npm run install` in a clone");
  }
}

export async function checkZeromq(load: () => Promise<unknown>): Promise<Finding> {
  try {
    const { version } = (await load()) as { readonly version: string };
    return ok("zeromq", `ZeroMQ ${version} loads`);
  } catch (error) {
    const { message } = error as Error;
    return fail("zeromq", `ZeroMQ does not load: ${message}`, "run `npm rebuild zeromq`");
  }
}

export function checkTypescript(): Finding {
  try {
    const manifest = createRequire(import.meta.url)("typescript/package.json") as {
      readonly version: string;
    };
    return ok("typescript", `TypeScript ${manifest.version} compiles the cells`);
  } catch {
    return fail("typescript", "the package typescript is missing", "install Prism again");
  }
}

/** The stop button puts right what it unwinds within Node's timers, where it knows how Node keeps them. */
export function checkTimers(find: () => unknown = findNodeTimers): Finding {
  if (find() !== undefined) return ok("timers", "Node's timers survive the stop button");
  return warn(
    "timers",
    `Node ${process.version} keeps its timers in a way that Prism does not know: a stop in the midst of many timers may leave them hanging until the kernel is restarted`,
    "use a release of Node 20, 22 or 24",
  );
}

/** Jupyter itself is optional: `prism run` needs none. */
export async function checkJupyter(platform: Platform): Promise<Finding> {
  const jupyter = await findOnPath("jupyter", platform.env);
  const remedy = "install JupyterLab to work in notebooks: `pip install jupyterlab`";
  if (!jupyter) return warn("jupyter", "no jupyter on PATH", remedy);
  try {
    const { stdout } = await run(jupyter, ["--version"], { timeout: 20_000 });
    const versions = ["jupyterlab", "notebook", "jupyter_server"].flatMap((name) => {
      const version = new RegExp(`^${name}\\s*:\\s*([\\d.]+)`, "m").exec(stdout)?.[1];
      return version ? [`${name} ${version}`] : [];
    });
    const folders = (await jupyterDataFolders(platform)).join(", ");
    return ok(
      "jupyter",
      `${jupyter} (${versions.join(", ") || "no front end found"}), data in ${folders}`,
    );
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    return warn("jupyter", `${jupyter} does not run: ${reason}`, remedy);
  }
}

/** Every `prism` kernelspec that Jupyter sees, the first of which it uses. */
export async function checkKernelspec(platform: Platform): Promise<readonly Finding[]> {
  const searched = (await jupyterDataFolders(platform)).map((folder) => path.resolve(folder));
  const installed = searched.filter(holdsKernelspec);
  if (installed.length > 0) {
    return Promise.all(installed.map((folder) => checkInstalled(kernelspecIn(folder))));
  }
  const elsewhere = (await usualDataFolders(platform)).find(holdsKernelspec);
  if (elsewhere !== undefined) {
    const message = `${kernelspecIn(elsewhere)} is where Jupyter does not look`;
    const variable = jupyterPathWith(elsewhere, platform);
    const remedy = `run \`npx prism install\`, or start Jupyter with ${variable} in its environment`;
    return [warn("kernelspec", message, remedy)];
  }
  const looked = searched.map((folder) => path.join(folder, "kernels")).join(", ");
  const message = `no kernelspec "prism" in ${looked}`;
  const remedy =
    "run `npx prism install`; what was installed with --prefix P is found by " +
    "JUPYTER_PATH=P/share/jupyter in the environment";
  return [warn("kernelspec", message, remedy)];
}

function kernelspecIn(dataFolder: string): string {
  return path.join(dataFolder, "kernels", "prism");
}

function holdsKernelspec(dataFolder: string): boolean {
  return existsSync(path.join(kernelspecIn(dataFolder), "kernel.json"));
}

async function checkInstalled(folder: string): Promise<Finding> {
  const remedy = "run `npx prism install` again";
  const argv = (await readKernelspec(folder))?.argv;
  if (!Array.isArray(argv)) {
    return fail("kernelspec", `${folder}/kernel.json is not a kernelspec`, remedy);
  }
  const needed = argv.filter((argument) => path.isAbsolute(argument));
  const missing = needed.find((file) => !existsSync(file));
  if (missing) return fail("kernelspec", `${folder} points to ${missing}, which is gone`, remedy);
  if (!existsSync(path.join(folder, "plotly.min.js"))) {
    const message = `${folder} lacks plotly.min.js, so figures stay pictures`;
    return warn("kernelspec", message, remedy);
  }
  return ok("kernelspec", `${folder} -> ${needed.at(-1)}`);
}
