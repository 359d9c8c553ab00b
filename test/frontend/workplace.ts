import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { TestContext } from "vitest";
import { launchBrowser } from "../jupyter/browser.js";
import {
  JupyterHome,
  JupyterServer,
  outputs,
  root,
  type ServerOptions,
} from "../jupyter/environment.js";

/** Where pictures are kept, those of failed tests too. */
export const pictures: string = path.join(outputs, "frontend");

/** A home with the kernelspec, a server that shows a folder of it, and a browser. */
export class Workplace {
  readonly server: JupyterServer;
  /** Where the notebooks lie. */
  readonly folder: string;
  readonly #home: JupyterHome;
  readonly #browser: Browser;

  private constructor(home: JupyterHome, folder: string, server: JupyterServer, browser: Browser) {
    this.#home = home;
    this.folder = folder;
    this.server = server;
    this.#browser = browser;
  }

  static async open(serverOf: (folder: string) => ServerOptions): Promise<Workplace> {
    const home = await JupyterHome.create();
    const folder = path.join(home.folder, "notebooks");
    await mkdir(folder);
    await cp(path.join(root, "notebooks", "data"), path.join(folder, "data"), { recursive: true });
    const [server, browser] = await Promise.all([
      JupyterServer.start(home, serverOf(folder)),
      launchBrowser(),
    ]);
    return new Workplace(home, folder, server, browser);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.stop();
    await this.#home.remove();
  }

  /** Closes all pages and stops all kernels; where the test failed, what they showed is kept. */
  async closePages({ task }: TestContext): Promise<void> {
    const contexts = this.#browser.contexts();
    for (const [n, page] of contexts.flatMap((context) => context.pages()).entries()) {
      const name = task.name.replaceAll(/\W+/g, "-");
      if (task.result?.state === "fail") await picture(page, `failed-${name}-${n}`);
    }
    await Promise.all(contexts.map((context) => context.close()));
    await this.#stopKernels();
  }

  async #stopKernels(): Promise<void> {
    const sessions = (await (await this.server.get("api/sessions")).json()) as { id: string }[];
    await Promise.all(sessions.map(({ id }) => this.server.delete(`api/sessions/${id}`)));
  }

  /** A page that asks nobody but the server for anything. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    await context.route(
      (url) => !url.href.startsWith(this.server.url) && /^(http|ws)/.test(url.protocol),
      (route) => route.abort(),
    );
    return context.newPage();
  }

  address(resource: string, query: Readonly<Record<string, string>> = {}): string {
    const search = new URLSearchParams({ ...query, token: this.server.token });
    return `${this.server.url}${resource}?${search}`;
  }

  /** A notebook for the kernel with cells of these texts; none runs by itself. */
  async writeNotebook(name: string, sources: readonly string[] = [""]): Promise<void> {
    const cells = sources.map((source, n) => ({
      cell_type: "code",
      id: `cell-${n}`,
      execution_count: null,
      metadata: {},
      source,
      outputs: [],
    }));
    const kernelspec = {
      name: "prism",
      display_name: "Prism (TypeScript)",
      language: "typescript",
    };
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
    await writeFile(path.join(this.folder, name), JSON.stringify(notebook));
  }

  readNotebook(name: string): Promise<string> {
    return readFile(path.join(this.folder, name), "utf8");
  }
}

/** Kept for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}
