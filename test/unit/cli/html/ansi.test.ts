import { describe, expect, it } from "vitest";
import { ansiToHtml } from "../../../../kernel/cli/html/ansi.js";

const ESC = "\u001b";

describe("ansiToHtml", () => {
  it.each([
    ["plain <b> & 'text'", "plain &lt;b&gt; &amp; &#39;text&#39;"],
    [`${ESC}[31mred${ESC}[39m on`, '<span style="color:var(--ansi-1)">red</span> on'],
    [`${ESC}[92mgreen${ESC}[0m`, '<span style="color:var(--ansi-10)">green</span>'],
    [
      `${ESC}[1;4mbold${ESC}[22m under`,
      '<span class="ansi-bold ansi-underline">bold</span><span class="ansi-underline"> under</span>',
    ],
    [`${ESC}[38;5;196mx`, '<span style="color:rgb(255,0,0)">x</span>'],
    [`${ESC}[38;5;3mx`, '<span style="color:var(--ansi-3)">x</span>'],
    [`${ESC}[48;5;244mx`, '<span style="background:rgb(128,128,128)">x</span>'],
    [`${ESC}[38;2;1;2;3;1mx`, '<span class="ansi-bold" style="color:rgb(1,2,3)">x</span>'],
    [`${ESC}[7mx`, '<span style="color:var(--paper);background:var(--ink)">x</span>'],
    [`${ESC}[31ma${ESC}[mb`, '<span style="color:var(--ansi-1)">a</span>b'],
  ])("renders %j", (text, html) => {
    expect(ansiToHtml(text)).toBe(html);
  });

  it("drops sequences that move a cursor or name a window, and a lone escape", () => {
    expect(ansiToHtml(`a${ESC}[2Kb${ESC}]0;title\u0007c${ESC}[?25ld${ESC}`)).toBe("abcd");
    expect(ansiToHtml(`${ESC}]8;;https://x${ESC}\\link${ESC}]8;;${ESC}\\`)).toBe("link");
  });

  it("shows what a terminal would after carriage returns and backspaces", () => {
    expect(ansiToHtml("10%\r50%\r100%\ndone\r\n")).toBe("100%\ndone\n");
    expect(ansiToHtml("100%\r")).toBe("100%");
    expect(ansiToHtml("ab\b\bcd")).toBe("cd");
    expect(ansiToHtml("two words")).toBe("two words");
  });
});
