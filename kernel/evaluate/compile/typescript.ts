import { createRequire } from "node:module";
import type TS from "typescript";
import { requireWithCodeCache } from "./code-cache.js";

const require = createRequire(import.meta.url);
const { version }: { version: string } = require("typescript/package.json");
const loaded = requireWithCodeCache(require.resolve("typescript"), `typescript-${version}`);

/**
 * The compiler. An `import` of it would first scan its nine megabytes for exports, which takes
 * longer than loading it.
 */
export const ts: typeof TS = loaded.exports as typeof TS;

/** To be called once the compiler has been used for all it is needed for. */
export function saveCompiledTypeScript(): void {
  loaded.save();
}
