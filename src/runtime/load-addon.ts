import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { AddonUnavailable } from "../base/errors.js";
import type { Addon } from "./addon.js";

const expectedAbiVersion = 3;

let loaded: Addon | undefined;

/**
 * The native addon, loaded on first use.
 *
 * @throws {AddonUnavailable} not built, built for another machine, or of another version; the
 *   message says how to build it.
 */
export function loadAddon(): Addon {
  loaded ??= load();
  return loaded;
}

function load(): Addon {
  const path = addonPath();
  const remedy = "build it with `npm run install`, and see `npx prism doctor`";
  if (!path) {
    throw new AddonUnavailable(`the native engine build/prism.node is missing; ${remedy}`, {});
  }
  let addon: Addon;
  try {
    addon = createRequire(import.meta.url)(path) as Addon;
  } catch (cause) {
    throw new AddonUnavailable(
      `the native engine does not load (${(cause as Error).message}); ${remedy}`,
      { path },
      { cause },
    );
  }
  if (addon.abiVersion === expectedAbiVersion) return addon;
  throw new AddonUnavailable(
    `the native engine has interface version ${addon.abiVersion}, expected ${expectedAbiVersion}; ${remedy}`,
    { path, found: addon.abiVersion, expected: expectedAbiVersion },
  );
}

/** Beside the package root, seen from `src/runtime` and from `dist/src/runtime`. */
function addonPath(): string | undefined {
  const candidates = ["../../build/prism.node", "../../../build/prism.node"];
  return candidates
    .map((relative) => fileURLToPath(new URL(relative, import.meta.url)))
    .find((path) => existsSync(path));
}
