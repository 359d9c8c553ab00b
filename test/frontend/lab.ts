import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import { python, type ServerOptions } from "../jupyter/environment.js";
import type { Workplace } from "./workplace.js";

const program = fileURLToPath(new URL("jupyterlab/server.py", import.meta.url));

/** The server of the JupyterLab that was built here. */
export function labServer(folder: string): ServerOptions {
  return {
    program: python,
    args: [program],
    app: "ServerApp",
    flags: { root_dir: folder },
    log: "jupyterlab-server.log",
  };
}

export interface LabOptions {
  readonly theme?: "light" | "dark";
  /** With the renderer of figures that plotly.py brings to JupyterLab. */
  readonly plotly?: boolean;
}

/** A notebook in JupyterLab, used as a person does: by keyboard, pointer and what is on the screen. */
export class Lab {
  readonly page: Page;
  readonly completer: Locator;
  readonly tooltip: Locator;
  readonly cells: Locator;

  private constructor(page: Page) {
    this.page = page;
    this.completer = page.locator(".jp-Completer:visible");
    this.tooltip = page.locator(".jp-Tooltip");
    this.cells = page.locator(".jp-Notebook .jp-CodeCell");
  }

  static async open(place: Workplace, notebook: string, options: LabOptions = {}): Promise<Lab> {
    const page = await place.newPage();
    const lab = new Lab(page);
    const query = { reset: "", ...(options.plotly ? { plotly: "" } : {}) };
    await page.goto(place.address(`lab/tree/${notebook}`, query));
    await page.waitForFunction("window.isLabRestored === true");
    await lab.idle();
    await lab.setTheme(options.theme ?? "light");
    return lab;
  }

  /** Waits until the kernel has started and has nothing to do; the page says "idle" too early. */
  async idle(): Promise<void> {
    await this.page.waitForFunction(() => {
      const { shell } = (window as unknown as LabWindow).jupyterapp;
      const kernel = shell.currentWidget?.sessionContext?.session?.kernel;
      return kernel?.connectionStatus === "connected" && kernel.status === "idle";
    });
  }

  /** JupyterLab keeps the theme of one page for the next. */
  private async setTheme(theme: "light" | "dark"): Promise<void> {
    const name = theme === "light" ? "JupyterLab Light" : "JupyterLab Dark";
    await this.command("apputils:change-theme", { theme: name });
    await this.page.locator(`body[data-jp-theme-name="${name}"] .jp-Cell`).first().waitFor();
  }

  /** A command of JupyterLab's menus. */
  async command(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.page.evaluate(
      ([id, options]) => (window as unknown as LabWindow).jupyterapp.commands.execute(id, options),
      [name, args] as const,
    );
  }

  editor(index: number): Locator {
    return this.cells.nth(index).locator(".cm-content");
  }

  output(index: number): Locator {
    return this.cells.nth(index).locator(".jp-OutputArea");
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
    await ended(cell);
    return cell.locator(".jp-OutputArea");
  }

  /**
   * Presses Tab until the menu opens: JupyterLab forgets answers that take more than a second, which
   * a kernel that has just started on a busy machine may need.
   */
  async complete(): Promise<void> {
    for (let attempt = 1; !(await this.completer.isVisible()); attempt++) {
      await this.page.keyboard.press("Tab");
      const timeout = attempt < 10 ? 2_000 : 30_000;
      await this.completer.waitFor({ timeout }).catch((error) => {
        if (attempt >= 10) throw error;
      });
    }
  }

  /** What the menu offers; a long one is filled in steps. */
  suggestions(): Promise<readonly string[]> {
    return this.completer.locator("li.jp-Completer-item .jp-Completer-match").allInnerTexts();
  }

  toolbar(item: string): Locator {
    return this.page.locator(`.jp-NotebookPanel-toolbar [data-jp-item-name="${item}"]`);
  }

  /** Writes the notebook to its file. */
  async save(): Promise<void> {
    await this.page.keyboard.press("Control+s");
    await this.page.locator("#jp-main-dock-panel .jp-mod-dirty").waitFor({ state: "detached" });
  }
}

/** Waits until a cell has run: its number is there, and no star. */
export function ended(cell: Locator): Promise<void> {
  return cell.locator(".jp-InputPrompt", { hasText: /^\[\d+\]:$/ }).waitFor();
}

interface LabWindow {
  readonly jupyterapp: {
    readonly commands: {
      execute(id: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
    };
    readonly shell: { readonly currentWidget: LabWidget | null };
  };
}

interface LabWidget {
  readonly sessionContext?: {
    readonly session: { readonly kernel: KernelConnection | null } | null;
  };
}

interface KernelConnection {
  readonly connectionStatus: string;
  readonly status: string;
}
