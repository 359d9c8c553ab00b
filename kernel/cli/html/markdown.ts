import { readFileSync } from "node:fs";
import path from "node:path";
import hljs from "highlight.js/lib/common";
import { Marked, type TokenizerAndRendererExtension, type Tokens } from "marked";
import type { MimeBundle } from "../notebook/document.js";
import { escapeHtml } from "./escape.js";

/** Where the pictures of a Markdown text come from. */
export interface MarkdownContext {
  /** Folder of the notebook: relative pictures lie there. */
  readonly folder: string;
  readonly attachments?: Readonly<Record<string, MimeBundle>>;
}

/** Markdown as HTML, with code highlighted and every local picture put into the page itself. */
export function renderMarkdown(text: string, context: MarkdownContext): string {
  const marked = new Marked({ gfm: true });
  marked.use({
    extensions: [mathBlock, mathInline],
    renderer: {
      code: ({ text: code, lang }: Tokens.Code) =>
        `<pre class="code"><code>${highlight(code, lang ?? "")}</code></pre>\n`,
      image: ({ href, text: alt, title }: Tokens.Image) => picture(href, alt, title, context),
      heading({ tokens, depth, text: title }: Tokens.Heading) {
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${slug(title)}">${inner}</h${depth}>\n`;
      },
      table(token: Tokens.Table) {
        const row = (cells: readonly Tokens.TableCell[]): string =>
          `<tr>${cells.map((cell) => this.tablecell(cell)).join("")}</tr>`;
        const body = token.rows.map(row).join("\n");
        return `<div class="scroll"><table><thead>${row(token.header)}</thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(text, { async: false });
}

/** Code as HTML; plain where the language is not known. */
export function highlight(code: string, language: string): string {
  const name = language.trim().split(/\s/)[0] ?? "";
  if (hljs.getLanguage(name) === undefined) return escapeHtml(code);
  return hljs.highlight(code, { language: name, ignoreIllegals: true }).value;
}

/**
 * Formulas stay in their TeX source: a page without network has no typesetter, and Markdown would
 * take their underscores and asterisks for emphasis.
 */
const mathBlock: TokenizerAndRendererExtension = {
  name: "mathBlock",
  level: "block",
  start: (source) => source.indexOf("$$"),
  tokenizer(source) {
    const match = /^\$\$([\s\S]+?)\$\$(?:\n|$)/.exec(source);
    if (match === null) return undefined;
    return { type: "mathBlock", raw: match[0], text: (match[1] ?? "").trim() };
  },
  renderer: ({ text }) => `<div class="math">${escapeHtml(String(text))}</div>\n`,
};

const mathInline: TokenizerAndRendererExtension = {
  name: "mathInline",
  level: "inline",
  start: (source) => source.indexOf("$"),
  tokenizer(source) {
    // A formula touches its dollars and is not followed by a digit: "$5 and $6" is money.
    const match = /^\$(?!\s)((?:\\.|[^$\n\\])+?)(?<!\s)\$(?!\d)/.exec(source);
    if (match === null) return undefined;
    return { type: "mathInline", raw: match[0], text: match[1] ?? "" };
  },
  renderer: ({ text }) => `<span class="math">${escapeHtml(String(text))}</span>`,
};

function picture(
  href: string,
  alt: string,
  title: string | null,
  context: MarkdownContext,
): string {
  const source = pictureSource(href, context);
  // The page may not use the network: a picture that is not at hand is named, not broken.
  if (source === undefined)
    return `<span class="missing">[picture: ${escapeHtml(alt || href)}]</span>`;
  const caption = title === null ? "" : ` title="${escapeHtml(title)}"`;
  return `<img src="${escapeHtml(source)}" alt="${escapeHtml(alt)}"${caption}>`;
}

const PICTURE_TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};

function pictureSource(href: string, { folder, attachments }: MarkdownContext): string | undefined {
  if (href.startsWith("data:")) return href;
  if (href.startsWith("attachment:")) {
    const bundle = attachments?.[decodeURIComponent(href.slice("attachment:".length))];
    const [entry] = Object.entries(bundle ?? {});
    return entry && `data:${entry[0]};base64,${String(entry[1]).replaceAll("\n", "")}`;
  }
  const type = PICTURE_TYPES[path.extname(href).toLowerCase()];
  if (type === undefined || /^[a-z][a-z0-9+.-]*:|^\/\//i.test(href)) return undefined;
  try {
    const bytes = readFileSync(path.resolve(folder, decodeURIComponent(href)));
    return `data:${type};base64,${bytes.toString("base64")}`;
  } catch {
    return undefined;
  }
}

function slug(title: string): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join("-");
}
