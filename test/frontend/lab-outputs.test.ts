import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { patternOf, readQuartz } from "./cells.js";
import { Lab, labServer } from "./lab.js";
import { picture, Workplace } from "./workplace.js";

const values = `({ number: 1, text: "a", none: null, unset: undefined, day: new Date(0), list: [true],
  size: 1n, sign: Symbol("s"), pattern: /a/, run() {}, bytes: new Uint8Array(2), by: new Map([[1, 2]]) })`;

describe("outputs in JupyterLab", () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open(labServer);
  });

  afterEach((context) => place.closePages(context));

  afterAll(() => place?.close());

  it.each(["light", "dark"] as const)("can be read on a %s page", async (theme) => {
    await place.writeNotebook(`outputs-${theme}.ipynb`);
    const lab = await Lab.open(place, `outputs-${theme}.ipynb`, { theme });
    const outputs = [
      await lab.run(`console.error("a warning"); console.log(${values});\n${values}`),
      await lab.run("prism.table([{ line: 1, d: 4.2577 }, { line: 2, d: 3.3435 }])"),
      await lab.run(readQuartz),
      await lab.run(`await display.progress(${patternOf("quartz")}, "a bar"); undefined`),
      await lab.run("prism.Runtime.shared"),
      await lab.run('const wrong: number = "text";'),
      await lab.run('quartz.supercell("large" as never)'),
      await lab.run('await display.markdown("**bold** $E = mc^2$"); await display.latex("$$F$$");'),
    ];
    const [, table] = outputs;
    await table?.locator("table", { hasText: "4.2577" }).waitFor();
    await outputs.at(-1)?.locator("mjx-container").nth(1).waitFor();
    const hardToRead = await Promise.all(outputs.map((output) => output.evaluate(faintTexts)));
    await picture(lab.page, `lab-outputs-${theme}`);
    expect(hardToRead.flat()).toEqual([]);
  });
});

/**
 * Texts that hardly differ from what is behind them; runs in the page. The contrast ratio is that of
 * WCAG 2.2; the worst of JupyterLab's own, its cyan on the ground of an error, is 1.60. Figures are
 * left out: they bring their own ground.
 */
function faintTexts(output: Element): readonly string[] {
  type Channels = readonly [red: number, green: number, blue: number, opacity: number];
  const channels = (color: string): Channels => {
    const [red = 0, green = 0, blue = 0, opacity = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue, opacity];
  };
  const ground = (element: Element | null): Channels => {
    if (element === null) return [255, 255, 255, 1];
    const own = channels(getComputedStyle(element).backgroundColor);
    if (own[3] === 1) return own;
    const below = ground(element.parentElement);
    const mixed = (at: 0 | 1 | 2): number => own[at] * own[3] + below[at] * (1 - own[3]);
    return [mixed(0), mixed(1), mixed(2), 1];
  };
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const luminance = ([red, green, blue]: Channels): number =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const faint: string[] = [];
  const walker = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: parent, textContent: text } = walker.currentNode as Text;
    if (parent === null || !text?.trim() || parent.closest("svg") !== null) continue;
    const [one, other] = [
      luminance(channels(getComputedStyle(parent).color)),
      luminance(ground(parent)),
    ];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 1.5) faint.push(`${text.trim()}: ${contrast.toFixed(2)}`);
  }
  return faint;
}
