import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, lookAt, type OpenPage, openFile, screenshot } from "./browser.js";
import { JupyterHome, jupyter, outputs, quickstart } from "./environment.js";

const FIGURES = "figure.plotly";
const FLAT = ".cartesianlayer .trace path, .cartesianlayer .point path";

describe("the page of the quickstart in Chromium", () => {
  const file = path.join(outputs, "quickstart.html");
  let home: JupyterHome;
  let browser: Browser;
  let open: OpenPage | undefined;

  beforeAll(async () => {
    home = await JupyterHome.create();
    const notebook = path.join(outputs, "quickstart.ipynb");
    const { code, stderr } = await home.prism("run", quickstart, "-o", notebook, "--html", file);
    expect(code, stderr).toBe(0);
    browser = await launchBrowser();
  });

  afterEach(() => open?.page.context().close());

  afterAll(async () => {
    await browser?.close();
    await home?.remove();
  });

  async function drawAll(page: Page): Promise<number> {
    const count = await page.locator(FIGURES).count();
    for (let at = 0; at < count; at++) {
      await page.locator(FIGURES).nth(at).scrollIntoViewIfNeeded();
      await page.locator(`${FIGURES}.drawn`).nth(at).waitFor();
    }
    return count;
  }

  it.each(["light", "dark"] as const)("draws every chart on %s paper", async (colorScheme) => {
    open = await openFile(browser, file, { colorScheme });
    const { page, requests, complaints } = open;
    expect(await drawAll(page)).toBeGreaterThanOrEqual(2);
    expect(await page.locator(`${FIGURES} ${FLAT}`).count()).toBeGreaterThan(10);
    const scenes = page.locator(`${FIGURES}:has(.gl-container canvas)`);
    expect(await scenes.count()).toBeGreaterThanOrEqual(1);
    await scenes.first().scrollIntoViewIfNeeded();
    const { colours, drawn } = await lookAt(page, await scenes.first().screenshot());
    expect(colours).toBeGreaterThan(100);
    expect(drawn).toBeGreaterThan(0.05);
    expect(await page.locator(`${FIGURES} > img:visible`).count()).toBe(0);
    await page.evaluate(() => window.scrollTo(0, 0));
    await screenshot(page, `quickstart-${colorScheme}`);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  it("tells more of a line under the pointer", async () => {
    open = await openFile(browser, file);
    const { page } = open;
    await drawAll(page);
    const chart = page.locator(`${FIGURES}:not(:has(.gl-container canvas)) .chart`).first();
    await chart.scrollIntoViewIfNeeded();
    const { x, y } = await chart.evaluate(strongestPoint);
    await page.mouse.move(x, y + 20);
    await page.mouse.move(x, y + 2, { steps: 4 });
    const label = chart.locator(".hoverlayer .hovertext");
    await label.first().waitFor();
    expect(await label.first().textContent()).toMatch(/\d/);
    await screenshot(page, "quickstart-hover");
  });

  it("turns the crystal with the pointer", async () => {
    open = await openFile(browser, file);
    const { page } = open;
    await drawAll(page);
    const scene = page.locator(`${FIGURES}:has(.gl-container canvas) .chart`).first();
    await scene.scrollIntoViewIfNeeded();
    const before = await scene.screenshot();
    const box = await scene.boundingBox();
    if (box === null) throw new Error("the scene has no place on the page");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2 + 40, { steps: 8 });
    await page.mouse.up();
    await expect.poll(async () => (await scene.screenshot()).equals(before)).toBe(false);
  });

  it("shows pictures where no script may run", async () => {
    open = await openFile(browser, file, { javaScriptEnabled: false });
    const pictures = open.page.locator(`${FIGURES} > img`);
    expect(await pictures.count()).toBeGreaterThanOrEqual(2);
    for (const picture of await pictures.all()) {
      await picture.scrollIntoViewIfNeeded();
      const box = await picture.boundingBox();
      expect(box?.height).toBeGreaterThan(100);
    }
    await screenshot(open.page, "quickstart-no-script");
  });

  it("fits a narrow window", async () => {
    open = await openFile(browser, file, { viewport: { width: 390, height: 844 } });
    await drawAll(open.page);
    const overflow = await open.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    await screenshot(open.page, "quickstart-narrow");
    expect(overflow).toBe(0);
  });

  it("shows its pictures also as nbconvert writes it, without the server", async () => {
    const to = ["--to", "html", "--output-dir", path.join(outputs, "nbconvert")];
    const executed = path.join(outputs, "quickstart.ipynb");
    const { code, stderr } = await home.run(jupyter, ["nbconvert", ...to, executed]);
    expect(code, stderr).toBe(0);
    open = await openFile(browser, path.join(outputs, "nbconvert", "quickstart.html"));
    const widths = await open.page
      .locator('.jp-OutputArea img[src^="data:image/"]')
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
    expect(widths.filter((width) => width > 100).length).toBeGreaterThanOrEqual(2);
    await screenshot(open.page, "quickstart-nbconvert");
  });
});

/** Where the highest point of a flat chart is on the screen; runs in the page. */
function strongestPoint(chart: Element): { x: number; y: number } {
  const { _fullLayout, _fullData } = chart as unknown as PlotlyChart;
  const { xaxis, yaxis } = _fullLayout;
  let best = { x: 0, y: Number.NEGATIVE_INFINITY };
  for (const { x, y, visible } of _fullData) {
    for (let at = 0; visible === true && at < (y?.length ?? 0); at++) {
      const [px, py] = [Number(x?.[at]), Number(y?.[at])];
      if (py > best.y) best = { x: px, y: py };
    }
  }
  const box = chart.getBoundingClientRect();
  return {
    x: box.left + xaxis._offset + xaxis.d2p(best.x),
    y: box.top + yaxis._offset + yaxis.d2p(best.y),
  };
}

interface PlotlyAxis {
  readonly _offset: number;
  d2p(value: number): number;
}

interface PlotlyChart {
  readonly _fullLayout: { readonly xaxis: PlotlyAxis; readonly yaxis: PlotlyAxis };
  readonly _fullData: readonly {
    readonly x?: ArrayLike<unknown>;
    readonly y?: ArrayLike<unknown>;
    readonly visible: unknown;
  }[];
}
