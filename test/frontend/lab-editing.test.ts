import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Lab, labServer } from "./lab.js";
import { picture, Workplace } from "./workplace.js";

describe("a cell in JupyterLab", () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open(labServer);
  });

  afterEach((test) => Lab.clear(place, test));

  afterAll(() => place?.close());

  it("is typed with brackets that close, completed by Tab, explained and run", async () => {
    await place.writeNotebook("typing.ipynb");
    const lab = await Lab.open(place, "typing.ipynb");
    const { page } = lab;
    await lab.editor(0).click();
    await page.keyboard.type("const electrons = prism.formF");
    await lab.complete("formFactor");
    await picture(page, "lab-completion");
    await page.keyboard.press("Enter");
    await page.keyboard.type('("Si", 0');
    expect(await lab.editor(0).innerText()).toBe('const electrons = prism.formFactor("Si", 0)');

    await page.keyboard.press("Shift+Tab");
    await lab.tooltip.waitFor();
    await picture(page, "lab-tooltip");
    const explanation = await lab.tooltip.innerText();
    expect(explanation).toContain("formFactor(symbol: string, s: number): number");
    expect(explanation).toMatch(/form factor of a neutral atom in electrons/);
    await page.keyboard.press("Escape");

    await page.keyboard.press("Shift+Enter");
    expect(await (await lab.run("electrons.toFixed(2)")).innerText()).toContain("14.00");
    await picture(page, "lab-result");
  });

  it("lists the members of the library", async () => {
    await place.writeNotebook("members.ipynb");
    const lab = await Lab.open(place, "members.ipynb");
    await lab.editor(0).click();
    await lab.page.keyboard.type("prism.");
    await lab.complete("powderPattern");
    const members = await lab.completer.locator(".jp-Completer-match").allInnerTexts();
    expect(members).toEqual(expect.arrayContaining(["Crystal", "powderPattern", "symmetry"]));
    await picture(lab.page, "lab-members");
  });

  it("says where a type is wrong before anything runs, and where an error came from", async () => {
    await place.writeNotebook("errors.ipynb");
    const lab = await Lab.open(place, "errors.ipynb");
    const wrong = await lab.run(
      'const sizes: number[] = [1];\nconsole.log("ran");\nsizes.push("2");',
    );
    const text = await wrong.innerText();
    expect(text).toContain("TS2345");
    expect(text).toMatch(/\n *3 \| sizes\.push\("2"\);\n *\| {12}\^{3}/);
    expect(text).not.toContain("ran");

    const thrown = await lab.run(
      'function cut(radius: number) {\n  throw new RangeError("radius " + radius);\n}\ncut(-1)',
    );
    expect(await thrown.innerText()).toMatch(/RangeError: radius -1[\s\S]*\b2:9\b[\s\S]*\b4:1\b/);
    await picture(lab.page, "lab-errors");
  });

  it("of a console is completed and run", async () => {
    await place.writeNotebook("beside.ipynb");
    const lab = await Lab.open(place, "beside.ipynb");
    const { page } = lab;
    const kernelPreference = { name: "prism", shouldStart: true };
    await lab.command("console:create", { kernelPreference, activate: true });
    await page.locator(".jp-CodeConsole-banner", { hasText: "Prism" }).waitFor();
    await lab.idle();
    const input = page.locator(".jp-CodeConsole-input .cm-content");
    await input.click();
    await page.keyboard.type("const angle = prism.radiations.CuK");
    await lab.complete("CuKa1");
    await page.keyboard.press("Escape");
    await page.keyboard.type("a1;");
    await page.keyboard.press("Shift+Enter");
    await input.click();
    await page.keyboard.type("angle");
    await page.keyboard.press("Shift+Enter");
    const result = page.locator(".jp-CodeConsole-content .jp-OutputArea-executeResult").last();
    await result.waitFor();
    await picture(page, "lab-console");
    expect(await result.innerText()).toContain("1.5405929");
  });
});
