import { fileURLToPath } from "node:url";

/**
 * A module that exists only in the language service, beside this file: `./` leads into the kernel's
 * own folder, so the notebook's globals have the very types of the code behind them.
 */
export const globalsFile: string = fileURLToPath(
  new URL("./notebook-globals.d.mts", import.meta.url),
);

export const globalsText = `
import type { Comms } from "../main/comms/comms-api.js";
import type { Display } from "../main/display-api.js";
import type { Interact, Widgets } from "../main/widgets/widgets-api.js";
export * from "prism-lab";
/** The crystallography library: all of \`prism-lab\`, without an import. */
export as namespace prism;
declare global {
  /** Shows a value in the notebook; also \`display.html(text)\`, \`display.clear()\`, ... */
  const display: Display;
  /** Messages to and from code in the front end: \`comms.open(target)\`, \`comms.register(target, onOpen)\`. */
  const comms: Comms;
  /** Sliders, buttons and other controls: \`widgets.intSlider({ min: 1, max: 9 })\`. */
  const widgets: Widgets;
  /** Controls over what a function shows: \`interact(({ a }) => a ** 2, { a: [0, 10] })\`. */
  const interact: Interact;
  /** Asks the reader of the notebook for a line of text and waits for it. */
  function prompt(question?: string): string;
  /** As \`prompt\`, with the answer hidden while it is typed. */
  function password(question?: string): string;
  /** Exit code of the last \`!command\`; 128 + n of one that signal n ended. */
  let _exitCode: number;
}
`;
