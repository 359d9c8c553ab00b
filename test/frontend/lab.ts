import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import type { TestContext } from "vitest";
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

  /** Opens the notebook, in the page of JupyterLab that there is. */
  static async open(place: Workplace, notebook: string, options: LabOptions = {}): Promise<Lab> {
    const { theme = "light", plotly = false } = options;
    const [page] = place.pages;
    if (page === undefined) {
      const lab = new Lab(await place.newPage());
      const query = { reset: "", ...(plotly ? { plotly: "" } : {}) };
      await lab.page.goto(place.address(`lab/tree/${notebook}`, query));
      await lab.page.waitForFunction("window.isLabRestored === true");
      return lab.prepared(theme);
    }
    const lab = new Lab(page);
    await lab.command("docmanager:open", { path: notebook });
    return lab.prepared(theme);
  }

  /**
   * Between two tests: closes all notebooks and stops their kernels. The page stays, which takes
   * seconds to load, unless the test has failed or has a page of its own.
   */
  static async clear(place: Workplace, test: TestContext): Promise<void> {
    const [page, ...others] = place.pages;
    const isPlain = page !== undefined && others.length === 0 && !/[?&]plotly/.test(page.url());
    if (!isPlain || test.task.result?.state === "fail") return place.clear(test);
    await page.evaluate(() => {
      const { shell } = (window as unknown as LabWindow).jupyterapp;
      for (const widget of [...shell.widgets("main")]) widget.dispose();
    });
    await place.stopKernels();
  }

  private async prepared(theme: "light" | "dark"): Promise<Lab> {
    await this.idle();
    await this.setTheme(theme);
    return this;
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
   * Presses Tab until the menu offers the name: JupyterLab does without answers that take more than
   * a second, which a kernel that has just started on a busy machine may need.
   */
  async complete(name: string): Promise<void> {
    const item = this.completer.locator(".jp-Completer-match", { hasText: name });
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.page.keyboard.press("Tab");
      const offered = item.first().waitFor({ timeout: 3_000 });
      if (
        await offered.then(
          () => true,
          () => false,
        )
      )
        return;
      if (await this.completer.isVisible()) await this.page.keyboard.press("Escape");
    }
    throw new Error(`the menu does not offer ${name}`);
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
    readonly shell: {
      readonly currentWidget: LabWidget | null;
      widgets(area: "main"): Iterable<LabWidget>;
    };
  };
}

interface LabWidget {
  dispose(): void;
  readonly sessionContext?: {
    readonly session: { readonly kernel: KernelConnection | null } | null;
  };
}

interface KernelConnection {
  readonly connectionStatus: string;
  readonly status: string;
}
