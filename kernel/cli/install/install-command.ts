import path from "node:path";
import { InvalidConfiguration } from "prism-lab";
import {
  environmentPrefix,
  findOnPath,
  jupyterDataFolders,
  jupyterPathWith,
  kernelsFolderOfPrefix,
  type Platform,
  userDataFolder,
} from "./jupyter-paths.js";
import { DISPLAY_NAME, installKernelspec, removeKernelspec } from "./kernelspec.js";

/** The options of `prism install` and `prism uninstall` as the command line gives them. */
export interface InstallCommandOptions {
  readonly user?: boolean;
  readonly sysPrefix?: boolean;
  readonly prefix?: string;
  readonly name: string;
}

/** Installs the kernelspec and says where it went and what to do next. */
export async function installCommand(
  options: InstallCommandOptions,
  platform: Platform,
  write: (text: string) => void,
): Promise<void> {
  const folder = await installKernelspec(await kernelsFolder(options, platform), options.name);
  write(
    `installed the kernelspec "${options.name}" in ${folder}\n${await nextStep(folder, platform)}`,
  );
}

async function nextStep(folder: string, platform: Platform): Promise<string> {
  const choose = `choose "${DISPLAY_NAME}" in the launcher`;
  const data = path.dirname(path.dirname(folder));
  if ((await jupyterDataFolders(platform)).some((each) => path.resolve(each) === data)) {
    return `next: start JupyterLab and ${choose}; \`npx prism doctor\` checks the installation\n`;
  }
  const prefix = path.dirname(path.dirname(data));
  const jupyter = await findOnPath("jupyter", { PATH: path.join(prefix, "bin") });
  if (jupyter !== undefined) {
    return `next: start JupyterLab by \`${jupyter} lab\` and ${choose}: the jupyter on PATH does not look there\n`;
  }
  const variable = jupyterPathWith(data, platform);
  return (
    `next: Jupyter does not look there by itself; start it by \`${variable} jupyter lab\` and ${choose}. ` +
    `To make that last, put \`export ${variable}\` into the profile of your shell\n`
  );
}

/** Removes the kernelspec that `prism install` with the same options has written. */
export async function uninstallCommand(
  options: InstallCommandOptions,
  platform: Platform,
  write: (text: string) => void,
): Promise<void> {
  const folder = await removeKernelspec(await kernelsFolder(options, platform), options.name);
  write(`removed the kernelspec "${options.name}" from ${folder}\n`);
}

/** The `kernels` folder that the options ask for; the user's own by default. */
export async function kernelsFolder(
  options: Omit<InstallCommandOptions, "name">,
  platform: Platform,
): Promise<string> {
  const { user, sysPrefix, prefix } = options;
  const given = [user && "--user", sysPrefix && "--sys-prefix", prefix !== undefined && "--prefix"];
  const named = given.filter((flag) => typeof flag === "string");
  if (named.length > 1) {
    throw new InvalidConfiguration(
      `expected one place to install to, got ${named.join(" and ")}; keep one of them`,
      { options },
    );
  }
  if (prefix !== undefined) return kernelsFolderOfPrefix(path.resolve(prefix));
  if (sysPrefix) return kernelsFolderOfPrefix(await environmentPrefix(platform));
  return path.join(userDataFolder(platform), "kernels");
}
