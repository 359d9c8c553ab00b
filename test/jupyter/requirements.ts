import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium, jupyter, prism, python } from "./environment.js";

const REMEDY = "on Debian 12 run scripts/install-debian.sh as root";

/** Nothing here is skipped for want of a program: what is missing fails the whole run. */
export function setup(): void {
  const missing = [python, jupyter, chromium].filter((file) => !existsSync(file));
  for (const module of ["jupyter_server", "nbconvert", "nbformat", "jupyter_kernel_test"]) {
    if (!canImport(module)) missing.push(`the module ${module} of ${python}`);
  }
  if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}; ${REMEDY}`);
  if (!existsSync(prism)) throw new Error(`missing: ${prism}; run \`npm run build\``);
}

function canImport(module: string): boolean {
  try {
    execFileSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
