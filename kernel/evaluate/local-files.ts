import { extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** In the order in which an import without an extension tries them. */
const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"] as const;

/** `./x.js` names what `x.ts` compiles to; TypeScript reads the source, and so does a notebook. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** A path or a `file:` address, not the name of a package. */
export function isLocalSpecifier(specifier: string): boolean {
  return /^(?:\.{1,2}(?:\/|$)|\/|file:|[A-Za-z]:[\\/])/.test(specifier);
}

/**
 * The file behind a local specifier: TypeScript before the JavaScript of its name, with or without
 * extension, or the `index` of a folder. The language service and the modules' loader both ask here,
 * so the types are always those of the code that runs.
 */
export function localFile(
  specifier: string,
  folder: string,
  isFile: (path: string) => boolean,
): string | undefined {
  const path = pathOf(specifier, folder);
  const plain = path.replace(/[?#][^/\\]*$/, "");
  const found = candidates(path).find(isFile);
  return found === undefined && plain !== path ? candidates(plain).find(isFile) : found;
}

/** A file that the notebook's loader takes care of; others are Node's. */
export function isLoadable(file: string): boolean {
  const isKnown = EXTENSIONS.some((extension) => file.endsWith(extension));
  return isKnown && !file.includes(`${sep}node_modules${sep}`);
}

/** How tracebacks name a file: from the notebook's folder, the same on every machine. */
export function fileLabel(file: string, notebookFolder: string): string {
  return relative(notebookFolder, file).split(sep).join("/");
}

function pathOf(specifier: string, folder: string): string {
  if (!specifier.startsWith("file:")) return resolve(folder, specifier);
  try {
    return fileURLToPath(specifier);
  } catch {
    return specifier;
  }
}

function candidates(path: string): readonly string[] {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  return [
    ...(SOURCES[extension] ?? []).map((source) => stem + source),
    path,
    ...EXTENSIONS.map((each) => path + each),
    ...EXTENSIONS.map((each) => join(path, `index${each}`)),
  ];
}
