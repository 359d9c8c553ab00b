import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { chromium, jupyter, prism, python, root } from "../jupyter/environment.js";
import { pictures } from "./workplace.js";

const REMEDY = "on Debian 12 run scripts/install-debian.sh as root";

/**
 * Nothing here is skipped for want of a program: what is missing fails the whole run. JupyterLab is
 * built from npm packages, unless it is there already.
 */
export function setup(): void {
  const missing = [python, jupyter, chromium].filter((file) => !existsSync(file));
  for (const module of ["jupyterlab_server", "notebook"]) {
    if (!canImport(module)) missing.push(`the module ${module} of ${python}`);
  }
  if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}; ${REMEDY}`);
  if (!existsSync(prism)) throw new Error(`missing: ${prism}; run \`npm run build\``);
  rmSync(pictures, { recursive: true, force: true });
  const build = ["test/frontend/jupyterlab/build.mjs"];
  execFileSync(process.execPath, build, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

function canImport(module: string): boolean {
  try {
    execFileSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
