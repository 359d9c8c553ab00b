import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { patternOf, readQuartz } from "./cells.js";
import { ended, Lab, labServer } from "./lab.js";
import { picture, Workplace } from "./workplace.js";

describe("the kernel in JupyterLab", () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open(labServer);
  });

  afterEach((test) => Lab.clear(place, test));

  afterAll(() => place?.close());

  async function open(notebook: string): Promise<Lab> {
    await place.writeNotebook(notebook);
    return Lab.open(place, notebook);
  }

  it("stops an endless loop at the stop button, with all variables kept", async () => {
    const lab = await open("stop.ipynb");
    await lab.run('const kept = "as it was";');
    const loop = await lab.start('console.log("turning");\nwhile (true) {}');
    await loop.locator(".jp-OutputArea", { hasText: "turning" }).waitFor();
    await lab.toolbar("interrupt").click();
    await ended(loop);
    expect(await loop.innerText()).toContain("Interrupted");
    expect(await (await lab.run("kept")).innerText()).toContain("as it was");
    await picture(lab.page, "lab-stopped");
  });

  it("forgets everything at a restart", async () => {
    const lab = await open("restart.ipynb");
    await lab.run("const forgotten = 1;");
    await lab.toolbar("restart").click();
    await lab.page.locator(".jp-Dialog button.jp-mod-warn").click();
    await lab.page.locator(".jp-Dialog").waitFor({ state: "detached" });
    await lab.idle();
    const output = await lab.run("forgotten");
    expect(await output.innerText()).toContain("Cannot find name 'forgotten'");
  });

  it("asks, and goes on with the answer", async () => {
    const lab = await open("ask.ipynb");
    const asking = await lab.start(
      'const name = prompt("Which crystal?");\nconst secret = password("And the key?");\nname + ", " + secret.length',
    );
    const box = asking.locator("input.jp-Stdin-input");
    await box.waitFor();
    await picture(lab.page, "lab-prompt");
    await box.fill("quartz");
    await box.press("Enter");
    const hidden = asking.locator('input.jp-Stdin-input[type="password"]');
    await hidden.fill("abcd");
    await hidden.press("Enter");
    await ended(asking);
    expect(await asking.locator(".jp-OutputArea-executeResult").innerText()).toContain("quartz, 4");
    await picture(lab.page, "lab-answered");
  });

  it("fills cells from a file", async () => {
    await writeFile(path.join(place.folder, "helper.ts"), "const loaded = 6 * 7;\n");
    const lab = await open("load.ipynb");
    await lab.run("%load helper.ts");
    await expect.poll(() => lab.editor(0).innerText()).toContain("const loaded = 6 * 7;");
    await lab.run('console.log("first");\n%load helper.ts');
    await picture(lab.page, "lab-load");
    await expect.poll(() => lab.editor(2).innerText()).toContain("const loaded = 6 * 7;");
  });

  it("replaces output that is cleared, and updates it in place", async () => {
    const lab = await open("update.ipynb");
    const cleared = await lab.run(
      'for (const step of ["one", "two", "three"]) {\n  display.clear(true);\n  console.log(step);\n}',
    );
    expect((await cleared.innerText()).trim()).toBe("three");
    const shown = await lab.run('const shown = await display.html("<b>before</b>");');
    expect(await shown.innerText()).toContain("before");
    await lab.run('await shown.update("after");');
    await expect.poll(() => shown.innerText()).toContain("after");
    expect(await shown.innerText()).not.toContain("before");
  });

  it("shows a flood of lines to its end", async () => {
    const lab = await open("flood.ipynb");
    const lines = await lab.run('for (let n = 1; n <= 20_000; n++) console.log("line " + n);');
    await expect.poll(() => lines.innerText(), { timeout: 30_000 }).toContain("line 20000");
    const output = await lines.innerText();
    expect(output.trim().split("\n")).toHaveLength(20_000);
  });

  it("stops an endless flood, and shows the next result soon after", async () => {
    const lab = await open("endless.ipynb");
    const flood = await lab.start('while (true) console.log("x".repeat(100));');
    await flood.locator(".jp-OutputArea", { hasText: "xxx" }).waitFor();
    // By then the kernel has begun to wait for the page.
    await lab.page.waitForTimeout(4_000);
    await lab.toolbar("interrupt").click();
    // A cell that is sent before the end would be aborted with it.
    await ended(flood);
    const next = await lab.start("6 * 7");
    await next
      .locator(".jp-OutputArea-executeResult", { hasText: "42" })
      .waitFor({ timeout: 60_000 });
    const text = await flood.locator(".jp-OutputArea").innerText();
    expect(text).toContain("Interrupted");
    expect(text).not.toContain("rate exceeded");
    await picture(lab.page, "lab-flood-stopped");
  });

  it("stops a cell that goes on printing", async () => {
    const lab = await open("printing.ipynb");
    const printing = await lab.start(
      'let line = 0;\nwhile (true) {\n  console.log("line", line++);\n  await new Promise((resolve) => setTimeout(resolve, 5));\n}',
    );
    await printing.locator(".jp-OutputArea", { hasText: "line 100" }).waitFor();
    await lab.toolbar("interrupt").click();
    await ended(printing);
    expect(await (await lab.run("line > 100")).innerText()).toContain("true");
  });

  it("shows how far a task is, until it is stopped", async () => {
    const lab = await open("progress.ipynb");
    await lab.run(readQuartz);
    const task = await lab.start(
      `await display.progress(${patternOf("quartz.supercell([16, 16, 16])")}, "a large cell");`,
    );
    await task.locator(".jp-OutputArea", { hasText: /a large cell[\s\S]*[1-9]\d? %/ }).waitFor();
    await picture(lab.page, "lab-progress");
    await lab.toolbar("interrupt").click();
    await ended(task);
    await expect.poll(() => task.innerText()).toContain("a large cell (stopped)");
    expect(await task.innerText()).toContain("TASK_CANCELLED");
    await picture(lab.page, "lab-progress-stopped");
  });

  it("keeps the panel of the runtime up to date", async () => {
    const lab = await open("panel.ipynb");
    await lab.run(readQuartz);
    const panel = await lab.run("prism.Runtime.shared");
    await expect.poll(() => panel.innerText()).toMatch(/submitted\s*0/);
    await lab.run(
      `await Promise.all([6, 7, 8].map((n) => ${patternOf("quartz.supercell([n, n, n])")}));`,
    );
    await expect.poll(() => panel.innerText()).toMatch(/done\s*3/);
    await picture(lab.page, "lab-panel");
  });
});
