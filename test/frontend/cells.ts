import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { lookAt } from "../jupyter/browser.js";

/** Cells that more than one front end runs. */
export const readQuartz = 'const quartz = await prism.Crystal.fromFile("data/quartz.cif");';
export const showQuartz: string = `${readQuartz}\nquartz`;
export const showPattern: string = `await ${patternOf("quartz")}`;

export function patternOf(crystal: string): string {
  return `prism.powderPattern(${crystal}, { wavelength: "CuKa1", twoTheta: [10, 90] })`;
}

/** Many colours in a WebGL scene, or there is no crystal in it. */
export async function expectScene(page: Page, output: Locator): Promise<void> {
  await output.locator(".gl-container canvas").first().waitFor();
  await expect
    .poll(async () => (await lookAt(page, await output.screenshot())).colours)
    .toBeGreaterThan(200);
}

/** The picture inside the output of a notebook that is not trusted, and nothing that runs. */
export async function expectPicture(output: Locator): Promise<void> {
  const image = output.locator('img[src^="data:image/png"]');
  await image.waitFor();
  expect((await image.boundingBox())?.height).toBeGreaterThan(200);
  expect(await output.locator("script, .js-plotly-plot").count()).toBe(0);
}
