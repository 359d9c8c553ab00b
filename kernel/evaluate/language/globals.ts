import { fileURLToPath } from "node:url";

/**
 * A module that exists only in the language service, beside this file: `./` leads into the kernel's
 * own folder, so the notebook's globals have the very types of the code behind them.
 */
export const globalsFile: string = fileURLToPath(
  new URL("./notebook-globals.mts", import.meta.url),
);

export const globalsText = `
import type { Display } from "../main/display-api.js";
declare global {
  /** The crystallography library: all of \`prism-lab\`, without an import. */
  const prism: typeof import("prism-lab");
  /** Shows a value in the notebook; also \`display.html(text)\`, \`display.clear()\`, ... */
  const display: Display;
  /** Asks the reader of the notebook for a line of text and waits for it. */
  function prompt(question?: string): string;
  /** As \`prompt\`, with the answer hidden while it is typed. */
  function password(question?: string): string;
}
export {};
`;
