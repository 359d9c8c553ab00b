import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectPicture, expectScene, showPattern, showQuartz } from "./cells.js";
import { Lab, type LabOptions, labServer } from "./lab.js";
import { picture, Workplace } from "./workplace.js";

describe("figures in JupyterLab", () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open(labServer);
  });

  afterEach((context) => place.closePages(context));

  afterAll(() => place?.close());

  async function open(notebook: string, options: LabOptions = {}): Promise<Lab> {
    await place.writeNotebook(notebook);
    return Lab.open(place, notebook, options);
  }

  it.each(["light", "dark"] as const)("are drawn on a %s page", async (theme) => {
    const lab = await open(`figures-${theme}.ipynb`, { theme });
    const crystal = await lab.run(showQuartz);
    await expectScene(lab.page, crystal);
    await picture(lab.page, `lab-crystal-${theme}`);
    const pattern = await lab.run(showPattern);
    await pattern.locator(".main-svg .cartesianlayer").first().waitFor();
    await picture(lab.page, `lab-pattern-${theme}`);
    const timeline = await lab.run("prism.show(prism.Runtime.shared)");
    await timeline.locator(".main-svg .cartesianlayer").first().waitFor();
    await picture(lab.page, `lab-timeline-${theme}`);
  });

  it("turn under the pointer", async () => {
    const lab = await open("turning.ipynb");
    const crystal = await lab.run(showQuartz);
    await expectScene(lab.page, crystal);
    const box = await crystal.boundingBox();
    if (box === null) throw new Error("the scene has no place on the page");
    const before = await crystal.screenshot();
    await lab.page.mouse.move(box.x + 300, box.y + 300);
    await lab.page.mouse.down();
    await lab.page.mouse.move(box.x + 420, box.y + 340, { steps: 8 });
    await lab.page.mouse.up();
    await expect.poll(async () => (await crystal.screenshot()).equals(before)).toBe(false);
    await picture(lab.page, "lab-crystal-turned");
  });

  it("come back when a trusted notebook is opened, and as pictures in one that is not", async () => {
    const lab = await open("saved.ipynb");
    await expectScene(lab.page, await lab.run(showQuartz));
    await lab.run(showPattern);
    await lab.save();
    await lab.page.context().close();

    const trusted = await Lab.open(place, "saved.ipynb");
    await expectScene(trusted.page, trusted.output(0));
    await trusted.output(1).locator(".main-svg").first().waitFor();
    await picture(trusted.page, "lab-reopened-trusted");
    await trusted.page.context().close();

    const text = await place.readNotebook("saved.ipynb");
    await writeFile(path.join(place.folder, "foreign.ipynb"), text.replace("Prism", "Foreign"));
    const foreign = await Lab.open(place, "foreign.ipynb");
    for (const output of [foreign.output(0), foreign.output(1)]) {
      await expectPicture(output);
    }
    await picture(foreign.page, "lab-reopened-untrusted");
  });

  it("are drawn by the renderer of plotly.py where it is installed", async () => {
    const lab = await open("renderer.ipynb", { plotly: true });
    const crystal = await lab.run(showQuartz);
    const pattern = await lab.run(showPattern);
    for (const output of [crystal, pattern]) {
      await output.locator(".jp-RenderedPlotly").hover();
      await output.locator(".jp-RenderedPlotly .main-svg").first().waitFor();
    }
    await picture(lab.page, "lab-renderer-pattern");
    await crystal.scrollIntoViewIfNeeded();
    await expectScene(lab.page, crystal);
    await picture(lab.page, "lab-renderer-crystal");
  });
});
