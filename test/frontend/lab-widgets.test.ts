import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectScene, readQuartz } from "./cells.js";
import { Lab, labServer } from "./lab.js";
import { picture, Workplace } from "./workplace.js";

describe("widgets in JupyterLab", () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open(labServer);
  });

  afterEach((context) => place.closePages(context));

  afterAll(() => place?.close());

  async function open(notebook: string): Promise<Lab> {
    await place.writeNotebook(notebook);
    return Lab.open(place, notebook);
  }

  /** Drags the handle of a slider by so many pixels. */
  async function drag(lab: Lab, output: Locator, pixels: number): Promise<void> {
    const handle = output.locator(".noUi-handle");
    await handle.scrollIntoViewIfNeeded();
    const box = await handle.boundingBox();
    if (box === null) throw new Error("the handle has no place on the page");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const { mouse } = lab.page;
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x + pixels, y, { steps: 10 });
    await mouse.up();
  }

  it("give a cell the value to which the reader drags a slider, and take one from it", async () => {
    const lab = await open("slider.ipynb");
    const output = await lab.run(
      'const size = widgets.intSlider({ min: 0, max: 10, value: 2, description: "size" });\nsize',
    );
    const readout = output.locator(".widget-readout");
    await readout.waitFor();
    expect(await readout.innerText()).toBe("2");
    await drag(lab, output, 90);
    const shown = Number(await readout.innerText());
    expect(shown).toBeGreaterThan(2);
    const value = await lab.run("String(size.value)");
    expect(await value.innerText()).toContain(`'${shown}'`);
    await lab.run("size.value = 9;");
    await expect.poll(() => readout.innerText()).toBe("9");
    await picture(lab.page, "lab-slider");
  });

  it("call handlers, whose output appears beneath them", async () => {
    const lab = await open("controls.ipynb");
    const output = await lab.run(
      [
        'const style = widgets.dropdown({ options: ["ball", "stick"], description: "style" });',
        'const labels = widgets.checkbox({ value: false, description: "labels" });',
        'const name = widgets.text({ placeholder: "name", description: "name" });',
        'const apply = widgets.button({ description: "Apply" });',
        'apply.onClick(() => console.log([style.value, labels.value, name.value].join(", ")));',
        "widgets.vbox([style, labels, name, apply])",
      ].join("\n"),
    );
    await output.locator("select").selectOption("stick");
    await output.locator('input[type="checkbox"]').check();
    await output.locator('input[type="text"]').fill("quartz");
    await output.locator('input[type="text"]').press("Enter");
    await output.getByRole("button", { name: "Apply" }).click();
    await expect
      .poll(() => lab.page.locator(".jp-Notebook").innerText())
      .toContain("stick, true, quartz");
    await picture(lab.page, "lab-controls");
  });

  it("redraw what depends on them", async () => {
    const lab = await open("interact.ipynb");
    await lab.run(readQuartz);
    const output = await lab.run(
      [
        "const draw = ({ cells, style }: { cells: number; style: prism.CrystalFigureOptions['style'] }) => {",
        '  console.log(cells ** 3 * 9, "sites");',
        "  return prism.show(quartz.supercell([cells, cells, cells]), { style });",
        "};",
        'interact(draw, { cells: [1, 3], style: ["ball-and-stick", "spacefill"] })',
      ].join("\n"),
    );
    await expectScene(lab.page, output);
    await picture(lab.page, "lab-interact");
    await expect.poll(() => output.innerText()).toContain("72 sites");
    await drag(lab, output, 200);
    await expect.poll(() => output.innerText()).toContain("243 sites");
    expect(await output.innerText()).not.toContain("72 sites");
    await expectScene(lab.page, output);
    await picture(lab.page, "lab-interact-dragged");
  });

  it("are alive after the page was loaded again", async () => {
    const lab = await open("reload.ipynb");
    const output = await lab.run(
      "const kept = widgets.floatSlider({ min: 1, max: 5, value: 1.5 });\nkept",
    );
    await output.locator(".widget-readout").waitFor();
    await lab.save();
    await lab.page.context().close();

    const later = await Lab.open(place, "reload.ipynb");
    const readout = later.output(0).locator(".widget-readout");
    await readout.waitFor();
    await drag(later, later.output(0), 60);
    const shown = await readout.innerText();
    expect(shown).not.toBe("1.50");
    expect(await (await later.run("kept.value.toFixed(2)")).innerText()).toContain(shown);
    await picture(later.page, "lab-widgets-reloaded");
  });
});
