import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromium as executablePath, outputs } from "./environment.js";

/** Debian's Chromium, headless, drawing WebGL in software, without a thought of calling home. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--enable-unsafe-swiftshader",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page from a file, what it asked of the network, and what it complained about. */
export interface OpenPage {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** Opens a local file without network; any request for something else than the file is noted. */
export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 900 },
    offline: true,
    ...options,
  });
  const page = await context.newPage();
  const [requests, complaints]: [string[], string[]] = [[], []];
  const url = pathToFileURL(file).href;
  page.on("request", (request) => {
    const asked = request.url();
    if (asked !== url && !/^(data|blob):/.test(asked)) requests.push(asked);
  });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", ({ message }) => complaints.push(message));
  await page.goto(url);
  return { page, requests, complaints };
}

/** Screenshots are kept for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = path.join(outputs, "screens");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

/** How many different colours a PNG has, and which share of it differs from its corner. */
export function lookAt(page: Page, png: Buffer): Promise<{ colours: number; drawn: number }> {
  return page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no 2D canvas");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const pixels = new Uint32Array(data.buffer);
    const drawn = pixels.reduce((count, pixel) => count + (pixel === pixels[0] ? 0 : 1), 0);
    return { colours: new Set(pixels).size, drawn: drawn / pixels.length };
  }, png.toString("base64"));
}
