import path from "node:path";

/** A compiled file of this folder, also when the sources run as they are, as the tests do. */
export function builtFile(file: URL): URL {
  if (!import.meta.url.endsWith(".ts")) return file;
  const built = new URL("../../../dist/src/runtime/remote/", import.meta.url);
  return new URL(path.basename(file.pathname), built);
}
