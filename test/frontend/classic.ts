import type { Locator, Page } from "playwright-core";
import { jupyter, type ServerOptions } from "../jupyter/environment.js";
import type { Workplace } from "./workplace.js";

/** Debian's server of the classic Notebook. */
export function classicServer(folder: string): ServerOptions {
  return {
    program: jupyter,
    args: ["notebook"],
    app: "NotebookApp",
    flags: { notebook_dir: folder },
    log: "jupyter-notebook.log",
  };
}

/** A notebook in the classic front end, used by keyboard, pointer and what is on the screen. */
export class Classic {
  readonly page: Page;
  readonly completer: Locator;
  readonly tooltip: Locator;
  readonly cells: Locator;

  private constructor(page: Page) {
    this.page = page;
    this.completer = page.locator("#complete select");
    this.tooltip = page.locator("#tooltip");
    this.cells = page.locator("#notebook-container .code_cell");
  }

  static async open(place: Workplace, notebook: string): Promise<Classic> {
    const page = await place.newPage();
    const classic = new Classic(page);
    await page.goto(place.address(`notebooks/${notebook}`));
    await classic.idle();
    return classic;
  }

  /** Waits until the kernel has started and has nothing to do. */
  async idle(): Promise<void> {
    await this.page.locator("#kernel_indicator_icon.kernel_idle_icon").waitFor();
  }

  editor(index: number): Locator {
    return this.cells.nth(index).locator(".CodeMirror");
  }

  text(index: number): Promise<string> {
    return this.editor(index).locator(".CodeMirror-code").innerText();
  }

  output(index: number): Locator {
    return this.cells.nth(index).locator(".output_wrapper");
  }

  /** Puts the text into the last cell and runs it; what it does from then on is the caller's. */
  async start(code: string): Promise<Locator> {
    const index = (await this.cells.count()) - 1;
    await this.editor(index).click();
    await this.page.keyboard.insertText(code);
    await this.page.keyboard.press("Shift+Enter");
    return this.cells.nth(index);
  }

  /** Runs the text in the last cell, to its end. */
  async run(code: string): Promise<Locator> {
    const cell = await this.start(code);
    await hasRun(cell);
    return cell.locator(".output_wrapper");
  }

  button(action: string): Locator {
    return this.page.locator(`button[data-jupyter-action="jupyter-notebook:${action}"]`);
  }

  /** Trusts the notebook, which is then loaded anew. */
  async trust(): Promise<void> {
    await this.page.locator("#filelink").click();
    await this.page.locator("#trust_notebook a").click();
    // It asks twice, one dialog over the other; either is enough.
    await this.page.locator(".modal-dialog .btn-danger").last().click();
    await this.page.locator("#notification_trusted", { hasText: /^Trusted/ }).waitFor();
  }

  async save(): Promise<void> {
    await this.button("save-notebook").click();
    await this.page.locator("#notification_notebook", { hasText: "Checkpoint created" }).waitFor();
  }
}

/** Waits until a cell has run: its number is there, and no star. */
export function hasRun(cell: Locator): Promise<void> {
  return cell.locator(".input_prompt", { hasText: /\[\d+\]:$/ }).waitFor();
}
