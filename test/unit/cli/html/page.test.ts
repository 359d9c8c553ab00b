import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { codeForScript, jsonForScript } from "../../../../kernel/cli/html/escape.js";
import { highlight, renderMarkdown } from "../../../../kernel/cli/html/markdown.js";
import { renderOutput } from "../../../../kernel/cli/html/outputs.js";
import { renderPage } from "../../../../kernel/cli/html/page.js";
import type { Cell, MimeBundle, Notebook } from "../../../../kernel/cli/notebook/document.js";

const here = { folder: "." };

function markdown(source: string): Cell {
  return { cell_type: "markdown", id: "m", metadata: {}, source };
}

function code(source: string, ...bundles: readonly MimeBundle[]): Cell {
  const outputs = bundles.map((data) => ({
    output_type: "display_data" as const,
    data,
    metadata: {},
  }));
  return { cell_type: "code", id: "c", metadata: {}, source, execution_count: 1, outputs };
}

function notebook(...cells: readonly Cell[]): Notebook {
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
}

function show(data: MimeBundle): string {
  return renderOutput({ output_type: "display_data", data, metadata: {} }, here);
}

const figure = { data: [{ name: "</script><!--<script>" }], layout: { height: 300 } };

describe("escaping for script elements", () => {
  it("keeps values and takes the sequences that HTML reads", () => {
    const text = jsonForScript(figure);
    expect(text).not.toMatch(/</);
    expect(JSON.parse(text)).toEqual(figure);
    const safe = codeForScript('f("</SCRIPT>", `<!--`, /<\\/script>/)');
    expect(safe).toBe('f("<\\/SCRIPT>", `<\\!--`, /<\\/script>/)');
  });
});

describe("renderOutput", () => {
  it("takes the richest form", () => {
    const all = { "text/plain": "p", "text/html": "<i>h</i>", "image/png": "QUJD" };
    expect(show(all)).toBe('<div class="html scroll"><i>h</i></div>');
    expect(show({ "text/plain": "p", "image/png": "QUJD\n" })).toBe(
      '<img src="data:image/png;base64,QUJD" alt="p">',
    );
    expect(show({ "text/plain": "a < b" })).toBe('<pre class="plain">a &lt; b</pre>');
    expect(show({ "application/x-own": "?" })).toContain("application/x-own");
  });

  it("takes the HTML of an animation, which is packed", () => {
    const figure = { data: [], layout: {} };
    const html = "<i>h</i>";
    const mime = "application/vnd.plotly.v1+json";
    expect(show({ [mime]: { ...figure, frames: [] }, "text/html": html })).toContain(html);
    expect(show({ [mime]: { ...figure, frames: [] } })).toContain("figure");
    expect(show({ [mime]: figure, "text/html": html })).not.toContain(html);
  });

  it("leaves out a text that is empty", () => {
    expect(show({ "text/plain": "" })).toBe("");
  });

  it("escapes texts, tracebacks, names and alternatives", () => {
    const evil = "<script>x</script>";
    const stream = renderOutput({ output_type: "stream", name: "stderr", text: evil }, here);
    expect(stream).toBe('<pre class="stream stderr">&lt;script&gt;x&lt;/script&gt;</pre>');
    const error = { output_type: "error", ename: "E", evalue: evil, traceback: [] } as const;
    expect(renderOutput(error, here)).not.toContain("<script>");
    expect(show({ "image/png": 'A" onerror="x', "text/plain": '"><b>' })).toBe(
      '<img src="data:image/png;base64,A&quot;onerror=&quot;x" alt="&quot;&gt;&lt;b&gt;">',
    );
  });

  it("puts an SVG behind an img, where no script of it runs", () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>';
    const html = show({ "image/svg+xml": svg });
    expect(html).not.toContain("<svg");
    expect(Buffer.from(/base64,([^"]+)/.exec(html)?.[1] ?? "", "base64").toString()).toBe(svg);
  });

  it("keeps a figure's data beside its picture", () => {
    const html = show({ "application/vnd.plotly.v1+json": figure, "image/png": "QUJD" });
    const { document } = new JSDOM(html).window;
    expect(document.querySelector("figure.plotly > img")?.getAttribute("src")).toContain("QUJD");
    const data = document.querySelector('script[type="application/json"]')?.textContent;
    expect(JSON.parse(data ?? "")).toEqual(figure);
    expect(document.querySelector("figure")?.getAttribute("style")).toBe("height:300px");
    const sized = { data: [], layout: { width: 760, height: 520 } };
    expect(show({ "application/vnd.plotly.v1+json": sized })).toContain(
      'style="max-width:760px;aspect-ratio:760/520"',
    );
  });
});

describe("renderMarkdown", () => {
  it("leaves formulas as they were written", () => {
    const html = renderMarkdown("a $x_1 * y_2$ b, $5 and $6\n\n$$\n\\sum_i a_i < 1\n$$\n", here);
    expect(html).toContain('<span class="math">x_1 * y_2</span>');
    expect(html).toContain("$5 and $6");
    expect(html).toContain('<div class="math">\\sum_i a_i &lt; 1</div>');
  });

  it("highlights fenced code, escapes what it cannot, and marks headings", () => {
    expect(renderMarkdown("```ts\nconst a = 1;\n```", here)).toContain("hljs-keyword");
    expect(highlight("<b>", "no-such-language")).toBe("&lt;b&gt;");
    expect(renderMarkdown("## The *α* form", here)).toContain(
      '<h2 id="the-α-form">The <em>α</em> form</h2>',
    );
    expect(renderMarkdown("|a|\n|-|\n|1|\n", here)).toContain('<div class="scroll"><table>');
  });

  it("brings local pictures along and names those it may not fetch", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "prism-md-"));
    try {
      await writeFile(path.join(folder, "my cell.png"), "ABC");
      expect(renderMarkdown('![c](my%20cell.png "t")', { folder })).toContain(
        '<img src="data:image/png;base64,QUJD" alt="c" title="t">',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
    const attachments = { "a.png": { "image/png": "QUJD" } };
    expect(renderMarkdown("![](attachment:a.png)", { folder, attachments })).toContain(
      "data:image/png;base64,QUJD",
    );
    for (const href of ["https://x/y.png", "//x/y.png", "gone.png", "notes.txt"]) {
      const html = renderMarkdown(`![pic](${href})`, { folder });
      expect(html).toContain("[picture: pic]");
      expect(html).not.toContain("<img");
    }
  });
});

describe("renderPage", () => {
  it("brings Plotly once where there are figures, and not where there are none", async () => {
    const plotly = { "application/vnd.plotly.v1+json": figure };
    const withFigures = await renderPage(notebook(code("1", plotly, plotly)), "/x/n.ipynb");
    const { document } = new JSDOM(withFigures).window;
    const scripts = [...document.querySelectorAll("body > script")];
    expect(scripts).toHaveLength(2);
    expect(scripts.filter(({ textContent }) => textContent.length > 1e6)).toHaveLength(1);
    expect(document.querySelectorAll("figure.plotly")).toHaveLength(2);
    const without = await renderPage(notebook(code("1", { "text/plain": "1" })), "/x/n.ipynb");
    expect(without).not.toContain("<script");
  }, 60_000);

  it("titles the page by its first heading, else by its file", async () => {
    const titled = await renderPage(notebook(markdown("x"), markdown("# `A` < *B*")), "/x/n.ipynb");
    expect(titled).toContain("<title>A &lt; B</title>");
    expect(await renderPage(notebook(), "/x/my notes.ipynb")).toContain("<title>my notes</title>");
  });

  it("names no address and allows none", async () => {
    const html = await renderPage(notebook(markdown("text"), code("1;")), "/x/n.ipynb");
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toContain("connect-src");
  });

  it("gives the same bytes for the same notebook", async () => {
    const same = notebook(markdown("# T"), code("const a = 1;", { "text/plain": "1" }));
    expect(await renderPage(same, "/x/n.ipynb")).toBe(await renderPage(same, "/x/n.ipynb"));
  });
});
