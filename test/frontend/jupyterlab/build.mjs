// Builds JupyterLab from its npm packages into ../build, in place of JupyterLab's own builder, which
// needs a Python package that Debian has not. Does nothing where the same input was built before.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.dirname(here);
const built = path.join(folder, "build");
const require = createRequire(import.meta.url);
const inputs = ["../package-lock.json", "build.mjs", "main.js", "rspack.config.mjs"];

/** Renderers of one MIME type, which JupyterLab takes apart from its plugins. */
const isMimeExtension = ({ jupyterlab }) => jupyterlab?.mimeExtension && !jupyterlab.extension;
const isPlugin = ({ jupyterlab }) => jupyterlab?.extension && !jupyterlab.mimeExtension;
/** Only on pages that ask for it: most installations of JupyterLab have no such renderer. */
const PLOTLY_RENDERER = "jupyterlab-plotly";

export async function buildJupyterLab() {
  const hash = hashOf(inputs);
  const stamp = path.join(built, "input.sha256");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  rmSync(built, { recursive: true, force: true });
  install();
  writeEntries();
  await bundle();
  writeFileSync(stamp, hash);
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(path.join(here, file))).update("\0");
  return hash.digest("hex");
}

function install() {
  const args = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** The modules that name all extensions and their styles, and the schemas of their settings. */
function writeEntries() {
  const { dependencies } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const packages = Object.keys(dependencies).map((name) => manifestOf(name));
  mkdirSync(built, { recursive: true });
  const styles = packages.flatMap(({ name, style, styleModule }) => {
    const module = styleModule ?? (style?.endsWith(".css") ? style : undefined);
    return module && name !== PLOTLY_RENDERER ? [`import "${name}/${module}";`] : [];
  });
  writeFileSync(path.join(built, "styles.js"), `${styles.join("\n")}\n`);
  const mime = packages.filter(isMimeExtension).map(({ name }) => `import("${name}")`);
  const plugins = packages.filter(isPlugin).map(({ name }) => `import("${name}")`);
  writeFileSync(
    path.join(built, "extensions.js"),
    [
      "const defaults = (modules) => modules.flatMap((module) => module.default);",
      `export const loadPlugins = async () => defaults(await Promise.all([${plugins}]));`,
      `export const loadMimeExtensions = () => Promise.all([${mime}]);`,
      `export const loadPlotlyRenderer = () => import("${PLOTLY_RENDERER}/lib/plotly-renderer");`,
      "",
    ].join("\n"),
  );
  for (const { name, folder: source, jupyterlab } of packages) {
    if (jupyterlab?.schemaDir === undefined) continue;
    const target = path.join(built, "schemas", name);
    cpSync(path.join(source, jupyterlab.schemaDir), target, { recursive: true });
    // The server tells the version of a plugin by this file.
    cpSync(path.join(source, "package.json"), path.join(target, "package.json.orig"));
  }
}

function manifestOf(name) {
  const file = path.join(folder, "node_modules", name, "package.json");
  return { ...JSON.parse(readFileSync(file, "utf8")), folder: path.dirname(file), name };
}

async function bundle() {
  const { rspack } = require("@rspack/core");
  const { default: configurations } = await import("./rspack.config.mjs");
  const stats = await new Promise((resolve, reject) => {
    rspack(configurations, (error, result) => (error ? reject(error) : resolve(result)));
  });
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildJupyterLab();
