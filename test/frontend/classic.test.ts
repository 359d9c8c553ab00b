import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectPicture, expectScene, showPattern, showQuartz } from "./cells.js";
import { Classic, classicServer, hasRun } from "./classic.js";
import { picture, Workplace } from "./workplace.js";

describe("the classic Notebook", () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open(classicServer);
  });

  afterEach((test) => place.clear(test));

  afterAll(() => place?.close());

  async function open(notebook: string): Promise<Classic> {
    await place.writeNotebook(notebook);
    return Classic.open(place, notebook);
  }

  it("completes by Tab, explains by Shift+Tab and runs a cell", async () => {
    const classic = await open("typing.ipynb");
    const { page } = classic;
    await classic.editor(0).click();
    await page.keyboard.type("const electrons = prism.form");
    await page.keyboard.press("Tab");
    await expect.poll(() => classic.text(0)).toContain("prism.formFactor");
    await page.keyboard.type('("Si", 0');
    await page.keyboard.press("Shift+Tab");
    await classic.tooltip.waitFor();
    await picture(page, "classic-tooltip");
    expect(await classic.tooltip.innerText()).toContain("form factor of a neutral atom");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+Enter");
    await hasRun(classic.cells.nth(0));
    await classic.editor(1).click();
    await page.keyboard.type("prism.s");
    await page.keyboard.press("Tab");
    await classic.completer.waitFor();
    await picture(page, "classic-completion");
    expect(await classic.completer.innerText()).toContain("symmetry");
    await page.keyboard.press("Escape");
  });

  it("stops and restarts the kernel", async () => {
    const classic = await open("stop.ipynb");
    await classic.run('const kept = "as it was";');
    const loop = await classic.start("while (true) {}");
    await classic.page.locator("#kernel_indicator_icon.kernel_busy_icon").waitFor();
    await classic.button("interrupt-kernel").click();
    await hasRun(loop);
    expect(await loop.innerText()).toContain("Interrupted");
    expect(await (await classic.run("kept")).innerText()).toContain("as it was");

    await classic.button("confirm-restart-kernel").click();
    await classic.page.locator(".modal-dialog:visible .btn-danger").click();
    await classic.idle();
    expect(await (await classic.run("kept")).innerText()).toContain("Cannot find name 'kept'");
    await picture(classic.page, "classic-restarted");
  });

  it("draws figures, shows pictures of them where it trusts nobody, and draws them once it does", async () => {
    const classic = await open("figures.ipynb");
    await expectScene(classic.page, await classic.run(showQuartz));
    await picture(classic.page, "classic-crystal");
    const pattern = await classic.run(showPattern);
    await pattern.locator(".main-svg .cartesianlayer").first().waitFor();
    await picture(classic.page, "classic-pattern");
    await classic.save();
    await classic.page.context().close();

    const later = await Classic.open(place, "figures.ipynb");
    await expectPicture(later.output(0));
    await expectPicture(later.output(1));
    await picture(later.page, "classic-reopened-untrusted");

    await later.trust();
    await expectScene(later.page, later.output(0));
    await later.output(1).locator(".main-svg").first().waitFor();
    await picture(later.page, "classic-reopened-trusted");
  });
});
