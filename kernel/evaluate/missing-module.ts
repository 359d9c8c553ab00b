import { existsSync } from "node:fs";
import { join } from "node:path";

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs", ".json"];

/**
 * What to do about an import that leads nowhere, to be put after the message that says so.
 *
 * @param folder Of the notebook, where it is known.
 */
export function missingModuleRemedy(specifier: string, folder?: string): string {
  if (/^(?:\.{0,2}\/|file:|[A-Za-z]:)/.test(specifier)) {
    return folder !== undefined && existsSync(join(folder, specifier))
      ? "the file is there, but files of its kind are not imported: read it with node:fs"
      : "check the path: it starts from the folder of the notebook, or of the file that imports it";
  }
  const isFile = (extension: string): boolean =>
    folder !== undefined && existsSync(join(folder, specifier + extension));
  if (["", ...EXTENSIONS].some(isFile)) return `did you mean "./${specifier}"?`;
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  return `install it in the notebook's folder with: npm install ${name}`;
}
