import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the package's own `package.json`: the same from the sources and from `dist/`. */
function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!isOwnPackage(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}

function isOwnPackage(file: string): boolean {
  return existsSync(file) && readManifest(file).name === "prism-lab";
}

interface Manifest {
  readonly name?: string;
  readonly version: string;
  readonly engines: { readonly node: string };
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}

export function packageManifest(): Manifest {
  return readManifest(path.join(packageRoot(), "package.json"));
}

/** A file of `kernel/cli/assets`. */
export function assetPath(name: string): string {
  return path.join(packageRoot(), "kernel", "cli", "assets", name);
}

/** What Jupyter starts: the compiled command, also when asked from the sources. */
export function commandPath(): string {
  return path.join(packageRoot(), "dist", "kernel", "cli", "main.js");
}
